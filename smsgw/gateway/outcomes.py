"""What becomes of texts that we send, on its way to the outbox; kept trying while the database fails."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from smsgw.gateway.clock import Clock
from smsgw.gateway.shipment import Shipment
from smsgw.smpp.message_id import plain_id
from smsgw.store.books import StoreBooks
from smsgw.store.names import Names
from smsgw.store.outcomes import Taken
from smsgw.store.writer import Writer, unavailable

log = structlog.get_logger()

AGAIN_AFTER = 1.0  # seconds until what the database did not take is offered again


class NoteJob:
    """Something to be written down that no text waits for. It is offered again until the database takes it."""

    __slots__ = ("_keys", "_note", "_notes", "_what")

    def __init__(
        self, notes: Notes, what: str, note: Callable[[StoreBooks], object], keys: tuple[str, ...] = ()
    ) -> None:
        """`note` writes; `what` is for the log; `keys` are match keys that it will ask about."""
        self._notes = notes
        self._what = what
        self._note = note
        self._keys = keys

    def names(self) -> Names:
        return Names(receipts=self._keys)

    def run(self, books: StoreBooks) -> None:
        self._note(books)

    def on_failed(self, books: StoreBooks, error: Exception) -> None:
        raise error

    def on_done(self, result: None) -> None:
        self._notes.done()

    def on_unavailable(self, error: Exception) -> None:
        self._notes.not_taken(self, self._what, error)


class Notes:
    """Puts notes into the writer's queue. In order, as long as the database takes them."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock
        self.pending = 0  # put, and not taken yet

    def put(self, what: str, note: Callable[[StoreBooks], object], keys: tuple[str, ...] = ()) -> None:
        """Have `note` run in the writer's thread, in a transaction."""
        self.pending += 1
        self._writer.put(NoteJob(self, what, note, keys))

    def done(self) -> None:
        self.pending -= 1

    def not_taken(self, job: NoteJob, what: str, error: Exception) -> None:
        if not unavailable(error):
            # Our own fault, or the daemon is stopping: the outbox still says that the text is to be sent.
            self.pending -= 1
            log.error("could not be written down", what=what, why=f"{type(error).__name__}: {error}")
            return
        self._clock.callLater(AGAIN_AFTER, self._writer.put, job)


class OutboxOutcomes:
    """Writes the pump's outcomes to the outbox."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def sent(self, shipment: Shipment, link: str, at: float) -> None:
        message, attempts, parts = shipment.row.id, shipment.attempts, len(shipment.parts)
        taken = [Taken(number, smsc_id, plain_id(smsc_id)) for number, smsc_id in sorted(shipment.ids.items())]
        when = int(at * 1000)
        self._notes.put(
            "sent",
            lambda books: books.outcomes.sent(message, when, link, taken, attempts=attempts, parts=parts),
            tuple(part.match_key for part in taken),
        )

    def failed(self, shipment: Shipment, at: float) -> None:
        message, attempts, why, when = shipment.row.id, shipment.attempts, shipment.why, int(at * 1000)
        self._notes.put("failed", lambda books: books.outcomes.failed(message, when, why, attempts=attempts))

    def later(self, shipment: Shipment, not_before: float) -> None:
        message, attempts, why, when = shipment.row.id, shipment.attempts, shipment.why, int(not_before * 1000)
        self._notes.put("later", lambda books: books.outcomes.later(message, when, why, attempts=attempts))

    def unknown(self, shipment: Shipment, at: float, again: float | None) -> None:
        message, attempts, when = shipment.row.id, shipment.attempts, int(at * 1000)
        then = None if again is None else int(again * 1000)
        self._notes.put("unknown", lambda books: books.outcomes.unknown(message, when, attempts=attempts, again=then))

    def expired(self, shipment: Shipment, at: float) -> None:
        message, attempts, when = shipment.row.id, shipment.attempts, int(at * 1000)
        self._notes.put("expired", lambda books: books.outcomes.expired(message, when, attempts=attempts))
