"""A job: what the writer does in one transaction together with the other jobs of its batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from smsgw.store.names import Names

Result = TypeVar("Result")
Books = TypeVar("Books")
Books_contra = TypeVar("Books_contra", contravariant=True)  # the books of a transaction, for a job that takes them


class Job(Protocol[Books_contra, Result]):
    """`run` and `on_failed` happen in the writer's thread, `on_done` and `on_unavailable` where results are delivered.

    The same job may be run twice: its batch may have to be rolled back, because of another job, and be tried again
    one by one. So `run` changes nothing but the books.
    """

    def names(self) -> Names:
        """What `run` will ask about, as far as is known; asked again when the job is tried alone."""

    def run(self, books: Books_contra) -> Result:
        """Do the work. Whatever is raised makes the job a failed one, alone, and its effects are rolled back."""

    def on_failed(self, books: Books_contra, error: Exception) -> Result:
        """Keep what must be kept of a job that raises, in a transaction of its own."""

    def on_done(self, result: Result) -> None:
        """The transaction is committed, and lasts."""

    def on_unavailable(self, error: Exception) -> None:
        """The database failed; nothing is kept (or nobody can tell), and the job is not tried again."""


NO_NAMES = Names()


class FunctionJob(Generic[Books, Result]):
    """A job made of functions, for everything that needs no state of its own."""

    __slots__ = ("_failed", "_names", "on_done", "on_unavailable", "run")

    def __init__(
        self,
        run: Callable[[Books], Result],
        *,
        done: Callable[[Result], None] = lambda result: None,
        unavailable: Callable[[Exception], None],
        failed: Callable[[Exception], None] = lambda error: None,
        names: Names = NO_NAMES,
    ) -> None:
        """`run` works in the writer's thread and may be called twice; `done` and `unavailable` are told the end of it.

        A job that raises keeps nothing: `failed` is told so in the writer's thread, for the log only, and then
        `unavailable` where results are delivered. `names` is what `run` will ask about.
        """
        self.run = run
        self.on_done = done
        self.on_unavailable = unavailable
        self._failed = failed
        self._names = names

    def names(self) -> Names:
        return self._names

    def on_failed(self, books: Books, error: Exception) -> Result:
        self._failed(error)
        raise error
