"""What must be true of bookings: their references were given out, and what is reversed is so with its booking."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared, references


def used(connection: Connection) -> Iterator[tuple[str, int]]:
    """The references that bookings and questions have."""
    yield from references(connection, "booking")
    yield from references(connection, "pending_question")


def reversed_with_its_booking(connection: Connection, table: str, *, unless: str = "") -> Iterator[Finding]:
    """The lines in a table of what was booked are reversed together with their bookings; `unless` is the condition
    of a line `t` that something else has reversed.
    """
    others = f"AND NOT ({unless}) " if unless else ""
    yield from compared(
        connection,
        f"{table}.reversed_at",
        f"SELECT DISTINCT t.reference, CASE WHEN t.reversed_at IS NULL THEN 'live' ELSE 'reversed' END, "
        f"CASE WHEN b.undone_at IS NULL THEN 'live' ELSE 'reversed' END FROM {table} t "
        "JOIN booking b ON b.reference = t.reference "
        f"WHERE (t.reversed_at IS NULL) <> (b.undone_at IS NULL) {others}ORDER BY 1",
    )


def requests(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """What is asked to be taken back stands; what was agreed to be taken back does not."""
    yield from compared(
        connection,
        "undo_request.state",
        "SELECT u.reference, u.state, CASE WHEN b.undone_at IS NULL THEN 'standing' ELSE 'taken back' END "
        "FROM undo_request u JOIN booking b ON b.reference = u.reference "
        "WHERE (u.state = 'open' AND b.undone_at IS NOT NULL) OR (u.state = 'approved' AND b.undone_at IS NULL) "
        "ORDER BY 1",
    )


CHECKS = (requests,)
USED = used
