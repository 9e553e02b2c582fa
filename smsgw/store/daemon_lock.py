"""One daemon for a SQLite file, whatever name it is opened by; PostgreSQL serves several, and needs no lock.

The lock is on the database itself (flock(2) on its inode), so that neither removing a file beside it nor a hard link
opens a second door. On Linux flock has nothing to do with the locks that SQLite takes (fcntl(2)); elsewhere the two
may be one, and then only the file beside it is locked. That file says who has the database. Both locks end with the
process, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

from sqlalchemy import Engine

from smsgw.errors import SmsgwError
from smsgw.store.engine import sqlite_file


class DatabaseLocked(SmsgwError):
    """Another daemon has this database."""


class DaemonLock:
    """Holds a SQLite database for one daemon.

    `release` closes a descriptor of the database, which takes SQLite's own locks away: call it when every connection of
    the process is closed, also where `acquire` has failed.
    """

    def __init__(self, engine: Engine) -> None:
        self._database = sqlite_file(engine)
        self.path = self._database.with_name(self._database.name + ".lock") if self._database else None
        self._files: list[int] = []

    def acquire(self) -> None:
        """Take the lock.

        Raises: DatabaseLocked when another daemon has it, naming its process.
        """
        if self._database is None or self.path is None or self._files:
            return
        beside = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        self._files.append(beside)
        self._lock(beside)
        if sys.platform == "linux":
            database = os.open(self._database, os.O_RDONLY)
            self._files.append(database)
            self._lock(database)
        os.ftruncate(beside, 0)
        os.write(beside, f"{os.getpid()}\n".encode("ascii"))

    def _lock(self, file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = _holder(file) or os.pread(self._files[0], 32, 0).decode("ascii", "replace").strip()
            raise DatabaseLocked(
                f"another smsgw daemon (process {holder or 'unknown'}) has {self._database}; stop it first"
            ) from error

    def release(self) -> None:
        while self._files:
            os.close(self._files.pop())

    def __enter__(self) -> DaemonLock:
        self.acquire()
        return self

    def __exit__(self, *exc: object) -> None:
        self.release()


def _holder(file: int) -> str:
    """The process that has the lock on a file, where the system tells (proc(5)); else nothing."""
    found = os.fstat(file)
    place = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    try:
        lines = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return ""
    words = [line.split() for line in lines]
    return next((each[4] for each in words if each[1] == "FLOCK" and each[5] == place and int(each[4]) > 0), "")
