"""The database of a daemon: opened, brought to its revision and held against a second daemon for as long as it runs."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from smsgw.business.audiences.books.lexicon import LexiconRows, lexicon_rows
from smsgw.business.links import books as links
from smsgw.business.messages.books import lives as runs
from smsgw.settings.sections import Settings
from smsgw.store import migrate
from smsgw.store.engine import DaemonLock, DatabaseUnavailable, explain, open_engine, reachable, reading

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OwnDatabase:
    """A database that is ours. `names` are those that texts may use, as of its opening."""

    engine: Engine
    names: LexiconRows

    @property
    def shared(self) -> bool:
        """Whether other daemons may work on it: SQLite has one, PostgreSQL several."""
        return self.engine.dialect.name != "sqlite"

    def begin_run(self, now: int) -> tuple[int, links.Wanted]:
        """A daemon begins at `now` (milliseconds): its number, and what is wanted of the links.

        Raises DatabaseUnavailable.
        """
        host = socket.gethostname()
        with _explained(self.engine), self.engine.begin() as connection:
            dead = runs.bury(connection, host, runs.process_lives)
            run = runs.begin_run(connection, host, os.getpid(), now)
            links.forget_dead(connection, now)
            wanted = links.read_wanted(connection, now)
        if dead:
            log.warning("an earlier daemon died; what it left is taken over", daemons=dead)
        return run, wanted


@contextmanager
def own_database(settings: Settings) -> Iterator[OwnDatabase]:
    """The database of these settings, ours until the block ends.

    Raises SmsgwError for one that cannot be reached or used, or that another daemon has.
    """
    engine = open_engine(settings.database.url, settings.base, busy_seconds=settings.database.busy_timeout)
    try:
        reachable(engine)
        with DaemonLock(engine):
            with _explained(engine):
                if migrate.check(engine):
                    migrate.upgrade(engine)
                    log.info("database upgraded", revision=migrate.head())
                with reading(engine).connect() as connection:
                    names = lexicon_rows(connection)
            yield OwnDatabase(engine, names)
    finally:
        engine.dispose()


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(explain(engine, error)) from error
