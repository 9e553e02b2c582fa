"""The database of a daemon: opened, brought to its revision and held against a second daemon for as long as it runs."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from smsgw.business.audiences.books.lexicon import LexiconRows, lexicon_rows
from smsgw.business.links import books as links
from smsgw.business.messages.books import lives as runs
from smsgw.settings.sections import Settings
from smsgw.store import migrate
from smsgw.store.daemon_lock import DaemonLock
from smsgw.store.engine import DatabaseUnavailable, explain, open_engine, reachable, reading, sqlite_file
from smsgw.store.file_watch import FileWatch
from smsgw.store.integrity import RestOfPages, require_sound

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OwnDatabase:
    """A database that is ours. `names` are those that texts may use, as of its opening."""

    engine: Engine
    names: LexiconRows
    rest: RestOfPages  # what has yet to be read to know that no page is damaged
    files: FileWatch | None = None  # of SQLite

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
        if self.files is not None:
            with _explained(self.engine):
                self.files.mark(run)
        if dead:
            log.warning("an earlier daemon died; what it left is taken over", daemons=dead)
        return run, wanted


@contextmanager
def own_database(settings: Settings) -> Iterator[OwnDatabase]:
    """The database of these settings, ours until the block ends.

    Raises SmsgwError for one that cannot be reached or used, or that another daemon has.
    """
    database = settings.database
    engine = open_engine(database.url, settings.base, busy_seconds=database.busy_timeout)
    with ExitStack() as ends:
        # The descriptors of the lock and of the watch are closed last: see there.
        lock = DaemonLock(engine)
        ends.callback(lock.release)
        end_of_watch = ends.enter_context(ExitStack())
        ends.callback(engine.dispose)
        reachable(engine)
        lock.acquire()
        with _explained(engine):
            rest = require_sound(engine)
            if migrate.check(engine):
                migrate.upgrade(engine)
                log.info("database upgraded", revision=migrate.head())
            with reading(engine).connect() as connection:
                names = lexicon_rows(connection)
            path = sqlite_file(engine)
            files = FileWatch(path, database.busy_timeout) if path is not None else None
        if files is not None:
            end_of_watch.callback(files.close)
        yield OwnDatabase(engine, names, rest, files)


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(explain(engine, error)) from error
    except (sqlite3.Error, OSError) as error:
        raise DatabaseUnavailable(f"the database {sqlite_file(engine)} failed: {error}") from error
