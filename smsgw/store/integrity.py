"""Whether the database itself is whole, by its engine's own word: quick where something starts, all of it on demand."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from smsgw.errors import SmsgwError
from smsgw.store.engine import reading, sqlite_file
from smsgw.store.writer import damaged

MOST = 20  # faults that are told


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
            return [str(getattr(error, "orig", error)).splitlines()[0]]
        raise


def require_whole(engine: Engine) -> None:
    """Refuse to work on a database that a quick check finds damaged.

    Raises DatabaseDamaged, SQLAlchemyError.
    """
    found = damages(engine, whole=False)
    if found:
        raise DatabaseDamaged(told(engine, found[0]))


def told(engine: Engine, fault: str) -> str:
    """A sentence for the operator about a damaged database."""
    name = sqlite_file(engine) or f"database {engine.url.database}"
    return f"{name} is damaged ({fault}); keep a copy of it, and put back your last backup"


def _sqlite(connection: Connection, whole: bool) -> Iterator[str]:
    pragma = "integrity_check" if whole else "quick_check"
    for (line,) in connection.exec_driver_sql(f"PRAGMA {pragma}({MOST})"):
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
            yield f"index {name}: {str(getattr(error, 'orig', error)).splitlines()[0]}"
