"""What must be true of visits: each is what its booking says, and every booking of one has it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.conversation.checks import reversed_with_its_booking
from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared


def undone(connection: Connection, trade: Trade) -> Iterator[Finding]:
    yield from reversed_with_its_booking(connection, "visit")


def booked(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """Phone and day of a visit are those of its booking; no booking of one is without it."""
    for column, theirs in (("phone", "phone"), ("visited_on", "booked_on")):
        yield from compared(
            connection,
            f"visit.{column}",
            f"SELECT v.reference, v.{column}, b.{theirs} FROM visit v JOIN booking b "
            f"ON b.reference = v.reference WHERE v.{column} <> coalesce(b.{theirs}, '') ORDER BY 1",
        )
    yield from compared(
        connection,
        "visit",
        "SELECT b.reference, 'no visit', 'one' FROM booking b LEFT JOIN visit v ON v.reference = b.reference "
        "WHERE b.verb = 'visit' AND v.reference IS NULL ORDER BY 1",
    )


CHECKS = (undone, booked)
