"""Effects of programs as turns of the writer, for SQLite, which lets one write at a time.

A thread that asked for the database by itself would keep the answers to texts waiting; so it shares their commits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from smsgw.api.answer import HttpError
from smsgw.business.books import StoreBooks
from smsgw.errors import SmsgwError
from smsgw.gateway.clock import instant
from smsgw.store.job import Job
from smsgw.store.names import Names
from smsgw.store.transaction import Transaction

PATIENCE = 20.0  # seconds for the writer to come to it

T = TypeVar("T")


class TurnJob:
    """One effect. What it refuses is its result: nothing of it is kept, and nobody else's work suffers."""

    def __init__(self, effect: Callable[[Transaction], Any], now: float, over: Future[Any]) -> None:
        self._effect = effect
        self._now = now
        self._over = over

    def names(self) -> Names:
        return Names()

    def run(self, books: StoreBooks) -> tuple[Any, Exception | None]:
        books.begin(instant(self._now))
        connection = books.connection
        try:
            with connection.begin_nested():
                return self._effect(Transaction(connection, books.work.numbers.take_some)), None
        except (HttpError, SmsgwError) as refused:
            books.work.journal.discard()
            return None, refused

    def on_failed(self, books: StoreBooks, error: Exception) -> tuple[Any, Exception | None]:
        raise error

    def on_done(self, result: tuple[Any, Exception | None]) -> None:
        value, refused = result
        if self._over.done():
            return
        if refused is not None:
            self._over.set_exception(refused)
        else:
            self._over.set_result(value)

    def on_unavailable(self, error: Exception) -> None:
        if not self._over.done():
            self._over.set_exception(error)


class Turns:
    """Called in a thread, waits there for its turn. `put` puts a job from any thread; `clock` is in seconds."""

    def __init__(self, put: Callable[[Job[Any, Any]], object], clock: Callable[[], float]) -> None:
        self._put = put
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: set[Future[Any]] = set()
        self._closed = False

    def __call__(self, effect: Callable[[Transaction], T]) -> T:
        over: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise _later("we are stopping")
            self._waiting.add(over)
        try:
            self._put(TurnJob(effect, self._clock(), over))
            return over.result(PATIENCE)
        except TimeoutError:
            raise _later("the database has much to do") from None
        finally:
            with self._lock:
                self._waiting.discard(over)

    def close(self) -> None:
        """Nobody waits any more; whoever does is told to ask again."""
        with self._lock:
            self._closed = True
            waiting = list(self._waiting)
        for over in waiting:
            if not over.done():
                over.set_exception(_later("we are stopping"))


def _later(why: str) -> HttpError:
    said = f"{why}; ask again, with the same Idempotency-Key"
    return HttpError(503, "unavailable", said, headers={"Retry-After": "5"})
