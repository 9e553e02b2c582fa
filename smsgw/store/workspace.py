"""What one transaction is about and has yet to write: changes are seen at once, and written table by table.

Whoever keeps rows of a table asks for a place where they wait (`rows`, `sums`, `states`), once a transaction; tables
are written in the order in which they were asked for, so that parents come before children. A question to the database
(`ask`, `say`, `connection`) makes what waits be written first, inside the same transaction: right without a second
implementation.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.engine import Connection

from smsgw.store.driver import Driver, Row
from smsgw.store.instants import EPOCH, from_ms
from smsgw.store.journal import SMSGW, Pending
from smsgw.store.numbers import Numbers
from smsgw.store.statements import Write

State = TypeVar("State")


class Waiting(Protocol):
    """Rows of one table that wait to be written."""

    def write(self, driver: Driver) -> None:
        """Write them, if there are any."""

    def __len__(self) -> int: ...


class Rows(list[Row]):
    """New rows of a table, in their order."""

    def __init__(self, into: Write) -> None:
        self._into = into

    def write(self, driver: Driver) -> None:
        self._into.many(driver, self)
        self.clear()


class Sums(dict[tuple[str, ...], list[int]]):
    """Amounts to be added to a row of sums, by its key."""

    def __init__(self, into: Write) -> None:
        self._into = into

    def add(self, key: tuple[str, ...], *amounts: int) -> None:
        """Add to what a row sums up."""
        known = self.get(key)
        if known is None:
            self[key] = [*amounts]
        else:
            for place, amount in enumerate(amounts):
                known[place] += amount

    def write(self, driver: Driver) -> None:
        if self:
            self._into.many(driver, [(*key, *amounts) for key, amounts in sorted(self.items())])
            self.clear()


class States(dict[Any, State], Generic[State]):
    """The last state of each row that changed, by its key; `row` makes of a state what is written."""

    def __init__(self, into: Write, row: Callable[[State], Row]) -> None:
        self._into = into
        self._row = row

    def write(self, driver: Driver) -> None:
        if self:
            row = self._row
            # In the order of keys: several daemons then never wait for one another in a circle.
            self._into.many(driver, [row(self[key]) for key in sorted(self)])
            self.clear()


class Workspace:
    """The state of one transaction on one connection. `clock` gives seconds since the epoch."""

    def __init__(self, driver: Driver, numbers: Numbers, *, clock: Callable[[], float]) -> None:
        self.driver = driver
        self.numbers = numbers
        self.clock = clock
        # The current message.
        self.now: datetime = EPOCH
        self.at = 0
        self.message: int | None = None
        self.phone: str | None = None
        self.contact: int | None = None
        self.turn = 0  # counts the messages
        # Who acts where no text does, and the entries of the journal for the current Decision, by reference.
        self.author = SMSGW
        self.entries: dict[str | None, int] = {}
        self.journal = Pending(driver, numbers)
        self._waiting: list[Waiting] = []

    def begin(self, at: int, message: int | None, phone: str | None, contact: int | None) -> None:
        """From now on everything is booked for this message, or for work that no message has caused."""
        self.at = at
        self.now = from_ms(at)
        self.message = message
        self.phone = phone
        self.contact = contact
        self.turn += 1

    # ---- what waits to be written

    def rows(self, into: Write) -> Rows:
        """Where new rows of a table wait: `append` them."""
        return self._placed(Rows(into))

    def sums(self, into: Write) -> Sums:
        """Where what is to be added to sums waits: `add` it."""
        return self._placed(Sums(into))

    def states(self, into: Write, row: Callable[[State], Row]) -> States[State]:
        """Where rows wait of which only the last state is written: set it under its key."""
        return self._placed(States(into, row))

    def _placed(self, place: Place) -> Place:
        self._waiting.append(place)
        return place

    def flush(self) -> None:
        """Write everything, each table once."""
        if not (self._waits() or self.journal or self.numbers.unwritten):
            return
        driver = self.driver
        with driver.pipelined():
            for waiting in self._waiting:
                if waiting:
                    waiting.write(driver)
            self.journal.flush()
            self.numbers.flush(driver)

    # ---- questions to the database

    @property
    def connection(self) -> Connection:
        """The connection, everything that was waiting written."""
        if self._waits():
            self.flush()
        return self.driver.connection

    def ask(self, question: str, *values: Any) -> list[Row]:
        """Write what is pending, then ask; `?` marks a value on either database."""
        if self._waits():
            self.flush()
        return self.driver.ask(question, *values)

    def say(self, statement: str, *values: Any) -> int:
        """Write what is pending, then run a statement that changes rows; how many it changed."""
        if self._waits():
            self.flush()
        return self.driver.change(statement, *values)

    def _waits(self) -> bool:
        return any(self._waiting)


Place = TypeVar("Place", bound=Waiting)
