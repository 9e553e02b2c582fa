"""What becomes of texts that we send, on its way to the outbox; kept trying while the database fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from smsgw.gateway.clock import Clock, Timer
from smsgw.gateway.outbound.shipment import Shipment
from smsgw.smpp.message_id import plain_id
from smsgw.store.books import StoreBooks
from smsgw.store.names import Names
from smsgw.store.texts.outcomes import Taken
from smsgw.store.writer import Writer, unavailable

log = structlog.get_logger()

AGAIN_AFTER = 1.0  # seconds until what the database did not take is offered again
RIDE_WITHIN = 0.02  # seconds that a note waits for a text to share a commit with

Note = Callable[[StoreBooks], object]
Then = Callable[[], None]
Entry = tuple[str, Note, tuple[str, ...], Then | None]


class NotesJob:
    """Things to be written down that no text waits for. They are offered again until the database takes them."""

    __slots__ = ("_desk", "entries")

    def __init__(self, desk: Notes, entries: Sequence[Entry]) -> None:
        """Each entry: what it is, for the log; what writes it; match keys that it will ask about; whom to tell."""
        self._desk = desk
        self.entries = entries

    def names(self) -> Names:
        return Names(receipts=tuple(key for _, _, keys, _ in self.entries for key in keys))

    def run(self, books: StoreBooks) -> None:
        for _, note, _, _ in self.entries:
            note(books)

    def on_failed(self, books: StoreBooks, error: Exception) -> None:
        raise error

    def on_done(self, result: None) -> None:
        self._desk.done(self.entries)

    def on_unavailable(self, error: Exception) -> None:
        self._desk.not_taken(self, error)


class Notes:
    """Puts notes into the writer's queue, in order, together with the next text: they are worth no commit of their own.

    `pending` counts what has been noted and is not yet committed, `freeing` those of them in the writer's queue by
    which a text leaves our hands. `enough` of those are worth a commit; `on_ride` is called when notes were put.
    """

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock
        self._waiting: list[Entry] = []
        self._timer: Timer | None = None
        self._leaving = 0  # of those that wait, how many let a text go
        self.pending = 0
        self.freeing = 0
        self.enough = 1 << 30
        self.on_ride: Callable[[], None] = lambda: None

    def put(self, what: str, note: Note, keys: tuple[str, ...] = (), then: Then | None = None) -> None:
        """Have `note` run in the writer's thread, in a transaction, soon; `then` is called when that is committed."""
        self.pending += 1
        self._waiting.append((what, note, keys, then))
        if then is not None:
            self._leaving += 1
            if self._leaving >= self.enough:
                self.ride()
                return
        if self._timer is None:
            self._timer = self._clock.callLater(RIDE_WITHIN, self._time_is_over)

    def ride(self) -> None:
        """A text is about to be put: what waits goes with it, before it."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self.freeing += self._leaving
            self._leaving = 0
            self._writer.put(NotesJob(self, waiting))
            self.on_ride()

    def _time_is_over(self) -> None:
        self._timer = None
        self.ride()

    def done(self, entries: Sequence[Entry]) -> None:
        self.pending -= len(entries)
        for _, _, _, then in entries:
            if then is not None:
                self.freeing -= 1
                then()

    def not_taken(self, job: NotesJob, error: Exception) -> None:
        if unavailable(error):
            self._clock.callLater(AGAIN_AFTER, self._writer.put, job)
        elif len(job.entries) > 1:
            for entry in job.entries:
                self._writer.put(NotesJob(self, [entry]))
        else:
            # Our own fault, or the daemon is stopping: the outbox still says that the text is to be sent.
            self.done(job.entries)
            log.error("could not be written down", what=job.entries[0][0], why=f"{type(error).__name__}: {error}")


class OutboxOutcomes:
    """Writes the pump's outcomes to the outbox."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def sent(self, shipment: Shipment, link: str, at: float) -> None:
        message, attempts, parts = shipment.row.id, shipment.attempts, len(shipment.parts)
        taken, when = _taken(shipment), int(at * 1000)
        self._notes.put(
            "sent",
            lambda books: books.outcomes.sent(message, when, link, taken, attempts=attempts, parts=parts),
            tuple(part.match_key for part in taken),
            _let_go(shipment),
        )

    def failed(self, shipment: Shipment, at: float) -> None:
        message, attempts, why, when = shipment.row.id, shipment.attempts, shipment.why, int(at * 1000)
        self._notes.put(
            "failed",
            lambda books: books.outcomes.failed(message, when, why, attempts=attempts),
            then=_let_go(shipment),
        )

    def later(self, shipment: Shipment, not_before: float) -> None:
        message, attempts, why, when = shipment.row.id, shipment.attempts, shipment.why, int(not_before * 1000)
        self._notes.put("later", lambda books: books.outcomes.later(message, when, why, attempts=attempts))

    def given_back(self, shipment: Shipment, not_before: float) -> None:
        message, attempts, why, when = shipment.row.id, shipment.attempts, shipment.why, int(not_before * 1000)
        self._notes.put(
            "given back",
            lambda books: books.outcomes.later(message, when, why, attempts=attempts, give_back=True),
            then=_let_go(shipment),
        )

    def unknown(self, shipment: Shipment, link: str, at: float, again: float | None) -> None:
        message, attempts, parts, when = shipment.row.id, shipment.attempts, len(shipment.parts), int(at * 1000)
        taken = _taken(shipment)
        then = None if again is None else int(again * 1000)
        self._notes.put(
            "unknown",
            lambda books: books.outcomes.unknown(
                message, when, attempts=attempts, again=then, link=link, taken=taken, parts=parts
            ),
            tuple(part.match_key for part in taken) if again is None else (),
            _let_go(shipment) if again is None else None,
        )

    def late(self, shipment: Shipment, link: str, at: float, taken_back: bool) -> None:
        message, parts, when = shipment.row.id, len(shipment.parts), int(at * 1000)
        taken = _taken(shipment)
        self._notes.put(
            "late answer",
            lambda books: books.outcomes.late(message, when, link, taken, parts=parts, taken_back=taken_back),
            tuple(part.match_key for part in taken),
            _let_go(shipment),
        )

    def expired(self, shipment: Shipment, at: float) -> None:
        message, attempts, when = shipment.row.id, shipment.attempts, int(at * 1000)
        self._notes.put(
            "expired",
            lambda books: books.outcomes.expired(message, when, attempts=attempts),
            then=_let_go(shipment),
        )


def _taken(shipment: Shipment) -> list[Taken]:
    """The parts of a text that the SMSC took so far."""
    phone = shipment.row.recipient
    return [Taken(number, smsc_id, plain_id(smsc_id), phone) for number, smsc_id in sorted(shipment.ids.items())]


def _let_go(shipment: Shipment) -> Then | None:
    """What the pump wants to hear when this outcome lasts; only once, for a late answer may bring another."""
    then, shipment.let_go = shipment.let_go, None
    return then
