"""The books of market notes."""

from __future__ import annotations

from smsgw.business.conversation.rules.records import Undone
from smsgw.business.core.opening import Effect, Opening
from smsgw.business.market.rules import MarketNoted
from smsgw.business.market.tables import market_note
from smsgw.store.statements import insert
from smsgw.values.storable import storable

MARKET_NOTE = insert(
    market_note, "reference phone dealer region words brand model price currency noted_on noted_at journal"
)


class StoredMarket:
    """Writes what was noted; nothing that is decided asks for it."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._notes = opening.work.rows(MARKET_NOTE)

    def note(self, record: MarketNoted) -> None:
        work = self._work
        self._notes.append(
            (
                record.reference,
                work.phone,
                record.dealer,
                record.region,
                storable(record.words),
                storable(record.brand),
                storable(record.model),
                record.price,
                record.currency,
                record.on.isoformat(),
                work.at,
                work.entries.get(record.reference),
            )
        )

    def undo(self, record: Undone) -> None:
        """Mark the note of a booking as reversed, if it is one."""
        self._work.say(
            "UPDATE market_note SET reversed_at = ? WHERE reference = ? AND reversed_at IS NULL",
            self._work.at,
            record.reference,
        )


BOOKS = StoredMarket
RECORDS = {MarketNoted: Effect(StoredMarket.note), Undone: Effect(StoredMarket.undo)}
