"""One file into the books: every line is decided before the first is written, and large files are written in slices."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import OperationalError

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.books import StoreBooks
from smsgw.business.catalogue.books import all_products
from smsgw.business.core.importing import Changes, ImportKind
from smsgw.business.core.known import KnownDealer, KnownProduct, KnownRegion, Snapshot
from smsgw.business.core.principal import Principal
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.core.versions import CONTACTS
from smsgw.business.directory.books.network import all_dealers, all_depots, all_regions
from smsgw.business.money.tables import account_balance
from smsgw.business.prices.books import all_prices
from smsgw.business.prices.rules import EVERYBODYS
from smsgw.business.registry import gather
from smsgw.errors import SmsgwError
from smsgw.store.engine import DatabaseUnavailable, explain, reading
from smsgw.store.import_progress import UnderWay, find, finish, move, take
from smsgw.store.instants import to_ms
from smsgw.store.versions import versions
from smsgw.tables.fault import BadTable, Fault, TooManyFaults
from smsgw.tables.files import AUTOMATIC, Choice, Looked, Table, read
from smsgw.values.nearest import did_you_mean

_NAME = 64  # characters of a file's name that the trail keeps
_TRIES = 20  # times that a file is checked again because the directory has changed

Also = Callable[[Any, Any, Snapshot, datetime, Changes], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do: lines read, and how many of them were new, changed, there already.

    `looked` says what was read of the file, `first` is its first row, by column.
    """

    kind: str
    lines: int
    new: int
    changed: int
    same: int
    remarks: tuple[str, ...]
    looked: Looked
    first: dict[str, str]


@dataclass(slots=True)
class Checked:
    """What a check found, and what it was made against: the directory's state, and what the books hold of the kind."""

    versions: dict[str, int]
    kept: tuple[Any, ...]
    snapshot: Snapshot
    found: Sequence[Any]
    faults: list[Fault]


def kinds() -> dict[str, ImportKind]:
    """Every kind of file by its name, in the order of the subjects: each may need those before it."""
    return {name: kind for offered in gather("imports", "KINDS") for name, kind in offered.items()}


def kind_named(name: str) -> ImportKind:
    """The kind of a name; raises SmsgwError with the names there are."""
    known = kinds()
    if name not in known:
        advice = did_you_mean(name, known, f"the kinds are {', '.join(known)}")
        raise SmsgwError(f"files of {name} cannot be imported; {advice}")
    return known[name]


@dataclass(slots=True)
class Pace:
    """How long an import may hold the writer, and how it steps aside: seconds.

    A slice is made as long as takes `slice`; then whoever waits for the writer has `aside` to take it, which is longer
    than he sleeps between two tries (`smsgw.store.engine`).
    """

    slice: float = 0.1
    aside: float = 0.02
    first: int = 500  # lines of the first slice
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def next_size(self, size: int, took: float) -> int:
        """The lines of the next slice, when so many took so long."""
        return max(_LEAST, min(_MOST, int(size * self.slice / max(took, 0.001))))


_LEAST, _MOST = 50, 2000  # lines of a slice


def run(
    engine: Engine,
    name: str,
    path: Path,
    setting: Snapshot,
    trade: Trade,
    principal: Principal,
    now: datetime,
    choice: Choice = AUTOMATIC,
    *,
    keep: bool = True,
    pace: Pace | None = None,
) -> Report:
    """Import a file of a kind, and put on the trail who did so and what came of it.

    Every line is decided before the first is written, on books that are only read; a file with a bad line is refused as
    a whole. A large file is then written in slices, each a transaction of its own, so that texts are answered
    meanwhile; one that was stopped between them goes on when it is imported again.

    `setting` holds what the deployment sets (verb words, languages, country, today), `choice` what whoever imports says
    of the file. With `keep` false nothing is written: the report tells what would come of it. Raises BadTable with
    every fault and nothing kept, or with the lines that became wrong while the others were written; Refused for a
    principal without the right, SmsgwError for a file or a database that cannot be used.
    """
    kind = kind_named(name)
    with _uncollected():
        table = read(path, kind.columns, choice)
        work = _Import(engine, name, kind, table, path.name, setting, trade, principal, now, pace or Pace())
        try:
            if kind.foresee is None:
                return work.write_whole(keep)
            work.decide(keep)
            return work.write() if keep else work.report()
        except TooManyFaults as found:
            raise BadTable(path.name, found.faults, more=True, kept=work.written) from None
        except OperationalError as error:
            raise DatabaseUnavailable(explain(engine, error)) from error
        except engine.dialect.loaded_dbapi.OperationalError as error:  # of a statement that goes straight to the driver
            raise DatabaseUnavailable(explain(engine, OperationalError(None, None, error))) from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for garbage meanwhile: of the many rows of a file none is, and it takes a seventh of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was:
            gc.enable()


