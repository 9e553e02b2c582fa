"""One file into the books: all of it or nothing, and every line that speaks against it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import OperationalError

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.catalogue.books import all_products
from smsgw.business.core.importing import Changes, ImportKind
from smsgw.business.core.known import KnownDealer, KnownProduct, KnownRegion, Snapshot
from smsgw.business.core.principal import Principal
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.directory.books.network import all_dealers, all_depots, all_regions
from smsgw.business.money.tables import account_balance
from smsgw.business.prices.books import EVERYBODY, all_prices
from smsgw.business.registry import gather
from smsgw.errors import SmsgwError
from smsgw.store.engine import DatabaseUnavailable, explain, reading
from smsgw.store.instants import to_ms
from smsgw.store.versions import versions
from smsgw.tables.fault import BadTable, Fault, TooManyFaults
from smsgw.tables.files import AUTOMATIC, Choice, Looked, Row, read
from smsgw.values.nearest import did_you_mean

_NAME = 64  # characters of a file's name that the trail keeps

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


@dataclass(frozen=True, slots=True)
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


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for garbage meanwhile: of the many rows of a file none is, and it takes a seventh of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_uncollected()
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
) -> Report:
    """Import a file of a kind, in one transaction, and put on the trail who did so and what came of it.

    `setting` holds what the deployment sets (verb words, languages, country, today), `choice` what whoever imports says
    of the file. With `keep` false all is done and taken back, to tell what would come of it. Raises BadTable with every
    fault and nothing kept, Refused for a principal without the right, SmsgwError for a file or a database that cannot
    be used.
    """
    kind = kind_named(name)
    table = read(path, kind.columns, choice)
    rows = table.rows
    try:
        # Nobody waits for a check: it is made before the database is locked, and again only if somebody changed
        # meanwhile what it was made against.
        with reading(engine).connect() as connection:
            checked = _check(kind, rows, connection, setting)
        with Bookkeeper(engine, trade).transaction(now, keep=keep) as books:
            connection = books.connection
            session = Session(principal, to_ms(now), books.transaction, trade)
            session.require(Right.IMPORT)
            books.work.author = principal.who
            if versions(connection) != checked.versions or kind.kept(connection) != checked.kept:
                checked = _check(kind, rows, connection, setting)
            faults = checked.faults
            if faults and not kind.books_decide:
                raise BadTable(path.name, faults)
            changes = kind.write(books, checked.found, checked.snapshot, now)
            if faults:
                raise BadTable(path.name, faults)
            for also in _also(name):
                also(books, checked.found, checked.snapshot, now, changes)
            done = len(changes.new) + len(changes.changed)
            report = Report(
                name,
                len(rows),
                len(changes.new),
                len(changes.changed),
                len(rows) - done,
                tuple(changes.remarks),
                table.looked,
                dict(rows[0].cells) if rows else {},
            )
            books.work.flush()
            session.record(f"{name} imported", path.name[:_NAME], _detail(report))
    except TooManyFaults as found:
        raise BadTable(path.name, found.faults, more=True) from None
    except OperationalError as error:
        raise DatabaseUnavailable(explain(engine, error)) from error
    except engine.dialect.loaded_dbapi.OperationalError as error:  # of a statement that goes straight to the driver
        raise DatabaseUnavailable(explain(engine, OperationalError(None, None, error))) from error
    return report


def _also(name: str) -> list[Also]:
    """What a file of this kind brings for later subjects: their `imports.ALSO`, kind → function."""
    return [offered[name] for offered in gather("imports", "ALSO") if name in offered]


def _detail(report: Report) -> dict[str, object]:
    """What the trail says of an import, also of a file that changed nothing."""
    return {
        "sha256": report.looked.sha256,
        "lines": report.lines,
        "new": report.new,
        "changed": report.changed,
    }


def _check(kind: ImportKind, rows: Sequence[Row], connection: Connection, setting: Snapshot) -> Checked:
    faults: list[Fault] = []
    known = snapshot(connection, setting)
    kept = kind.kept(connection)
    found = kind.check(rows, known, *kept, faults)
    return Checked(versions(connection), kept, known, found, faults)


def snapshot(connection: Connection, setting: Snapshot) -> Snapshot:
    """`setting`, which holds what the deployment sets, with what the database holds."""
    posted = set(connection.scalars(select(account_balance.c.dealer).distinct()))
    currencies = {p.model: p.currency for p in all_prices(connection).values() if p.tier == EVERYBODY}
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
