"""One file into the books: all of it or nothing, and every line that speaks against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.books import StoreBooks
from smsgw.business.catalogue import imports as products
from smsgw.business.core.trade import Trade
from smsgw.business.directory.imports import contacts, dealers, regions
from smsgw.business.importing import goods, snapshot, writing
from smsgw.business.importing.known import Directory
from smsgw.business.importing.writing import Changes
from smsgw.business.money import imports as payments
from smsgw.business.prices import imports as prices
from smsgw.business.shipping import imports as shipments
from smsgw.business.stock import imports as stock
from smsgw.errors import SmsgwError
from smsgw.store import audit, journal
from smsgw.store.engine import DatabaseUnavailable, explain, reading
from smsgw.store.instants import to_ms
from smsgw.store.versions import versions
from smsgw.tables.fault import BadTable, Fault
from smsgw.tables.files import Columns, Row, read
from smsgw.values.nearest import did_you_mean

_NAME = 64  # characters of a file's name that the trail keeps


def _directory_alone(connection: Connection) -> tuple[()]:
    return ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its header, what reads its rows, and what writes what was read.

    `check(rows, known, *kept, faults)` gives what is to be written; `kept(connection)` is what it compares with besides
    the directory. `write(books, found, known, now)` writes it. `books_decide`: what is wrong with a line may come out
    only when it is booked, so the good lines of a bad file are booked too, to find that out, before everything is
    rolled back. `ahead`: the check takes so long that it is made before the database is locked.
    """

    columns: Columns
    check: Callable[..., Sequence[Any]]
    write: Callable[[StoreBooks, Any, Directory, datetime], Changes]
    kept: Callable[[Connection], tuple[Any, ...]] = _directory_alone
    books_decide: bool = False
    ahead: bool = False


def _regions(books: StoreBooks, found: Sequence[regions.Region], known: Directory, now: datetime) -> Changes:
    return writing.regions(books.work.driver.connection, found)


def _products(books: StoreBooks, found: Sequence[products.Product], known: Directory, now: datetime) -> Changes:
    return writing.products(books.work.driver.connection, found, known.today)


def _dealers(books: StoreBooks, found: Sequence[dealers.Dealer], known: Directory, now: datetime) -> Changes:
    connection = books.work.driver.connection
    writing.named_regions(connection, (dealer.region for dealer in found))
    return writing.dealers(connection, found)


def _contacts(books: StoreBooks, found: Sequence[contacts.Contact], known: Directory, now: datetime) -> Changes:
    connection = books.work.driver.connection
    writing.named_regions(connection, (contact.region for contact in found if contact.region))
    return writing.contacts(connection, found, known.language)


def _prices(books: StoreBooks, found: Sequence[prices.Price], known: Directory, now: datetime) -> Changes:
    return writing.prices(books.work.driver.connection, found)


KINDS: dict[str, Kind] = {
    "regions": Kind(regions.COLUMNS, regions.check, _regions),
    "products": Kind(products.COLUMNS, products.check, _products),
    "dealers": Kind(dealers.COLUMNS, dealers.check, _dealers),
    "contacts": Kind(contacts.COLUMNS, contacts.check, _contacts),
    "prices": Kind(prices.COLUMNS, prices.check, _prices, kept=lambda connection: (snapshot.prices(connection),)),
    "shipments": Kind(shipments.COLUMNS, shipments.check, goods.ship, books_decide=True, ahead=True),
    "stock": Kind(stock.COLUMNS, stock.check, goods.open_stock, kept=goods.openings, books_decide=True),
    "payments": Kind(
        payments.COLUMNS,
        payments.check,
        goods.pay,
        kept=lambda connection: (goods.payments(connection),),
        books_decide=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did: lines read, and how many of them were new, changed, there already."""

    kind: str
    lines: int
    new: int
    changed: int
    same: int
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to, and the state of the directory that it was made against."""

    versions: dict[str, int]
    known: Directory
    found: Sequence[Any]
    faults: list[Fault]


def kind_named(name: str) -> Kind:
    """The kind of a name; raises SmsgwError with the names there are."""
    if name not in KINDS:
        advice = did_you_mean(name, KINDS, f"the kinds are {', '.join(KINDS)}")
        raise SmsgwError(f"files of {name} cannot be imported; {advice}")
    return KINDS[name]


def run(
    engine: Engine,
    name: str,
    path: Path,
    setting: Directory,
    trade: Trade,
    now: datetime,
    *,
    who: str = journal.SMSGW,
) -> Report:
    """Import a file of a kind, in one transaction, for `who`; one that changes something is on the audit trail.

    `setting` holds what the deployment sets (verb words, languages, country, today). Raises BadTable with every fault
    and nothing kept, SmsgwError for a file or a database that cannot be used.
    """
    kind = kind_named(name)
    rows = read(path, kind.columns)
    checked: Checked | None = None
    try:
        if kind.ahead:
            with reading(engine).connect() as connection:
                checked = _checked(kind, rows, connection, setting)
        with Bookkeeper(engine, trade).transaction(now) as books:
            connection = books.work.driver.connection
            books.work.author = who
            if checked is None or versions(connection) != checked.versions:
                checked = _checked(kind, rows, connection, setting)
            faults = checked.faults
            if faults and not kind.books_decide:
                raise BadTable(path.name, faults)
            changes = kind.write(books, checked.found, checked.known, now)
            if faults:
                raise BadTable(path.name, faults)
            if changes.new or changes.changed:
                told = {"lines": len(rows), "new": len(changes.new), "changed": len(changes.changed)}
                audit.record(connection, to_ms(now), who, f"{name} imported", path.name[:_NAME], told)
    except OperationalError as error:
        raise DatabaseUnavailable(explain(engine, error)) from error
    except engine.dialect.loaded_dbapi.OperationalError as error:  # of a statement that goes straight to the driver
        raise DatabaseUnavailable(explain(engine, OperationalError(None, None, error))) from error
    done = len(changes.new) + len(changes.changed)
    return Report(name, len(rows), len(changes.new), len(changes.changed), len(rows) - done, tuple(changes.remarks))


def _checked(kind: Kind, rows: Sequence[Row], connection: Connection, setting: Directory) -> Checked:
    faults: list[Fault] = []
    known = snapshot.directory(connection, setting)
    found = kind.check(rows, known, *kind.kept(connection), faults)
    return Checked(versions(connection), known, found, faults)
