"""What must be true of payments that shops told of: each matched one is a payment in the books, of the same amount."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared


def matched(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """What was matched came to as much as was told. A payment that was taken back since is told by this."""
    yield from compared(
        connection,
        "payment_advice.payment",
        "SELECT a.reference, a.amount, coalesce(sum(e.amount), 0) FROM payment_advice a "
        "LEFT JOIN ledger_entry e ON e.reference = a.payment AND e.dealer = a.dealer AND e.account = 'cash' "
        "AND e.kind = 'payment' AND e.currency = a.currency WHERE a.state = 'matched' "
        "GROUP BY a.reference, a.amount HAVING a.amount <> coalesce(sum(e.amount), 0) ORDER BY 1",
    )


def undone(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """An advice is undone exactly where its booking is."""
    yield from compared(
        connection,
        "payment_advice.state",
        "SELECT a.reference, a.state, CASE WHEN b.undone_at IS NULL THEN 'not undone' ELSE 'undone' END "
        "FROM payment_advice a JOIN booking b ON b.reference = a.reference "
        "WHERE (a.state = 'undone') <> (b.undone_at IS NOT NULL) ORDER BY 1",
    )


def booked(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """Every booking of one has it, of the same shop."""
    yield from compared(
        connection,
        "payment_advice.dealer",
        "SELECT b.reference, coalesce(a.dealer, 'no advice'), b.dealer FROM booking b "
        "LEFT JOIN payment_advice a ON a.reference = b.reference "
        "WHERE b.verb = 'paid' AND coalesce(a.dealer, '') <> coalesce(b.dealer, '') ORDER BY 1",
    )


CHECKS = (matched, undone, booked)
