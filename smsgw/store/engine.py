"""Opening the database: one engine for SQLite or PostgreSQL, with the settings that make a commit mean what it says."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from smsgw.errors import SmsgwError

BUSY_SECONDS = 5.0  # how long a writer waits for another process to finish its transaction
_TRY_SECONDS = 0.02  # of one try to become SQLite's writer, in which it sleeps 1, 2, 5 and 10 ms


class DatabaseUnavailable(SmsgwError):
    """The database cannot be opened or reached as configured."""


def open_engine(
    url: str, base: Path | None = None, *, create: bool = False, busy_seconds: float = BUSY_SECONDS
) -> Engine:
    """An engine for `sqlite:///file` (relative to `base`) or `postgresql+psycopg://…`; nothing is connected yet.

    A SQLite file that is not there is refused unless `create` is set, as is one in a directory that is not there.

    Raises: DatabaseUnavailable, with a sentence for the operator.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnavailable(
            "database.url cannot be read; write sqlite:///smsgw.db or postgresql+psycopg://user@host/name"
        ) from error
    dialect = parsed.get_backend_name()
    if dialect == "sqlite":
        return _open_sqlite(_located(parsed, base or Path.cwd(), create), busy_seconds, create)
    if dialect == "postgresql":
        return _open_postgresql(parsed)
    raise DatabaseUnavailable(f"database.url names {dialect}; smsgw keeps its books in sqlite or postgresql+psycopg")


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite engine; None for PostgreSQL."""
    return Path(engine.url.database) if engine.dialect.name == "sqlite" and engine.url.database else None


def reachable(engine: Engine) -> None:
    """Connect once, and say in one sentence what is wrong where that fails.

    Raises: DatabaseUnavailable.
    """
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1 FROM sqlite_master" if engine.dialect.name == "sqlite" else "SELECT 1")
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(explain(engine, error)) from error


def explain(engine: Engine, error: SQLAlchemyError) -> str:
    """One sentence for the operator about why the database failed, and what to do."""
    reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()
    first = reason[0] if reason else type(error).__name__
    path = sqlite_file(engine)
    if path is None:
        where = engine.url.render_as_string(hide_password=True)
        return f"the database {where} does not answer: {first}; check database.url and that the server is up"
    if "locked" in first:
        return f"the database {path} is locked by another process; wait until it is done, or stop it"
    if "not a database" in first:
        return f"{path} is not a SQLite database; check database.url"
    if not path.exists():
        return f"the database {path} is no longer there; put it back, or your last backup"
    if "readonly" in first or "unable to open" in first:
        return f"the database {path} cannot be opened for writing; check its owner and permissions"
    if "no such table" in first:
        return f"the database {path} is not migrated; run `smsgw db upgrade`"
    return f"the database {path} failed: {first}"


def _located(url: URL, base: Path, create: bool) -> URL:
    if not url.database or url.database == ":memory:":
        raise DatabaseUnavailable("database.url names no file; write sqlite:///smsgw.db")
    path = (base / url.database).resolve()
    if not path.parent.is_dir():
        raise DatabaseUnavailable(f"the directory {path.parent} of the database does not exist; create it")
    if path.is_dir():
        raise DatabaseUnavailable(f"the database {path} is a directory; name a file in database.url")
    if not path.exists() and not create:
        raise DatabaseUnavailable(f"there is no database {path}; run `smsgw init`, or `smsgw db upgrade` to create it")
    return url.set(database=str(path))


def _open_sqlite(url: URL, busy_seconds: float, create: bool) -> Engine:
    path = Path(url.database or "")

    def connect() -> sqlite3.Connection:
        # A file that is taken away under a daemon must not be there again, and empty, with the next connection.
        mode = "rwc" if create else "rw"
        return sqlite3.connect(f"{path.as_uri()}?mode={mode}", busy_seconds, check_same_thread=False, uri=True)

    engine = create_engine(url, creator=connect)

    @event.listens_for(engine, "connect")
    def settle(connection: Any, record: Any) -> None:
        # The driver's own transactions begin late and commit released savepoints; ours begin where we say.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA cache_size = -8000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Taking the writer's lock at once: a read lock cannot be turned into it while another process writes.
        if connection.get_execution_options().get("reading", False):
            _be_patient(connection, busy_seconds)
            connection.exec_driver_sql("BEGIN")
        else:
            _be_patient(connection, _TRY_SECONDS)
            _take_the_writer(connection, busy_seconds)

    return engine


def _be_patient(connection: Connection, seconds: float) -> None:
    """How long a statement waits for another process by itself; asked once as long as a connection is used alike."""
    if connection.info.get("patience") != seconds:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
        connection.info["patience"] = seconds


def _take_the_writer(connection: Connection, seconds: float) -> None:
    """Begin a transaction of the one writer that SQLite has, and wait for it so long.

    By itself SQLite sleeps ever longer between its tries, up to 100 ms, and misses the moments in which an import steps
    aside: so each of ours is short.
    """
    dbapi: Any = connection.connection.dbapi_connection
    end = None
    while True:
        try:
            dbapi.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            end = end or time.monotonic() + seconds
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= end:
                break
        else:
            return
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # for the error as every other statement has it


def by_key(connection: Connection) -> None:
    """Tell PostgreSQL that the current transaction asks by key.

    Of a young table it has no statistics yet, and would otherwise read all of it for every question.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")


def reading(engine: Engine) -> Engine:
    """The same engine for connections that only read, and so never wait for a writer."""
    return engine.execution_options(reading=True)


def _open_postgresql(url: URL) -> Engine:
    if url.drivername != "postgresql+psycopg":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        connect_args={
            "connect_timeout": 5,
            "application_name": "smsgw",
            "options": "-c lock_timeout=5000",
            # A server whose machine is gone says nothing: without these TCP waits for a quarter of an hour.
            "keepalives_idle": 15,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
        },
    )

    @event.listens_for(engine, "connect")
    def settle(connection: Any, record: Any) -> None:
        # A server may be told to answer before a commit lasts; ours are acknowledged. Stricter settings stay.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false) "
                "WHERE current_setting('synchronous_commit') = 'off'"
            )
        connection.commit()

    return engine
