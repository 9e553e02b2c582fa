"""The writer: does jobs in batches, one transaction each, and hands all results of a batch over in one call.

A batch is what came in while the one before was committed. If a job of it raises, everything is rolled back and each
job is done alone, so that one bad text spoils nothing but itself. If the database fails, every job of the batch is
told so, and the writer goes on with the next batch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from smsgw.store.job import Job
from smsgw.store.liveness import show_life
from smsgw.store.names import Names
from smsgw.store.workspace import Workspace

BATCH = 256  # jobs in one transaction at most
ATTEMPTS = 3  # of a job alone that another daemon's work got in the way of
# PostgreSQL's codes (its manual, appendix A) for that: serialization failure, deadlock, a key that is there already.
_IN_THE_WAY = ("40001", "40P01", "23505")
_DAMAGE = ("XX001", "XX002")  # data corrupted, index corrupted
_READ_ONLY = "25006"  # a standby, or a server that was told to
_DRIVERS = ("sqlite3", "psycopg")

Settle = Callable[[], None]


class Books(Protocol):
    """The books of a transaction, whatever they hold."""

    @property
    def work(self) -> Workspace: ...


class Bookkeeper(Protocol):
    """Whoever opens books on a transaction of the writer, and is told how it ended."""

    @property
    def engine(self) -> Engine: ...

    @property
    def run(self) -> int | None:
        """This daemon's row in `run`."""

    def open(self, connection: Connection, names: Names) -> Books:
        """Books on a transaction that has just begun, knowing what is named."""

    def committed(self) -> None: ...

    def rolled_back(self) -> None: ...

    def failed(self) -> None:
        """The database failed; the transaction may even have been committed."""


class Writer(Protocol):
    """Where jobs go."""

    def put(self, job: Job[Any, Any]) -> None:
        """Do a job, in the order of the calls."""

    @property
    def full(self) -> bool:
        """Whether more waits than should: whoever can, brings no more for a while."""


def unavailable(error: BaseException) -> bool:
    """Whether an error is the database's failing (unreachable, locked, full) rather than a fault of a job.

    Errors of the driver come as they are from statements of the hot path, else wrapped by SQLAlchemy.
    """
    if in_the_way(error):
        return False
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if damaged(error) or getattr(_cause(error), "sqlstate", None) == _READ_ONLY:
        return True
    kind = type(_cause(error))
    if kind.__name__ == "DatabaseError":  # and none of its special cases: SQLite's for a file that is damaged
        return kind.__module__ in _DRIVERS
    return any(
        base.__module__.partition(".")[0] in _DRIVERS and base.__name__ in ("OperationalError", "InterfaceError")
        for base in kind.__mro__
    )


def damaged(error: BaseException) -> bool:
    """Whether the database found its own pages wrong."""
    cause = _cause(error)
    name = getattr(cause, "sqlite_errorname", None) or ""
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or getattr(cause, "sqlstate", None) in _DAMAGE


def in_the_way(error: BaseException) -> bool:
    """Whether another daemon's transaction was in the way, so that the same job may go through when tried again."""
    return getattr(_cause(error), "sqlstate", None) in _IN_THE_WAY


