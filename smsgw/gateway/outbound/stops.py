"""STOPs said elsewhere, to an operator or to another daemon: what is in flight for those phones is not sent."""

from __future__ import annotations

from collections.abc import Callable, Collection

import structlog

from smsgw.business.books import StoreBooks
from smsgw.business.consent.books import consents
from smsgw.gateway.outage import complain
from smsgw.store.job import FunctionJob

log = structlog.get_logger()

LOOK_BACK = 60_000  # milliseconds; whoever said STOP before that was heard in an earlier look


def stops_job(now: int, cancel: Callable[[Collection[int]], None]) -> FunctionJob[StoreBooks, list[int]]:
    """Look at `now` (milliseconds) for texts that are not to be sent any more; `cancel` is told their ids."""

    def look(books: StoreBooks) -> list[int]:
        return consents.list_forbidden(books.work, now - LOOK_BACK)

    def done(forbidden: list[int]) -> None:
        if forbidden:
            cancel(frozenset(forbidden))

    def unavailable(error: Exception) -> None:
        """They are still in flight when we look again."""
        complain("what was stopped elsewhere could not be looked for", error)

    return FunctionJob(look, done=done, unavailable=unavailable)
