"""What must be true of allocations: what depots have promised is the sum of what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared, sums


def promised(connection: Connection, trade: Trade) -> Iterator[Finding]:
    yield from sums(
        connection,
        "depot_stock.allocated",
        "depot model",
        "SELECT depot, model, allocated AS amount FROM depot_stock",
        "SELECT depot, model, sum(sets) AS amount FROM allocation GROUP BY depot, model",
    )
    yield from compared(
        connection,
        "allocation.sets",
        "SELECT reference || ' ' || depot || ' ' || model, sum(sets), 0 FROM allocation "
        "GROUP BY reference, depot, model HAVING sum(sets) < 0 ORDER BY 1",
    )
    yield from compared(
        connection,
        "depot_stock.allocated",
        "SELECT depot || ' ' || model, allocated, quantity FROM depot_stock "
        "WHERE allocated > 0 AND allocated > quantity ORDER BY 1",
    )


CHECKS = (promised,)
