"""What must be true of market notes: each is what its booking says, and every booking of one has it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.conversation.checks import reversed_with_its_booking
from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared


def undone(connection: Connection, trade: Trade) -> Iterator[Finding]:
    yield from reversed_with_its_booking(connection, "market_note")


def booked(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """Phone, shop and day of a note are those of its booking; no booking of one is without it."""
    for column, theirs in (("phone", "phone"), ("dealer", "dealer"), ("noted_on", "booked_on")):
        yield from compared(
            connection,
            f"market_note.{column}",
            f"SELECT n.reference, n.{column}, b.{theirs} FROM market_note n JOIN booking b "
            f"ON b.reference = n.reference WHERE coalesce(n.{column}, '') <> coalesce(b.{theirs}, '') ORDER BY 1",
        )
    yield from compared(
        connection,
        "market_note",
        "SELECT b.reference, 'no note', 'one' FROM booking b LEFT JOIN market_note n ON n.reference = b.reference "
        "WHERE b.verb = 'market' AND n.reference IS NULL ORDER BY 1",
    )


CHECKS = (undone, booked)
