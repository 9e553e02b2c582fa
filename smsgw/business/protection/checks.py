"""What must be true of claims: they stand with their bookings, each set is in one for a cut, each is credited once."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared


def undone(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """A claim is undone exactly where its booking is, and every booking of one has it."""
    yield from compared(
        connection,
        "protection_claim.state",
        "SELECT c.reference, c.state, CASE WHEN b.undone_at IS NULL THEN 'not undone' ELSE 'undone' END "
        "FROM protection_claim c JOIN booking b ON b.reference = c.reference "
        "WHERE (c.state = 'undone') <> (b.undone_at IS NOT NULL) ORDER BY 1",
    )
    yield from compared(
        connection,
        "protection_claim",
        "SELECT b.reference, 'no claim', 'one' FROM booking b LEFT JOIN protection_claim c "
        "ON c.reference = b.reference WHERE b.verb = 'protect' AND c.reference IS NULL ORDER BY 1",
    )


def once_a_cut(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """A set is in one claim for a cut that waits or was approved, and in none of those that came to nothing."""
    yield from compared(
        connection,
        "protection_line.imei",
        "SELECT l.imei || ' ' || l.cut_on, count(*), 1 FROM protection_line l JOIN protection_claim c "
        "ON c.reference = l.reference WHERE c.state IN ('open', 'approved') GROUP BY l.imei, l.cut_on "
        "HAVING count(*) > 1 ORDER BY 1",
    )
    yield from compared(
        connection,
        "protection_line.released_at",
        "SELECT l.reference || ' ' || l.imei, c.state, CASE WHEN l.released_at IS NULL THEN 'held' ELSE 'free' END "
        "FROM protection_line l JOIN protection_claim c ON c.reference = l.reference "
        "WHERE (l.released_at IS NULL) <> (c.state IN ('open', 'approved')) ORDER BY 1",
    )


def at_the_shop(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """Every set of a claim was at its shop at some time, and is of its model and cut at the claim's difference."""
    yield from compared(
        connection,
        "protection_line.imei",
        "SELECT l.reference || ' ' || l.imei, 'never', c.dealer FROM protection_line l JOIN protection_claim c "
        "ON c.reference = l.reference WHERE NOT EXISTS (SELECT 1 FROM unit_event e WHERE e.imei = l.imei "
        "AND e.dealer = c.dealer) ORDER BY 1",
    )
    yield from compared(
        connection,
        "protection_line.amount",
        "SELECT l.reference || ' ' || l.imei, l.amount, c.old_price - c.new_price FROM protection_line l "
        "JOIN protection_claim c ON c.reference = l.reference JOIN unit u ON u.imei = l.imei "
        "WHERE l.amount <> c.old_price - c.new_price OR l.cut_on <> c.cut_on OR u.model <> c.model ORDER BY 1",
    )


def credited(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """An approved claim is posted once, for the sum of its sets; another is not."""
    yield from compared(
        connection,
        "ledger_entry of a claim",
        "SELECT reference, posted, wanted FROM (SELECT c.reference AS reference, "
        "coalesce((SELECT -sum(p.amount) FROM ledger_entry p WHERE p.reference = c.reference "
        "AND p.kind = 'protection' AND p.account = 'receivable' AND p.dealer = c.dealer), 0) AS posted, "
        "CASE WHEN c.state = 'approved' THEN (SELECT sum(l.amount) FROM protection_line l "
        "WHERE l.reference = c.reference) ELSE 0 END AS wanted FROM protection_claim c) found "
        "WHERE posted <> wanted ORDER BY 1",
    )


CHECKS = (undone, once_a_cut, at_the_shop, credited)
