"""Backups: a copy of a database in use, which has its name only once it is whole, and one put back where there is none.

SQLite is copied by its own backup API, in steps, inside one transaction that only reads: the copy is of one moment, and
whoever writes meanwhile neither waits nor makes it begin anew. PostgreSQL is copied by its own pg_dump, put back by
pg_restore; passwords go by the environment, never on a command line.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from smsgw.errors import SmsgwError
from smsgw.store.engine import reading, sqlite_file

PAGES = 256  # copied in one step, which is a megabyte
PAUSE = 0.005  # seconds between steps, in which whoever writes has the disk

Progress = Callable[[int, int], None]  # pages that are left, and all of them


class BackupFailed(SmsgwError):
    """No backup was made, or it could not be put back; nothing was changed."""


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A name beside `path` to write a file under, for the owner's eyes alone; the file is `path` once the block ends.

    Until it is whole and on the disk there is no `path`. A block that fails leaves nothing; what a process that was
    killed has left, the next one writes over.

    Raises BackupFailed where `path` is there already, cannot be made, or is being written by another process.
    """
    part = path.with_name(path.name + ".part")
    if path.exists():
        raise BackupFailed(f"{path} is there already; name a new file")
    try:
        held = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise BackupFailed(f"{part} cannot be written: {error.strerror}; name a file in another directory") from error
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(held).st_ino != part.stat().st_ino:
                raise BlockingIOError
        except (BlockingIOError, FileNotFoundError) as error:
            raise BackupFailed(f"another process is writing {path}; wait until it is done") from error
        os.fchmod(held, 0o600)
        os.ftruncate(held, 0)
        _forget_beside(part)
        try:
            yield part
            if part.with_name(part.name + "-wal").exists():
                raise BackupFailed(f"{part} is still open, and so not whole; try again")
            os.fsync(held)
            part.rename(path)
            _sync_folder(path.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        finally:
            _forget_beside(part)
    finally:
        os.close(held)


def copy_database(engine: Engine, to: Path, told: Progress = lambda left, all_of_them: None) -> None:
    """Copy a SQLite database that is in use to an empty file, as it is at the moment of the call.

    `told` hears after each step how many pages are left. Raises BackupFailed.
    """
    with reading(engine).connect() as connection, closing(sqlite3.connect(to, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode = OFF")  # what is cut short is thrown away as a whole
        target.execute("PRAGMA synchronous = OFF")  # it is synced once, at its end
        # The transaction has its moment with the first thing it reads.
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        source: Any = connection.connection.dbapi_connection
        try:
            source.backup(
                target, pages=PAGES, progress=lambda status, left, all_of_them: told(left, all_of_them), sleep=PAUSE
            )
        except sqlite3.Error as error:
            raise BackupFailed(f"the copy of {sqlite_file(engine)} failed: {error}") from error


def is_sqlite(path: Path) -> bool:
    """Whether a file is a SQLite database; else it is an archive of pg_dump.

    Raises BackupFailed where it is neither.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise BackupFailed(f"{path} cannot be read: {error.strerror}") from error
    if head == b"SQLite format 3\x00":
        return True
    if head.startswith(b"PGDMP"):
        return False
    raise BackupFailed(f"{path} is no backup of smsgw: it is neither a SQLite database nor an archive of pg_dump")


def dump_database(engine: Engine, to: Path, snapshot: str | None = None) -> None:
    """Write a PostgreSQL database to a file, in pg_dump's own format, at a `snapshot` that a transaction exported.

    Raises BackupFailed, with what to do where pg_dump is not there.
    """
    program = _program("pg_dump", "install PostgreSQL's client programs, or back the server up itself (pgBackRest)")
    told = [program, "--format=custom", "--no-owner", "--no-privileges", f"--file={to}"]
    _run([*told, *([f"--snapshot={snapshot}"] if snapshot else [])], engine.url)


def restore_dump(engine: Engine, archive: Path) -> None:
    """Put an archive of pg_dump into an empty PostgreSQL database, all of it or nothing.

    Raises BackupFailed.
    """
    program = _program("pg_restore", "install PostgreSQL's client programs")
    _run(
        [program, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(archive)], engine.url
    )


def is_empty(engine: Engine) -> bool:
    """Whether a PostgreSQL database has no table yet in the schema that smsgw would use."""
    with reading(engine).connect() as connection:
        question = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
        return not connection.exec_driver_sql(question).scalar()


def _program(name: str, otherwise: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupFailed(f"{name} is not on the PATH; {otherwise}")
    return found


def _run(arguments: Sequence[str], url: URL) -> None:
    """Run one of PostgreSQL's programs on a database: the place on its command line, passwords in its environment."""
    query = {name: value for name, value in url.query.items() if "password" not in name}
    place = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    secret = url.password or url.query.get("password")
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **({"PGPASSWORD": str(secret)} if secret else {})}
    command = [*arguments, f"--dbname={place.render_as_string(hide_password=False)}"]
    done = subprocess.run(
        command, check=False, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise BackupFailed(said[0] if said else f"{Path(arguments[0]).name} ended with status {done.returncode}")


def _forget_beside(path: Path) -> None:
    """Take away what SQLite keeps beside a file, which would be mixed into another of the same name."""
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
