"""The database of the settings, opened and at the right revision, for commands that read or write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from smsgw.settings.sections import Settings


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
def reading(settings: Settings, *, in_order: bool = False) -> Iterator[Connection]:
    """A connection that only reads, and so works beside a running daemon.

    `in_order`: what was committed before is put in order first, in the journal and on the audit trail.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from smsgw.store import engine as opening
    from smsgw.store.sequencer import put_in_order

    engine = migrated(settings)
    try:
        if in_order:
            put_in_order(engine)
        with opening.reading(engine).connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise opening.DatabaseUnavailable(opening.explain(engine, error)) from error
    finally:
        engine.dispose()


@contextmanager
def working(config: Path | None) -> Iterator[tuple[Settings, Engine]]:
    """The settings of a file and their migrated database; raises DatabaseUnavailable with a sentence where it fails."""
    from sqlalchemy.exc import SQLAlchemyError

    from smsgw.cli.options import settings_of
    from smsgw.store.engine import DatabaseUnavailable, explain

    settings = settings_of(config)
    engine = migrated(settings)
    try:
        yield settings, engine
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(explain(engine, error)) from error
    finally:
        engine.dispose()