class _Import:
    """One file on its way into the books."""

    def __init__(
        self,
        engine: Engine,
        name: str,
        kind: ImportKind,
        table: Table,
        file: str,
        setting: Snapshot,
        trade: Trade,
        principal: Principal,
        now: datetime,
        pace: Pace,
    ) -> None:
        self._engine = engine
        self._keeper = Bookkeeper(engine, trade)
        self._name = name
        self._kind = kind
        self._table = table
        self._file = file
        self._setting = setting
        self._trade = trade
        self._principal = principal
        self._now = now
        self._pace = pace
        self._began = pace.clock()
        self._runner = uuid4().hex
        self._changes = Changes()
        self._before: UnderWay | None = None  # how far this file came before it was stopped
        self._line = 0  # the last that is through, where the books decide
        self.written = False  # whether some of it is in the books

    # ---- in slices

    def decide(self, keep: bool) -> None:
        """Look at every line, and raise BadTable with all that is wrong; without `keep`, see what would come of it."""
        kind = self._kind
        with self._keeper.looking(self._now) as books:
            self._session(books).require(Right.IMPORT)
        self._checked = self._check_apart()
        if kind.books_decide or (not keep and not self._checked.faults):
            assert kind.foresee is not None
            known: dict[Any, Any] = {}
            found = self._checked.found
            for start in range(0, len(found), _MOST):
                with self._keeper.looking(self._now) as books:
                    came = kind.foresee(books, found[start : start + _MOST], self._checked.snapshot, known)
                self._add(came)
        if self._checked.faults:
            raise BadTable(self._file, self._checked.faults)

    def write(self) -> Report:
        """Write what was decided, slice by slice."""
        pace = self._pace
        self._changes = Changes()
        gc.freeze()  # what was read stays to the end; what a slice leaves behind is looked for among its own
        size, place, tries = pace.first, 0, 0
        while True:
            found = self._checked.found
            some = found[place : place + size]
            last = place + len(some) >= len(found)
            began = pace.clock()
            if not self._write_slice(some, place + len(some), last):
                tries += 1
                if tries > _TRIES:
                    raise SmsgwError(f"the directory changes all the time; import {self._file} again later")
                place = self._check_again()
            elif last:
                break
            else:
                place += len(some)
                size = pace.next_size(len(some), pace.clock() - began)
            gc.collect()
            pace.sleep(pace.aside)
        if self._checked.faults:
            raise BadTable(self._file, self._checked.faults, kept=True)
        return self.report()

    def _write_slice(self, some: Sequence[Any], place: int, last: bool) -> bool:
        """One transaction; false, with nothing written, if the directory is not as it was when lines were checked."""
        faults = len(self._checked.faults)
        with self._keeper.transaction(self._now) as books:
            books.work.author = self._principal.who
            if _versions(books.connection) != self._checked.versions:
                return False
            alone = last and not self.written
            if not alone and not self.written:
                self._begin(books.connection)
            came = self._kind.write(books, some, self._checked.snapshot, self._now)
            self._add(came)
            if alone and len(self._checked.faults) > faults:
                raise BadTable(self._file, self._checked.faults)
            if not alone:
                self._move(books.connection, place)
            if last:
                self._record(books)
                if not alone:
                    finish(books.connection, self._state(place))
            books.work.flush()
            self._checked.versions.update(_versions(books.connection))
        self.written = True
        if self._kind.books_decide and some:
            self._line = some[-1].cells.line
        return True

    def _check_again(self) -> int:
        """Check against the directory as it is now; from which place on what was found is to be written."""
        wrong = [fault for fault in self._checked.faults if self.written and fault.line <= self._line]
        self._checked = checked = self._check_apart()
        if self._kind.books_decide:
            checked.faults[:] = wrong + [fault for fault in checked.faults if fault.line > self._line]
            checked.found = [entry for entry in checked.found if entry.cells.line > self._line]
        if checked.faults and not self.written:
            raise BadTable(self._file, checked.faults)
        return 0

    def _begin(self, connection: Connection) -> None:
        self._before = find(connection, self._name, self._table.looked.sha256)
        take(connection, self._state(0), self._runner)

    def _move(self, connection: Connection, place: int) -> None:
        if not move(connection, self._state(place), self._runner):
            raise SmsgwError(f"{self._file} was imported by somebody else at the same time, who goes on with it")

    def _state(self, place: int) -> UnderWay:
        before, changes, at = self._before, self._changes, to_ms(self._now)
        return UnderWay(
            self._name,
            self._table.looked.sha256,
            self._file[:_NAME],
            self._principal.who,
            len(self._table.rows),
            len(self._table.rows) - len(self._checked.found) + place,  # what was not found to be written is there
            (before.new if before else 0) + len(changes.new),
            (before.changed if before else 0) + len(changes.changed),
            before.started_at if before else at,
            at + int((self._pace.clock() - self._began) * 1000),
        )

    # ---- as a whole

    def write_whole(self, keep: bool) -> Report:
        """Check, and write in one transaction. With `keep` false it is taken back."""
        kind, name = self._kind, self._name
        # Nobody waits for a check: it is made before the database is locked, and again only if somebody changed
        # meanwhile what it was made against.
        self._checked = self._check_apart()
        with self._keeper.transaction(self._now, keep=keep) as books:
            connection = books.connection
            self._session(books).require(Right.IMPORT)
            books.work.author = self._principal.who
            checked = self._checked
            if _versions(connection) != checked.versions or kind.kept(connection) != checked.kept:
                self._checked = checked = self._check(connection)
            if checked.faults:
                raise BadTable(self._file, checked.faults)
            self._changes = kind.write(books, checked.found, checked.snapshot, self._now)
            if checked.faults:
                raise BadTable(self._file, checked.faults)
            for also in _also(name):
                also(books, checked.found, checked.snapshot, self._now, self._changes)
            books.work.flush()
            self._record(books)
        return self.report()

    # ---- of both

    def _check_apart(self) -> Checked:
        with reading(self._engine).connect() as connection:
            return self._check(connection)

    def _check(self, connection: Connection) -> Checked:
        kind, faults = self._kind, list[Fault]()
        known = snapshot(connection, self._setting)
        kept = kind.kept(connection)
        seen = _versions(connection)
        return Checked(seen, kept, known, kind.check(self._table.rows, known, *kept, faults), faults)

    def _session(self, books: StoreBooks) -> Session:
        return Session(self._principal, to_ms(self._now), books.transaction, self._trade)

    def _add(self, came: Changes) -> None:
        self._changes.new |= came.new
        self._changes.changed |= came.changed
        self._changes.remarks += came.remarks

    def _record(self, books: StoreBooks) -> None:
        report = self.report()
        detail: dict[str, object] = {
            "sha256": report.looked.sha256,
            "lines": report.lines,
            "new": report.new,
            "changed": report.changed,
        }
        if refused := len({fault.line for fault in self._checked.faults}):
            detail["refused"] = refused
        self._session(books).record(f"{self._name} imported", self._file[:_NAME], detail)

    def report(self) -> Report:
        """What was done, or would be."""
        before, changes, rows = self._before, self._changes, self._table.rows
        new = len(changes.new) + (before.new if before else 0)
        changed = len(changes.changed) + (before.changed if before else 0)
        remarks = list(changes.remarks)
        if before:
            remarks.insert(0, f"went on where it had stopped, after {before.place:,} of {before.lines:,} lines")
        return Report(
            self._name,
            len(rows),
            new,
            changed,
            len(rows) - new - changed,
            tuple(remarks),
            self._table.looked,
            dict(rows[0].cells) if rows else {},
        )


def _versions(connection: Connection) -> dict[str, int]:
    """The versions of what a check is made against: who has which phone is none of it."""
    return {name: version for name, version in versions(connection).items() if name != CONTACTS}


def _also(name: str) -> list[Also]:
    """What a file of this kind brings for later subjects: their `imports.ALSO`, kind → function."""
    return [offered[name] for offered in gather("imports", "ALSO") if name in offered]


def snapshot(connection: Connection, setting: Snapshot) -> Snapshot:
    """`setting`, which holds what the deployment sets, with what the database holds."""
    posted = set(connection.scalars(select(account_balance.c.dealer).distinct()))
    currencies = {p.model: p.currency for p in all_prices(connection).values() if p.list == EVERYBODYS}
    return replace(
        setting,
        regions={r.code: KnownRegion(r.code, r.parent) for r in all_regions(connection).values()},
        dealers={
            d.code: KnownDealer(d.code, d.parent, d.tier, d.currency, d.timezone or setting.timezone, d.code in posted)
            for d in all_dealers(connection).values()
        },
        depots=frozenset(all_depots(connection)),
        products={
            p.code: KnownProduct(p.code, p.name, p.aliases, p.tacs, currencies.get(p.code))
            for p in all_products(connection).values()
        },
    )
