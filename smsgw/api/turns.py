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
from smsgw.store.job import FunctionJob, Job
from smsgw.store.transaction import Transaction

PATIENCE = 20.0  # seconds for the writer to come to it

T = TypeVar("T")


def turn_job(effect: Callable[[Transaction], T], now: float, over: Future[T]) -> Job[StoreBooks, Any]:
    """One effect at `now`, in seconds; `over` gets its result.

    What it refuses is a result as well: nothing of it is kept, and nobody else's work suffers.
    """

    def run(books: StoreBooks) -> tuple[T, None] | tuple[None, Exception]:
        books.begin(instant(now))
        connection = books.connection
        try:
            with connection.begin_nested():
                result = effect(Transaction(connection, books.work.numbers.take_some, books))
                books.work.flush()
                return result, None
        except (HttpError, SmsgwError) as refused:
            books.work.journal.discard()
            return None, refused

    def done(result: tuple[T, None] | tuple[None, Exception]) -> None:
        if over.done():
            return
        if result[1] is not None:
            over.set_exception(result[1])
        else:
            over.set_result(result[0])

    def unavailable(error: Exception) -> None:
        if not over.done():
            over.set_exception(error)

    return FunctionJob(run, done=done, unavailable=unavailable)


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
            self._put(turn_job(effect, self._clock(), over))
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
