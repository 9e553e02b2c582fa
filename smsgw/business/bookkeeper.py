"""The bookkeeper of a process: opens each transaction's books, and keeps between them what stays true.

It is used by one thread at a time: the writer's, or that of an operator's command.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from smsgw.business.books import StoreBooks
from smsgw.business.core.opening import Memories, Opening
from smsgw.business.core.tariff import Tariff
from smsgw.business.core.trade import Trade
from smsgw.store.driver import Driver
from smsgw.store.engine import by_key, reading
from smsgw.store.names import Names
from smsgw.store.numbers import Numbers
from smsgw.store.workspace import Workspace

NOTHING = Names()


@dataclass(frozen=True, slots=True)
class Terms:
    """What books take from the settings: the rules of the trade, and what texts cost, which is asked as they come in.

    `redelivery_after`: an acknowledgement later than this, in seconds, may have come too late for the operator.
    """

    trade: Trade
    redelivery_after: float = 5.0
    tariff: Tariff | None = None


class Bookkeeper:
    """Opens books on a database.

    `run` is this daemon's row in `run`; None for an operator's command. `clock` gives seconds since the epoch. For
    `trade`, `redelivery_after` and `tariff` see Terms; `following` makes one whose terms change with the settings.
    """

    def __init__(
        self,
        engine: Engine,
        trade: Trade,
        *,
        redelivery_after: float = 5.0,
        run: int | None = None,
        clock: Callable[[], float] = time.time,
        tariff: Tariff | None = None,
    ) -> None:
        self.engine = engine
        self.run = run
        terms = Terms(trade, redelivery_after, tariff)
        self._terms: Callable[[], Terms] = lambda: terms
        self._clock = clock
        self._memories = Memories()
        self._numbers = Numbers()

    @classmethod
    def following(
        cls, engine: Engine, terms: Callable[[], Terms], *, run: int, clock: Callable[[], float] = time.time
    ) -> Self:
        """The bookkeeper of a daemon: `terms` gives those that hold now, and is asked for each transaction."""
        keeper = cls(engine, terms().trade, run=run, clock=clock)
        keeper._terms = terms
        return keeper

    def open(self, connection: Connection, names: Names = NOTHING) -> StoreBooks:
        """Books on a transaction that has just begun, knowing what is named.

        End with `books.work.flush()`, commit, and `committed()`, or with a rollback and `rolled_back()`.
        """
        counters: dict[str, int] = {}
        versions: dict[str, int] = {}
        by_key(connection)
        driver = Driver(connection)
        for kind, name, value in driver.ask(
            "SELECT 'v', name, value FROM version UNION ALL SELECT 'c', name, value FROM counter"
        ):
            (versions if kind == "v" else counters)[name] = value
        self._memories.refresh(versions)
        self._numbers.begin(driver, counters)
        terms = self._terms()
        opening = Opening(
            Workspace(driver, self._numbers, clock=self._clock),
            terms.trade,
            self._memories,
            run=self.run,
            redelivery_after=int(terms.redelivery_after * 1000),
            tariff=terms.tariff,
        )
        books = StoreBooks(opening)
        if names:
            books.know(names)
        return books

    def versions(self) -> dict[str, int]:
        """The versions, as of the latest transaction, of the catalogue and the directory (see `directory`)."""
        return dict(self._memories.versions)

    def committed(self) -> None:
        self._numbers.committed()

    def rolled_back(self) -> None:
        """What was read and handed out in the transaction does not hold."""
        self._numbers.rolled_back()
        self._memories.forget()

    def failed(self) -> None:
        """The database failed; the transaction may even have been committed."""
        self._numbers.forget()
        self._memories.forget()

    @contextmanager
    def looking(self, now: datetime) -> Iterator[StoreBooks]:
        """Books to decide by, in which nothing is booked: SQLite's one writer goes on meanwhile."""
        with reading(self.engine).connect() as connection:
            began = connection.begin()
            try:
                books = self.open(connection)
                books.begin(now)
                yield books
            finally:
                began.rollback()

    @contextmanager
    def transaction(self, now: datetime, names: Names = NOTHING, *, keep: bool = True) -> Iterator[StoreBooks]:
        """Books for an operator's work, committed at the end; with `keep` false, everything is rolled back instead."""
        with self.engine.connect() as connection:
            began = connection.begin()
            try:
                books = self.open(connection, names)
                books.begin(now)
                yield books
                books.work.flush()
                if keep:
                    began.commit()
                    self.committed()
            finally:
                if began.is_active:
                    began.rollback()
                    self.rolled_back()
