"""What a kind of file is made of: its columns, what checks its rows, and what writes those that are new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from smsgw.business.core.known import Snapshot
from smsgw.tables.files import Columns

Key = tuple[Any, ...]


@dataclass(slots=True)
class Changes:
    """The keys of rows that were new or different, and remarks for whoever imports them."""

    new: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)

    def differs(self, key: Key, was: object | None, now: object) -> bool:
        """Note whether a row is new, changed or neither; true unless neither."""
        if was is None:
            self.new.add(key)
        elif was != now:
            self.changed.add(key)
        return was != now


class ImportBooks(Protocol):
    """The books of the transaction in which a file is written."""

    @property
    def connection(self) -> Connection:
        """That of the transaction; what was booked before is visible to it."""

    def fetch(self, *, dealers: Iterable[str] = (), imeis: Iterable[str] = ()) -> None:
        """Read what is named in advance, one question a table. Shops are locked in the order of their codes."""

    def begin(self, now: datetime) -> None:
        """What is booked from here on happened at `now` (aware)."""

    def apply(self, records: Sequence[Any]) -> None:
        """Book records."""


def nothing_kept(connection: Connection) -> tuple[()]:
    """For kinds whose rows are compared with the snapshot alone."""
    return ()


@dataclass(frozen=True, slots=True)
class ImportKind:
    """A kind of file. A subject offers its own as `imports.KINDS`: name → kind.

    `check(rows, snapshot, *kept, faults)` gives what is to be written; `kept(connection)` is what the rows are compared
    with besides the snapshot. `write(books, found, snapshot, now)` writes it.

    `foresee(books, found, snapshot, before)` says on books that are only read what `write` would come to, and adds the
    faults that only the books know (then `books_decide` is set); `before` is a mapping of its own, empty at first, of
    what earlier lines leave behind. A kind that has it is written in slices, each in a transaction of its own, so
    `write` of some entries asks the books whether they hold them already. One that has not is written as a whole: its
    lines may depend on each other.
    """

    columns: Columns
    check: Callable[..., Sequence[Any]]
    write: Callable[[Any, Any, Snapshot, datetime], Changes]  # the books: ImportBooks and what the subject asks of them
    kept: Callable[[Connection], tuple[Any, ...]] = nothing_kept
    foresee: Callable[[Any, Any, Snapshot, dict[Any, Any]], Changes] | None = None
    books_decide: bool = False


def morning(day: date, timezone: str) -> datetime:
    """The first moment of a day in a time zone."""
    return datetime.combine(day, time(), ZoneInfo(timezone))
