"""STOPs that were said elsewhere, at a desk or to another daemon: what we have in hand for those phones is not sent."""

from __future__ import annotations

from collections.abc import Callable, Collection

import structlog

from smsgw.store.books import StoreBooks
from smsgw.store.names import Names
from smsgw.store.notices import consents

log = structlog.get_logger()

LOOK_BACK = 60_000  # milliseconds; whoever said STOP before that was heard in an earlier look


class StopsJob:
    """Looks at `now` (milliseconds) for texts that are not to be sent any more; `forgo` is told their ids."""

    __slots__ = ("_forgo", "_now")

    def __init__(self, now: int, forgo: Callable[[Collection[int]], None]) -> None:
        self._now = now
        self._forgo = forgo

    def names(self) -> Names:
        return Names()

    def run(self, books: StoreBooks) -> list[int]:
        return consents.forbidden(books.work, self._now - LOOK_BACK)

    def on_failed(self, books: StoreBooks, error: Exception) -> list[int]:
        raise error

    def on_done(self, result: list[int]) -> None:
        if result:
            self._forgo(frozenset(result))

    def on_unavailable(self, error: Exception) -> None:
        """They are still in hand when we look again."""
        log.error("what was stopped elsewhere could not be looked for", why=f"{type(error).__name__}: {error}")
