"""The writer's second mailbox: small things to be written down that wait for no answer of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from smsgw.business.books import StoreBooks
from smsgw.gateway.clock import Clock, Timer
from smsgw.store.job import FunctionJob
from smsgw.store.names import Names
from smsgw.store.writer import Stopped, Writer, unavailable

log = structlog.get_logger()

AGAIN_AFTER = 1.0  # seconds until what the database did not take is offered again
RIDE_WITHIN = 0.02  # seconds that a note waits for a text to share a commit with

Note = Callable[[StoreBooks], object]
Then = Callable[[], None]
# What it is, for the log; what writes it; match keys of receipts that it will ask about; whom to tell once committed.
Entry = tuple[str, Note, tuple[str, ...], Then | None]


class Notes:
    """Puts notes into the writer's queue, in order, together with the next text: they are worth no commit of their own.

    They are offered again until the database takes them. `pending` counts what has been noted and is not yet committed,
    `freeing` those of them in the writer's queue that release a text. `enough` of those are worth a commit; `on_ride`
    is called when notes were put.
    """

    def __init__(self, writer: Writer, clock: Clock, on_ride: Callable[[], None] = lambda: None) -> None:
        self._writer = writer
        self._clock = clock
        self._waiting: list[Entry] = []
        self._timer: Timer | None = None
        self._releasing = 0  # of those that wait, how many release a text
        self.pending = 0
        self.freeing = 0
        self.enough = 1 << 30
        self.on_ride = on_ride

    def put(self, what: str, note: Note, keys: tuple[str, ...] = (), then: Then | None = None) -> None:
        """Have `note` run in the writer's thread, in a transaction, soon; `then` is called when that is committed."""
        self.pending += 1
        self._waiting.append((what, note, keys, then))
        if then is not None:
            self._releasing += 1
            if self._releasing >= self.enough:
                self.ride()
                return
        if self._timer is None:
            self._timer = self._clock.callLater(RIDE_WITHIN, self._time_is_over)

    def ride(self) -> None:
        """A text is about to be put: what waits goes with it, before it."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self.freeing += self._releasing
            self._releasing = 0
            self._offer(waiting)
            self.on_ride()

    def _time_is_over(self) -> None:
        self._timer = None
        self.ride()

    def _offer(self, entries: Sequence[Entry]) -> None:
        def write(books: StoreBooks) -> None:
            for _, note, _, _ in entries:
                note(books)

        self._writer.put(
            FunctionJob(
                write,
                done=lambda result: self._done(entries),
                unavailable=lambda error: self._not_taken(entries, error),
                names=Names(receipts=tuple(key for _, _, keys, _ in entries for key in keys)),
            )
        )

    def _done(self, entries: Sequence[Entry]) -> None:
        self.pending -= len(entries)
        for _, _, _, then in entries:
            if then is not None:
                self.freeing -= 1
                then()

    def _not_taken(self, entries: Sequence[Entry], error: Exception) -> None:
        if unavailable(error):
            self._clock.callLater(AGAIN_AFTER, self._offer, entries)
        elif len(entries) > 1:
            for entry in entries:
                self._offer([entry])
        else:
            # Our own fault, or the writer takes nothing any more: the outbox still says that the text is to be sent.
            self._done(entries)
            if isinstance(error, Stopped):
                return  # why, was said once
            log.error("could not be written down", what=entries[0][0], why=f"{type(error).__name__}: {error}")
