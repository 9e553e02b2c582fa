"""Numbers we hand out ourselves: ids of messages, references of bookings and entries of the journal, known before they
are written, so that a reply can name them at once.

SQLite has one writer at a time: the last number of each kind is a row that is read at the beginning of a transaction
and written at its end. PostgreSQL has many: each daemon takes blocks from sequences and keeps them in memory. Either
way a transaction that is rolled back gives its numbers back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from sqlalchemy.engine import Connection

from smsgw.store.columns import FIRST_REFERENCE, SEQUENCES
from smsgw.store.driver import Driver
from smsgw.store.statements import insert
from smsgw.store.tables import counter

MESSAGE = "message"  # texts in and out share one series, so that an id names one text
JOURNAL = "journal"  # entries of the journal (see `store.journal`)
_BLOCK = {MESSAGE: 512, JOURNAL: 512}
_REFERENCES = 64  # a block of references

COUNTER = insert(counter, "name value", "(name) DO UPDATE SET value = excluded.value")


class Numbers:
    """The numbers of one process; used by one transaction at a time."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._changed: set[str] = set()
        self._blocks: dict[str, deque[int]] = {}
        self._taken: list[tuple[str, int]] = []
        self._sequences = False
        self._driver: Driver | None = None

    def begin(self, driver: Driver, counters: Mapping[str, int]) -> None:
        """A transaction begins; `counters` are the rows of the table counter (none on PostgreSQL)."""
        self._driver = driver
        self._sequences = not driver.sqlite
        self._last = dict(counters)
        self._changed.clear()
        self._taken.clear()

    def take(self, name: str) -> int:
        """The next number of a kind: `message`, `journal`, or the letter of a reference."""
        if self._sequences:
            block = self._blocks.get(name)
            if not block:
                block = self._blocks[name] = self._fetch(name)
            value = block.popleft()
            self._taken.append((name, value))
            return value
        last = self._last.get(name)
        value = last + 1 if last is not None else (FIRST_REFERENCE if len(name) == 1 else 1)
        self._last[name] = value
        self._changed.add(name)
        return value

    def take_some(self, name: str, count: int) -> list[int]:
        """So many numbers, in order."""
        return [self.take(name) for _ in range(count)]

    def _fetch(self, name: str) -> deque[int]:
        assert self._driver is not None
        rows = self._driver.ask(
            f"SELECT nextval('{SEQUENCES[name].name}') FROM generate_series(1, ?)", _BLOCK.get(name, _REFERENCES)
        )
        return deque(sorted(value for (value,) in rows))

    @property
    def unwritten(self) -> bool:
        """Whether numbers were taken that the database does not know of (SQLite's)."""
        return bool(self._changed)

    def flush(self, driver: Driver) -> None:
        """Write what has changed."""
        if self._changed:
            COUNTER.many(driver, [(name, self._last[name]) for name in sorted(self._changed)])
            self._changed.clear()

    def committed(self) -> None:
        self._taken.clear()

    def rolled_back(self) -> None:
        """The numbers of this transaction are free again."""
        for name, value in reversed(self._taken):
            self._blocks[name].appendleft(value)
        self._taken.clear()

    def forget(self) -> None:
        """The database failed, perhaps after it committed: no number in memory is known to be free."""
        self._blocks.clear()
        self._taken.clear()


def draw(connection: Connection, name: str) -> int:
    """One number (see `Numbers.take`) for work outside of the writer; it is given back if the transaction is."""
    return draw_some(connection, name, 1)[0]


def draw_some(connection: Connection, name: str, count: int) -> list[int]:
    """So many numbers, in order."""
    driver = Driver(connection)
    if not driver.sqlite:
        asked = f"SELECT nextval('{SEQUENCES[name].name}') FROM generate_series(1, ?)"
        return sorted(int(value) for (value,) in driver.ask(asked, count))
    last = driver.ask("SELECT value FROM counter WHERE name = ?", name)
    first = int(last[0][0]) + 1 if last else (FIRST_REFERENCE if len(name) == 1 else 1)
    COUNTER.many(driver, [(name, first + count - 1)])
    return list(range(first, first + count))
