"""The books of visits."""

from __future__ import annotations

from datetime import date

from smsgw.business.conversation.rules.records import Undone
from smsgw.business.core.opening import Effect, Opening
from smsgw.business.orders.rules import CONFIRMED
from smsgw.business.tickets.rules import OPEN
from smsgw.business.visits.rules import Standing, Visited
from smsgw.business.visits.tables import visit
from smsgw.store.statements import insert

VISIT = insert(visit, "reference phone dealer visited_on visited_at journal")


class StoredVisits:
    """See `smsgw.business.visits.rules.Visits`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._rows = opening.work.rows(VISIT)

    def standing(self, dealer: str) -> Standing:
        ask = self._work.ask
        last = ask("SELECT max(visited_on) FROM visit WHERE dealer = ? AND reversed_at IS NULL", dealer)
        tickets = ask(
            "SELECT reference FROM ticket WHERE dealer = ? AND state = ? ORDER BY opened_at, reference LIMIT 1",
            dealer,
            OPEN,
        )
        ((orders,),) = ask("SELECT count(*) FROM sales_order WHERE dealer = ? AND state = ?", dealer, CONFIRMED)
        day = last[0][0]
        return Standing(date.fromisoformat(day) if day else None, tickets[0][0] if tickets else None, int(orders))

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
