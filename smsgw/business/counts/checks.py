"""What must be true of stock-takes: what is said of them agrees with their booking and with what moved."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared


def undone(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """A count is undone exactly where its booking is."""
    yield from compared(
        connection,
        "stock_count.state",
        "SELECT c.reference, c.state, CASE WHEN b.undone_at IS NULL THEN 'not undone' ELSE 'undone' END "
        "FROM stock_count c JOIN booking b ON b.reference = c.reference "
        "WHERE (c.state = 'undone') <> (b.undone_at IS NOT NULL) ORDER BY 1",
    )


def nothing_moved(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """A count that waits for its decision, or was rejected before anything was booked, has moved nothing but that."""
    yield from compared(
        connection,
        "stock_count.state",
        "SELECT c.reference, c.state, 'stock has moved by it' FROM stock_count c "
        "WHERE c.state = 'waiting' AND EXISTS (SELECT 1 FROM stock_entry e WHERE e.reference = c.reference) "
        "ORDER BY 1",
    )
    yield from compared(
        connection,
        "stock_count.state",
        "SELECT c.reference, c.state, 'a set is written off by it' FROM stock_count c "
        "WHERE c.state IN ('booked', 'waiting', 'part', 'rejected') AND EXISTS (SELECT 1 FROM unit_event e "
        "WHERE e.reference = c.reference AND e.kind = 'lost' AND e.reverses IS NULL) ORDER BY 1",
    )


def lists(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """A list that was ended leads to its count, and every set on it is in that."""
    yield from compared(
        connection,
        "count_list.result",
        "SELECT l.reference, l.state, coalesce(l.result, 'no result') FROM count_list l "
        "WHERE (l.state = 'ended') <> (l.result IS NOT NULL) OR (l.result IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM stock_count c WHERE c.reference = l.result AND c.list = l.reference)) ORDER BY 1",
    )
    yield from compared(
        connection,
        "stock_count_set",
        "SELECT s.reference || ' ' || s.imei, 'on the list', 'not in the count' FROM count_list_set s "
        "JOIN count_list l ON l.reference = s.reference WHERE l.state = 'ended' AND NOT EXISTS "
        "(SELECT 1 FROM stock_count_set c WHERE c.reference = l.result AND c.imei = s.imei) ORDER BY 1",
    )


CHECKS = (undone, nothing_moved, lists)
