"""Texts of the outbox that no living daemon has in flight: taken over, and sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import structlog

from smsgw.business.books import StoreBooks
from smsgw.business.job import FunctionJob
from smsgw.business.messages.books.lives import Recovered, recover
from smsgw.business.messages.books.outbox import OutboxRow

log = structlog.get_logger()


def recovery_job(
    run: int,
    now: int,
    links: Collection[str] | None,
    limit: int,
    send: Callable[[Iterable[OutboxRow]], None],
    *,
    bulk: int = 0,
    over: Callable[[int], None] = lambda count: None,
) -> FunctionJob[Recovered]:
    """Take over texts for daemon `run`: at most `limit` answers and questions, and `bulk` of what is never sent twice.

    `now` is in milliseconds, `links` None: of any link. `over` is told how many texts were taken over, also when that
    is none because the database failed.
    """

    def take_over(books: StoreBooks) -> Recovered:
        books.work.flush()
        return recover(books.work.driver.connection, run, now, links=links, limit=limit, bulk=bulk)

    def done(recovered: Recovered) -> None:
        if recovered.rows or recovered.unknown:
            log.info("taken over from the outbox", texts=len(recovered.rows), unknown=recovered.unknown)
        send(recovered.rows)
        over(len(recovered.rows))

    def unavailable(error: Exception) -> None:
        """They are looked for again in a moment."""
        log.warning("the outbox could not be read", why=f"{type(error).__name__}: {error}")
        over(0)

    return FunctionJob(take_over, done=done, unavailable=unavailable)
