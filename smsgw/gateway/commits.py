"""Whether the database takes what is written: asked once a second, so that readiness is known before a text comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import structlog

from smsgw.business.books import StoreBooks
from smsgw.business.messages.books import lives as runs
from smsgw.gateway.clock import Clock
from smsgw.store.job import FunctionJob
from smsgw.store.writer import Writer, damaged

log = structlog.get_logger()

BEAT_EVERY = 10.0  # seconds between signs of life in the database, while it takes them
PATIENCE = 3.0  # seconds that it may keep us waiting, and still pass for ready


class CountingWriter(Writer, Protocol):
    """A writer that counts how often the database has failed, and knows why it did last."""

    @property
    def failures(self) -> int: ...

    @property
    def failure(self) -> Exception | None: ...


class Commits:
    """`why_not` says why nothing can be committed; an empty one: it can.

    A question goes through the writer each second, and stays unanswered while the database hangs. One every ten
    seconds writes a sign of life; after a failure each one does, and only a sign of life that was committed makes up
    for it: where the disk is full, a transaction that writes nothing succeeds all the same.
    """

    def __init__(self, writer: CountingWriter, clock: Clock, run: int, lost: Callable[[str], None]) -> None:
        """`run` is this daemon's row. `lost` is told, in a sentence, what makes all further work vain."""
        self._writer = writer
        self._clock = clock
        self._run = run
        self._lost = lost
        self._made_up = 0  # so many failures are behind us
        self._asked_at: float | None = None  # since when a question is under way
        self._wrote_at = clock.seconds()

    @property
    def _failing(self) -> bool:
        return self._writer.failures > self._made_up

    @property
    def why_not(self) -> str:
        if self._failing:
            reason = (str(self._writer.failure).strip().splitlines() or [""])[0]
            return f"the database takes nothing: {reason}"
        waits = 0.0 if self._asked_at is None else self._clock.seconds() - self._asked_at
        return f"the database has taken nothing for {waits:.0f} s" if waits > PATIENCE else ""

    def look(self) -> None:
        """Once a second."""
        failure = self._writer.failure
        if failure is not None and damaged(failure):
            self._lost(f"the database is damaged: {str(failure).splitlines()[0]}")
            return
        if self._asked_at is not None:
            return
        now = self._clock.seconds()
        self._asked_at = now
        beats = self._failing or not 0 <= now - self._wrote_at < BEAT_EVERY

        def ask(books: StoreBooks) -> tuple[int, bool]:
            before = self._writer.failures
            return before, not beats or runs.beat(books.connection, self._run, int(now * 1000))

        def taken(result: tuple[int, bool]) -> None:
            self._asked_at = None
            before, known = result
            if not known:
                self._lost("the database knows nothing of this daemon: another was put in its place")
            elif beats:
                if before > self._made_up:
                    log.info("the database takes what is written again")
                self._made_up, self._wrote_at = before, now

        def refused(error: Exception) -> None:
            self._asked_at = None

        self._writer.put(FunctionJob(ask, done=taken, unavailable=refused))
