"""Whether the database itself is whole, by its engine's own word: quick where something starts, all of it on demand.

A quick check of SQLite reads every page, for a second or ten a gigabyte. So that a daemon on a big file is there at
once, it looks at both ends of every tree first, and reads the rest while it works (`RestOfPages`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from smsgw.errors import SmsgwError
from smsgw.store.engine import reading, sqlite_file
from smsgw.store.writer import damaged

MOST = 20  # faults that are told
AT_ONCE = 64 * 1024 * 1024  # octets of a file that a daemon reads whole before it begins
_NEWEST = 200  # rows of a table that are read at its end where the file is bigger


class DatabaseDamaged(SmsgwError):
    """The engine finds its own pages wrong."""


def damages(engine: Engine, *, whole: bool) -> list[str]:
    """What the engine finds wrong with its own pages and indexes, in its words; nothing: all is well.

    On SQLite `whole` compares every index with its table too (PRAGMA integrity_check in place of quick_check), which
    takes several times as long. PostgreSQL tells of pages whose checksum was wrong when they were read, and, `whole`
    and where the extension amcheck is installed, checks its B-trees.

    Raises SQLAlchemyError where the database fails for another reason.
    """
    check = _sqlite if sqlite_file(engine) is not None else _postgresql
    try:
        with reading(engine).connect() as connection:
            return list(check(connection, whole))[:MOST]
    except SQLAlchemyError as error:
        if damaged(error):
            return [_first_line(error)]
        raise


def require_whole(engine: Engine) -> None:
    """Refuse to work on a database that a quick check finds damaged.

    Raises DatabaseDamaged, SQLAlchemyError.
    """
    found = damages(engine, whole=False)
    if found:
        raise DatabaseDamaged(told(engine, found[0]))


class RestOfPages:
    """What of a database has yet to be read by the quick check; `read` does it in a thread, table by table."""

    def __init__(self, engine: Engine, tables: Sequence[str] = ()) -> None:
        self.tables = tuple(tables)
        self._engine = engine
        self._lock = threading.Lock()
        self._stopped = False
        self._connection: Any = None  # of the driver, while it reads

    def read(self) -> str:
        """The first fault, in a sentence for the operator; empty where all is well, or `stop` was called.

        Each table, with its indexes, is read as of one moment, which keeps the log from being cut back meanwhile.
        Raises SQLAlchemyError where the database fails for another reason.
        """
        for table in self.tables:
            try:
                with reading(self._engine).connect() as connection, self._interruptible(connection):
                    if self._stopped:
                        return ""
                    found = next(_checked(connection, f"quick_check({_quoted(table)})"), "")
            except SQLAlchemyError as error:
                if self._stopped:
                    return ""
                if not damaged(error):
                    raise
                found = _first_line(error)
            if found:
                return told(self._engine, f"{table}: {found}")
        return ""

    @contextmanager
    def _interruptible(self, connection: Connection) -> Iterator[None]:
        with self._lock:
            self._connection = connection.connection.dbapi_connection
        try:
            yield
        finally:
            with self._lock:
                self._connection = None

    def stop(self) -> None:
        """Read no more, from any thread; `read` returns soon."""
        with self._lock:
            self._stopped = True
            if self._connection is not None:
                self._connection.interrupt()


def require_sound(engine: Engine, at_once: int = AT_ONCE) -> RestOfPages:
    """Refuse to begin work on a database that is found damaged within a second or so; what is still to be read.

    A SQLite file of more than `at_once` octets has its header, its schema, both ends of every table and the beginning
    of every index read. Raises DatabaseDamaged, SQLAlchemyError.
    """
    path = sqlite_file(engine)
    if path is None or path.stat().st_size <= at_once:
        require_whole(engine)
        return RestOfPages(engine)
    try:
        with reading(engine).connect() as connection:
            fault = next(_ends(connection), "")
            trees = connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            tables = [name for (name,) in trees]
    except SQLAlchemyError as error:
        if not damaged(error):
            raise
        fault = _first_line(error)
    if fault:
        raise DatabaseDamaged(told(engine, fault))
    return RestOfPages(engine, tables)


def _ends(connection: Connection) -> Iterator[str]:
    """What is wrong with the schema, or at the ends of a tree of a SQLite file."""
    yield from _checked(connection, "quick_check(sqlite_schema)")
    trees = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE rootpage > 0").all()
    for kind, name, table, sql in trees:
        if kind == "index":
            # An index of some rows alone is read only for these.
            condition = sql.rpartition(" WHERE ")[2] if sql and " WHERE " in sql else "true"
            question = f"SELECT 1 FROM {_quoted(table)} INDEXED BY {_quoted(name)} WHERE {condition} LIMIT 1"
        else:
            keys = connection.exec_driver_sql(f"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk")
            order = ", ".join(f"{_quoted(key)} DESC" for (key,) in keys)
            question = f"SELECT * FROM {_quoted(table)} NOT INDEXED"
            connection.exec_driver_sql(f"{question} LIMIT 1").all()
            question += f" ORDER BY {order} LIMIT {_NEWEST}" if order else f" LIMIT {_NEWEST}"
        connection.exec_driver_sql(question).all()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def told(engine: Engine, fault: str) -> str:
    """A sentence for the operator about a damaged database."""
    name = sqlite_file(engine) or f"database {engine.url.database}"
    return f"{name} is damaged ({fault}); keep a copy of it, and put back your last backup"


def _sqlite(connection: Connection, whole: bool) -> Iterator[str]:
    yield from _checked(connection, f"{'integrity_check' if whole else 'quick_check'}({MOST})")


def _checked(connection: Connection, pragma: str) -> Iterator[str]:
    for (line,) in connection.exec_driver_sql(f"PRAGMA {pragma}"):
        if line != "ok":
            yield " ".join(str(line).split())


def _postgresql(connection: Connection, whole: bool) -> Iterator[str]:
    failures = connection.exec_driver_sql(
        "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()"
    ).scalar()
    if failures:
        yield f"{failures} pages were read with a wrong checksum (pg_stat_database)"
    if not whole or not connection.exec_driver_sql("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'").scalar():
        return
    trees = connection.exec_driver_sql(
        "SELECT c.oid, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE a.amname = 'btree' AND n.nspname = current_schema() AND i.indisvalid ORDER BY c.relname"
    ).all()
    for tree, name in trees:
        try:
            with connection.begin_nested():
                connection.exec_driver_sql("SELECT bt_index_check(%s, true)", (tree,))
        except SQLAlchemyError as error:
            if not damaged(error):
                raise
            yield f"index {name}: {_first_line(error)}"


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", error)).splitlines()[0]