def _cause(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


class Batches:
    """Runs batches of jobs on a connection of its own, which is opened when needed and again after a failure."""

    def __init__(self, bookkeeper: Bookkeeper) -> None:
        self._bookkeeper = bookkeeper
        self._connection: Connection | None = None
        self.failures = 0  # of the database, so far
        self.failure: Exception | None = None  # the last of them

    def _note_failure(self, error: Exception) -> None:
        self.failure = error  # before the count: whoever sees that it has risen finds why
        self.failures += 1

    def run(self, jobs: Sequence[Job[Any, Any]]) -> list[Settle]:
        """Do the jobs; what is to be called for each, in order, to tell it of its result."""
        if len(jobs) > 1:
            try:
                return self._together(jobs)
            except Exception as error:  # noqa: BLE001 - whatever a job raises, the others must not suffer for it
                if unavailable(error):
                    return [_complainer(job, error) for job in jobs]
        settled: list[Settle] = []
        for place, job in enumerate(jobs):
            try:
                settled.append(self._alone(job))
            except Exception as error:  # noqa: BLE001 - as above; here it is known whose fault it is
                if unavailable(error):
                    return settled + [_complainer(other, error) for other in jobs[place:]]
                settled.append(self._failed(job, error))
        return settled

    def _alone(self, job: Job[Any, Any]) -> Settle:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._together([job])[0]
            except Exception as error:
                if not in_the_way(error):
                    raise
        return self._together([job])[0]

    def _together(self, jobs: Sequence[Job[Any, Any]]) -> list[Settle]:
        return self._transaction(jobs, [job.run for job in jobs])

    def _failed(self, job: Job[Any, Any], error: Exception) -> Settle:
        """Keep what must be kept of a failed job; if even that fails, it is told that nothing was kept."""
        try:
            return self._transaction([job], [lambda books: job.on_failed(books, error)])[0]
        except Exception as worse:  # noqa: BLE001 - the job is told; the writer must live on
            if worse is not error and not unavailable(worse):
                self._note_failure(worse)  # not even that it failed could be kept
            return _complainer(job, worse)

    def _transaction(self, jobs: Sequence[Job[Any, Any]], works: Sequence[Callable[[Any], Any]]) -> list[Settle]:
        bookkeeper = self._bookkeeper
        done = False
        try:
            connection = self._connected()
            with connection.begin():
                books = bookkeeper.open(connection, Names.joined([job.names() for job in jobs]))
                results = [work(books) for work in works]
                books.work.flush()
            done = True
            bookkeeper.committed()
        except Exception as error:
            if unavailable(error):
                self._note_failure(error)
                bookkeeper.failed()
                self.close()
            raise
        finally:
            if not done:
                bookkeeper.rolled_back()
        return [_teller(job, result) for job, result in zip(jobs, results, strict=True)]

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = self._bookkeeper.engine.connect()
            if self._bookkeeper.run is not None:
                show_life(self._connection, self._bookkeeper.run)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _teller(job: Job[Any, Any], result: Any) -> Settle:
    return lambda: job.on_done(result)


def _complainer(job: Job[Any, Any], error: Exception) -> Settle:
    return lambda: job.on_unavailable(error)


class Inline:
    """A writer without a thread: a job put is done at once, or, inside `held()`, together with others.

    For tests, and for whatever has no reactor. It runs the same batches.
    """

    full = False

    def __init__(self, bookkeeper: Bookkeeper) -> None:
        self._batches = Batches(bookkeeper)

    def put(self, job: Job[Any, Any]) -> None:
        self.run([job])

    def run(self, jobs: Sequence[Job[Any, Any]]) -> None:
        """Do the jobs as one batch."""
        for settle in self._batches.run(jobs):
            settle()

    def close(self) -> None:
        self._batches.close()


class Threaded:
    """The writer of the daemon: one thread, the only one of the process that writes.

    `deliver` takes a callable and calls it where the results belong (`reactor.callFromThread`); it is called once a
    batch. `put`, `full` and `start` are for that same place. When `high` jobs wait, `full` becomes true and `on_full`
    is called with True; once no more than `low` wait, it is false again and `on_full` is called with False.
    """

    def __init__(
        self,
        bookkeeper: Bookkeeper,
        deliver: Callable[[Callable[[], None]], object],
        *,
        limit: int = BATCH,
        high: int = 2000,
        low: int = 500,
        on_full: Callable[[bool], None] = lambda full: None,
    ) -> None:
        self._batches = Batches(bookkeeper)
        self._deliver = deliver
        self._limit = limit
        self._high = high
        self._low = low
        self._on_full = on_full
        self._queue: SimpleQueue[Job[Any, Any] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer")
        self._refused: Exception | None = None
        self.full = False

    def start(self) -> None:
        self._thread.start()

    def put(self, job: Job[Any, Any]) -> None:
        self._queue.put(job)
        if not self.full and self._queue.qsize() >= self._high:
            self.full = True
            self._on_full(True)

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return self._queue.qsize()

    @property
    def failures(self) -> int:
        """How often the database has failed."""
        return self._batches.failures

    @property
    def failure(self) -> Exception | None:
        """Why it failed last."""
        return self._batches.failure

    def refuse(self, error: Exception) -> None:
        """From now on do nothing, and tell every job that the database failed, also those under way: nobody knows
        what became of them."""
        self._refused = error

    def stop(self, drain: bool = True) -> None:
        """Finish: what was put is done first, or, without `drain`, told that the database is unavailable.

        Returns at once; the last results are delivered before the thread ends (`join`).
        """
        if not drain:
            self.refuse(Stopped("the daemon is stopping"))
        self._queue.put(None)

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread; whether it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        queue = self._queue
        last = False
        while not last:
            batch: list[Job[Any, Any]] = []
            job = queue.get()
            while job is not None:
                batch.append(job)
                if len(batch) >= self._limit:
                    break
                try:
                    job = queue.get_nowait()
                except Empty:
                    break
            last = job is None
            if batch:
                settled = [] if self._refused else self._batches.run(batch)
                self._deliver(self._telling(batch, settled))
        self._batches.close()

    def _telling(self, batch: Sequence[Job[Any, Any]], settled: Sequence[Settle]) -> Callable[[], None]:
        def tell() -> None:
            refused = self._refused
            for settle in settled if refused is None else [_complainer(job, refused) for job in batch]:
                settle()
            if self.full and self._queue.qsize() <= self._low:
                self.full = False
                self._on_full(False)

        return tell


class Stopped(Exception):
    """The writer was told to take nothing any more."""
