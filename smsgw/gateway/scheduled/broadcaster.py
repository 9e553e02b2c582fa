"""Broadcasts in a running daemon: released in time, frozen, and dispatched to the links as fast as they take them.

Two kinds of jobs go through the writer. One advances: it releases what is due, freezes audiences a page at a time, and
ends what is done. The other dispatches: it queues as many texts as the links have room for, already claimed, and
moves the cursors in the same transaction; the next one is put as soon as the outcomes of half of them are committed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

import structlog
from twisted.application.service import Service

from smsgw.business.books import StoreBooks
from smsgw.business.broadcasts.books import release
from smsgw.business.broadcasts.books.dispatching import Dispatched, Dispatcher
from smsgw.business.directory.books.regions import regions
from smsgw.business.messages.books.lives import claim
from smsgw.business.messages.books.outbox import OutboxRow
from smsgw.gateway.clock import Clock, Timer, instant
from smsgw.gateway.notes import Notes
from smsgw.gateway.outage import complain
from smsgw.store.job import FunctionJob
from smsgw.store.writer import Writer

log = structlog.get_logger()

LEAST = 0.25  # of the links' room that is worth a transaction


class Broadcaster(Service):
    """`look` once a second, `dispatch` after each batch of the writer.

    room        how many texts that are never sent twice can be claimed
    window      how many there can be at most
    send        takes claimed texts
    release     gives the texts of these broadcasts back to the outbox: they are paused
    cancel      ends the texts of these broadcasts: they were cancelled
    """

    def __init__(
        self,
        *,
        writer: Writer,
        notes: Notes,
        clock: Clock,
        run: int,
        timezone: str,
        dispatcher: Callable[[], Dispatcher],
        room: Callable[[], int],
        window: Callable[[], int],
        send: Callable[[Iterable[OutboxRow]], None],
        release: Callable[[Collection[str]], None],
        cancel: Callable[[Collection[str]], None],
        links: Collection[str] | None = None,
    ) -> None:
        self._dispatcher = dispatcher
        self.timezone = timezone
        self._writer = writer
        self._notes = notes
        self._clock = clock
        self.run = run
        self.links = links
        self._room = room
        self._window = window
        self._send = send
        self._release = release
        self._cancel = cancel
        self._advancing = False
        self._dispatching = False
        self._has_work = False  # whether there may be something to queue now
        self._claiming = False  # whether something may wait in the outbox already
        self._timer: Timer | None = None

    def look(self) -> None:
        """Advance the jobs, and look whether there is something to dispatch."""
        if not self.running:
            return
        if not self._advancing:
            self._advancing = True
            self._advance()
        self.more()

    def more(self) -> None:
        """Something may wait in the outbox that nobody has claimed: take it, as soon as there is room."""
        self._has_work = self._claiming = True
        self.dispatch()

    def dispatch(self) -> None:
        """Queue more, if there is more and it is worth a transaction."""
        if not self._has_work or self._dispatching or not self.running:
            return
        room = self._room()
        least = self._window() * LEAST
        self._notes.enough = max(1, int(least))
        if room <= 0 or room < least:
            return
        self._dispatching = True
        self._queue(room, self._now(), claiming=self._claiming)

    def stopService(self) -> None:
        """Queue nothing more."""
        Service.stopService(self)
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def _now(self) -> int:
        return int(self._clock.seconds() * 1000)

    # ---- the jobs, and what they result in

    def _advance(self, *, freezing: bool = False) -> None:
        """`freezing`: only the next stretch of a snapshot, which is to be over soon."""
        now = self._now()

        def advance(books: StoreBooks) -> Advanced:
            connection = books.connection
            advanced = Advanced()
            if not freezing:
                advanced.released = release.release_due(connection, now, lambda: books.reference("B"))
                advanced.lapsed = release.lapse(connection, now)
                advanced.ended = release.finish(connection, now)
                advanced.resting = release.list_resting(connection, now)
            advanced.frozen = release.freeze(connection, regions(connection, self.timezone), now)
            return advanced

        self._writer.put(FunctionJob(advance, done=self.advanced, unavailable=self._not_advanced))

    def _queue(self, most: int, now: int, *, claiming: bool) -> None:
        """Claim up to `most` texts: first what waits in the outbox already (`claiming`), then of frozen audiences."""

        def claim_or_queue(books: StoreBooks) -> tuple[Dispatched, bool]:
            """What is in flight from now on, and whether more of that kind waits in the outbox."""
            books.begin(instant(now / 1000))
            waiting: list[OutboxRow] = []
            if claiming:
                waiting = claim(books.connection, self.run, now, most, links=self.links)
            dispatched = self._dispatcher().dispatch(books, most - len(waiting), now)
            full = len(waiting) == most
            if full:
                dispatched.come_again(now)
            dispatched.rows[:0] = waiting
            return dispatched, full

        self._writer.put(
            FunctionJob(
                claim_or_queue, done=lambda result: self.send_dispatched(*result), unavailable=self._not_dispatched
            )
        )

    def advanced(self, what: Advanced) -> None:
        self._advancing = False
        for reference in what.released:
            log.info("broadcast started", broadcast=reference)
        for reference in what.lapsed:
            log.info("broadcast not confirmed in time", broadcast=reference)
        for reference in what.ended:
            log.info("broadcast done", broadcast=reference)
        if what.resting:
            paused = [reference for reference, state in what.resting.items() if state == "paused"]
            self._release(paused)
            self._cancel([reference for reference in what.resting if reference not in paused])
        if what.frozen is not None and self.running:
            if what.frozen.over:
                log.info("audience frozen", broadcast=what.frozen.reference)
                self._has_work = True
            self._advancing = True
            self._advance(freezing=True)
        self.dispatch()

    def send_dispatched(self, dispatched: Dispatched, waiting: bool) -> None:
        self._dispatching = False
        self._claiming = waiting
        now = self._now()
        self._has_work = dispatched.again_at is not None and dispatched.again_at <= now
        self._send(dispatched.rows)
        if dispatched.again_at is not None and dispatched.again_at > now and self.running:
            self._wake_in((dispatched.again_at - now) / 1000)

    def _wake_in(self, seconds: float) -> None:
        if seconds >= 1.0:
            return  # the next look comes before
        if self._timer is None or not self._timer.active():
            self._timer = self._clock.callLater(seconds, self._woken)

    def _woken(self) -> None:
        self._timer = None
        self._has_work = True
        self.dispatch()

    def _not_advanced(self, error: Exception) -> None:
        self._advancing = False
        self._unavailable(error)

    def _not_dispatched(self, error: Exception) -> None:
        self._dispatching = self._has_work = False
        self._unavailable(error)

    @staticmethod
    def _unavailable(error: Exception) -> None:
        """The jobs go on at the next look."""
        complain("broadcasts could not be looked after", error)


@dataclass(slots=True)
class Advanced:
    """What advancing the jobs resulted in."""

    released: list[str] = field(default_factory=list)
    lapsed: list[str] = field(default_factory=list)
    frozen: release.Frozen | None = None
    ended: list[str] = field(default_factory=list)
    resting: dict[str, str] = field(default_factory=dict)
