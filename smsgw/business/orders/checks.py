"""What must be true of orders: totals, states and what was shipped are those of their lines and steps."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared, references


def orders(connection: Connection, trade: Trade) -> Iterator[Finding]:
    yield from compared(
        connection,
        "sales_order.total",
        "SELECT o.reference, o.total, coalesce(sum(l.quantity * l.price), 0) FROM sales_order o "
        "LEFT JOIN order_line l ON l.order_reference = o.reference "
        "GROUP BY o.reference, o.total HAVING o.total <> coalesce(sum(l.quantity * l.price), 0) ORDER BY 1",
    )
    yield from compared(
        connection,
        "sales_order.state",
        "SELECT o.reference, o.state, e.state FROM sales_order o LEFT JOIN order_event e "
        "ON e.order_reference = o.reference AND e.seq = "
        "(SELECT max(seq) FROM order_event x WHERE x.order_reference = o.reference) "
        "WHERE e.state IS NULL OR e.state <> o.state ORDER BY 1",
    )
    yield from compared(
        connection,
        "order_line.shipped",
        "SELECT o.reference, o.state || ' with ' || sum(l.shipped) || ' of ' || sum(l.quantity) || ' sets shipped', "
        "CASE WHEN sum(l.shipped) = 0 THEN 'none' WHEN sum(l.shipped) < sum(l.quantity) THEN 'part' ELSE 'all' END "
        "FROM sales_order o JOIN order_line l ON l.order_reference = o.reference GROUP BY o.reference, o.state "
        "HAVING (o.state = 'part_shipped' AND (sum(l.shipped) = 0 OR sum(l.shipped) >= sum(l.quantity))) "
        "OR (o.state = 'shipped' AND sum(l.shipped) < sum(l.quantity)) "
        "OR (o.state IN ('draft', 'confirmed', 'approved', 'allocated', 'rejected', 'expired') AND sum(l.shipped) > 0) "
        "ORDER BY 1",
    )


CHECKS = (orders,)


def used(connection: Connection) -> Iterator[tuple[str, int]]:
    """The references that orders have."""
    yield from references(connection, "sales_order")


USED = used
