"""The books of visits."""

from __future__ import annotations

from datetime import date

from smsgw.business.conversation.rules.records import Undone
from smsgw.business.core.opening import Effect, Opening
from smsgw.business.visits.rules import Visited
from smsgw.business.visits.tables import visit
from smsgw.store.statements import insert

VISIT = insert(visit, "reference phone dealer visited_on visited_at journal")


class StoredVisits:
    """See `smsgw.business.visits.rules.Visits`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._rows = opening.work.rows(VISIT)

    def last(self, dealer: str) -> date | None:
        found = self._work.ask(
            "SELECT visited_on FROM visit WHERE dealer = ? AND reversed_at IS NULL ORDER BY visited_on DESC LIMIT 1",
            dealer,
        )
        return date.fromisoformat(found[0][0]) if found else None

    def note(self, record: Visited) -> None:
        work = self._work
        self._rows.append(
            (
                record.reference,
                work.phone,
                record.dealer,
                record.on.isoformat(),
                work.at,
                work.entries.get(record.reference),
            )
        )

    def undo(self, record: Undone) -> None:
        """Mark the visit of a booking as reversed, if it is one."""
        self._work.say(
            "UPDATE visit SET reversed_at = ? WHERE reference = ? AND reversed_at IS NULL",
            self._work.at,
            record.reference,
        )


BOOKS = StoredVisits
RECORDS = {Visited: Effect(StoredVisits.note), Undone: Effect(StoredVisits.undo)}
