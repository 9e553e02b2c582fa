"""A job: what the writer does in one transaction together with the other jobs of its batch."""

from __future__ import annotations

from typing import Protocol, TypeVar

from smsgw.store.books import StoreBooks
from smsgw.store.names import Names

Result = TypeVar("Result")


class Job(Protocol[Result]):
    """`run` and `on_failed` happen in the writer's thread, `on_done` and `on_unavailable` where results are delivered.

    The same job may be run twice: its batch may have to be rolled back, because of another job, and be tried again
    one by one. So `run` changes nothing but the books.
    """

    def names(self) -> Names:
        """What `run` will ask about, as far as is known; asked again when the job is tried alone."""

    def run(self, books: StoreBooks) -> Result:
        """Do the work. Whatever is raised makes the job a failed one, alone, and its effects are rolled back."""

    def on_failed(self, books: StoreBooks, error: Exception) -> Result:
        """Keep what must be kept of a job that raises, in a transaction of its own."""

    def on_done(self, result: Result) -> None:
        """The transaction is committed, and lasts."""

    def on_unavailable(self, error: Exception) -> None:
        """The database failed; nothing is kept (or nobody can tell), and the job is not tried again."""
