"""The database of the settings opened at the right revision, and the sessions in which actions run on it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from smsgw.business.books import StoreBooks
    from smsgw.business.core.principal import Person
    from smsgw.business.core.session import Session
    from smsgw.settings.sections import Settings
    from smsgw.store.transaction import Transaction


def engine_of(settings: Settings, *, create: bool = False) -> Engine:
    """The engine, whatever the database's revision; raises DatabaseUnavailable when it cannot be reached."""
    from smsgw.store.engine import open_engine, reachable

    database = settings.database
    engine = open_engine(database.url, settings.base, create=create, busy_seconds=database.busy_timeout)
    if not create:
        reachable(engine)
    return engine


def migrated(settings: Settings) -> Engine:
    """The engine of a database at the revision that this version needs; raises NotMigrated where it is not."""
    from smsgw.store import migrate

    engine = engine_of(settings)
    migrate.require(engine)
    return engine


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """What the database fails with inside becomes DatabaseUnavailable, with a sentence."""
    from sqlalchemy.exc import SQLAlchemyError

    from smsgw.store.engine import DatabaseUnavailable, explain

    try:
        yield
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(explain(engine, error)) from error


@contextmanager
def reading(settings: Settings, *, in_order: bool = False) -> Iterator[Connection]:
    """A connection that only reads, and so works beside a running daemon.

    `in_order`: what was committed before is put in order first, in the journal and on the audit trail.
    """
    from smsgw.store import engine as opening
    from smsgw.store.sequencer import put_in_order

    engine = migrated(settings)
    try:
        with explained(engine):
            if in_order:
                put_in_order(engine)
            with opening.reading(engine).connect() as connection:
                yield connection
    finally:
        engine.dispose()


@contextmanager
def working(config: Path | None) -> Iterator[tuple[Settings, Engine]]:
    """The settings of a file and their migrated database; raises DatabaseUnavailable with a sentence where it fails."""
    from smsgw.cli.common.options import settings_of

    settings = settings_of(config)
    engine = migrated(settings)
    try:
        with explained(engine):
            yield settings, engine
    finally:
        engine.dispose()


def who(by: str | None) -> str:
    """The person at the keyboard."""
    import getpass

    return by or getpass.getuser()


def person(by: str | None) -> Person:
    """Whoever is at the keyboard, as the one who acts."""
    from smsgw.business.core.principal import Person

    return Person(who(by))


def now() -> int:
    """Milliseconds since the epoch."""
    return int(time.time() * 1000)


@contextmanager
def reading_session(
    settings: Settings, engine: Engine, by: str | None = None, *, in_order: bool = False
) -> Iterator[Session]:
    """A session for actions that only read, and so work beside a running daemon. For `in_order` see `reading`."""
    from smsgw.store.engine import reading
    from smsgw.store.sequencer import put_in_order
    from smsgw.store.transaction import only_reading

    if in_order:
        put_in_order(engine)
    with reading(engine).connect() as connection:
        yield _session(settings, only_reading(connection), by)


@contextmanager
def writing_session(settings: Settings, engine: Engine, by: str | None) -> Iterator[Session]:
    """A session whose transaction is committed at the end, and rolled back where an action refuses."""
    from functools import partial

    from smsgw.store.numbers import draw_some
    from smsgw.store.transaction import Transaction

    with engine.begin() as connection:
        yield _session(settings, Transaction(connection, partial(draw_some, connection)), by)


@contextmanager
def booking_session(settings: Settings, engine: Engine, by: str | None, *, texts: bool = False) -> Iterator[Booking]:
    """A session with books for actions that book, committed at the end. `texts`: with the wording of what is texted."""
    from dataclasses import replace

    from smsgw.business.bookkeeper import Bookkeeper
    from smsgw.store.instants import from_ms

    with Bookkeeper(engine, settings.trade_rules()).transaction(from_ms(now())) as books:
        session = _session(settings, books.transaction, by)
        books.work.author = session.who
        if texts:
            from smsgw.business.audiences.books.lexicon import lexicon_rows
            from smsgw.gateway.understanding import understanding_of

            session = replace(session, wording=understanding_of(settings, lexicon_rows(books.connection)))
        yield Booking(session, books)


class Booking(NamedTuple):
    """A session, and the books of its transaction."""

    session: Session
    books: StoreBooks


def _session(settings: Settings, transaction: Transaction, by: str | None) -> Session:
    from smsgw.business.core.session import Session
    from smsgw.gateway.outbound.tariff import LinkTariff

    return Session(person(by), now(), transaction, settings.trade_rules(), LinkTariff(settings))


def with_files_stored(settings: Settings, engine: Engine, expression: str) -> str:
    """An audience whose files of numbers are read and stored, each named by what it holds; it is as it was without any.

    Raises AudienceFault, BadTable and SmsgwError.
    """
    from pathlib import Path

    from smsgw.business.audiences.books.people import parse_expression
    from smsgw.business.audiences.books.reading import files_of, with_files
    from smsgw.business.audiences.imports import numbers, store
    from smsgw.store.transaction import own_transaction

    with reading_session(settings, engine) as session:
        files = files_of(parse_expression(session.connection, expression, session.today))
        if not files:
            return expression
        lists = {path: numbers(Path(path), settings.gateway.country) for path in files}
        stored = {path: store(found, session.connection, own_transaction(engine)) for path, found in lists.items()}
    with reading_session(settings, engine) as session:
        return with_files(session, expression, stored)
