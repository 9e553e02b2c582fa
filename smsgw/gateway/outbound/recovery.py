"""Texts of the outbox that no living daemon has in hand: taken over, and sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import structlog

from smsgw.store.books import StoreBooks
from smsgw.store.names import Names
from smsgw.store.runs import Recovered, recover
from smsgw.store.texts.outbox import OutboxRow

log = structlog.get_logger()


class RecoverJob:
    """Takes over texts for daemon `run`: at most `limit` answers and questions, and `bulk` of what is never sent twice.

    `now` is in milliseconds, `links` None: of any link. `over` is called when the job has come to its end.
    """

    def __init__(
        self,
        run: int,
        now: int,
        links: Collection[str] | None,
        limit: int,
        send: Callable[[Iterable[OutboxRow]], None],
        *,
        bulk: int = 0,
        over: Callable[[int], None] = lambda count: None,
    ) -> None:
        """`over` is told how many texts were taken over."""
        self._run = run
        self._now = now
        self._links = links
        self._limit = limit
        self._bulk = bulk
        self._send = send
        self._over = over

    def names(self) -> Names:
        return Names()

    def run(self, books: StoreBooks) -> Recovered:
        books.work.flush()
        return recover(
            books.work.driver.connection,
            self._run,
            self._now,
            links=self._links,
            limit=self._limit,
            bulk=self._bulk,
        )

    def on_failed(self, books: StoreBooks, error: Exception) -> Recovered:
        raise error

    def on_done(self, result: Recovered) -> None:
        if result.rows or result.unknown:
            log.info("taken over from the outbox", texts=len(result.rows), unknown=result.unknown)
        self._send(result.rows)
        self._over(len(result.rows))

    def on_unavailable(self, error: Exception) -> None:
        """They are looked for again in a moment."""
        log.warning("the outbox could not be read", why=f"{type(error).__name__}: {error}")
        self._over(0)
