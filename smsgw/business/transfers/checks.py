"""What must be true of transfers: the sets in one are those it names, and are nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared


def sets_given(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """As many sets of each model were given by IMEI as the transfer says."""
    yield from compared(
        connection,
        "transfer_line.units",
        "SELECT l.reference || ' ' || l.model, l.units, count(u.imei) FROM transfer_line l "
        "LEFT JOIN unit_event e ON e.reference = l.reference AND e.kind = 'given' "
        "LEFT JOIN unit u ON u.imei = e.imei AND u.model = l.model "
        "GROUP BY l.reference, l.model, l.units HAVING l.units <> count(u.imei) ORDER BY 1",
    )


def in_transfer(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """A set is in transfer exactly while the newest transfer that names it is open."""
    yield from compared(
        connection,
        "unit.state",
        "SELECT u.imei, u.state, 'in no open transfer' FROM unit u WHERE u.state = 'in_transfer' AND NOT EXISTS "
        "(SELECT 1 FROM unit_event e JOIN transfer t ON t.reference = e.reference AND t.state = 'open' "
        "AND t.giver = u.holder WHERE e.imei = u.imei AND e.kind = 'given') ORDER BY 1",
    )
    yield from compared(
        connection,
        "transfer.state",
        "SELECT t.reference, t.state, 'a set of it is ' || u.state FROM transfer t "
        "JOIN unit_event e ON e.reference = t.reference AND e.kind = 'given' JOIN unit u ON u.imei = e.imei "
        "WHERE t.state = 'open' AND u.state <> 'in_transfer' ORDER BY 1",
    )


def undone(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """A transfer is undone exactly where its booking is."""
    yield from compared(
        connection,
        "transfer.state",
        "SELECT t.reference, t.state, CASE WHEN b.undone_at IS NULL THEN 'not undone' ELSE 'undone' END "
        "FROM transfer t JOIN booking b ON b.reference = t.reference "
        "WHERE (t.state = 'undone') <> (b.undone_at IS NOT NULL) ORDER BY 1",
    )


CHECKS = (sets_given, in_transfer, undone)
