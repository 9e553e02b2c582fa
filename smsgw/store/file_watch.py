"""The files of a SQLite database held against what SQLite says of them: removed, replaced, cut or overwritten.

SQLite looks at names only when it opens a file, and trusts that nobody else writes to it. So a backup copied over the
database of a running daemon, or a write-ahead log that somebody "cleaned up", is noticed by nobody, and what is
committed from then on is lost. The laws that are checked here are those of the file format
(https://sqlite.org/walformat.html): what the index (`-shm`) says is in the log must be there, under the same salt, and
the database itself changes only while a checkpoint is under way.
"""

from __future__ import annotations

import os
import sqlite3
import struct
from dataclasses import dataclass
from pathlib import Path

_INDEX_HEADER = struct.Struct("=12xBBHII8x8s8x")  # isInit, bigEndCksum, szPage, mxFrame, nPage; salts as in the log
_CHECKPOINT = 96  # octets into the index: nBackfill; 32 on: nBackfillAttempted
_CHECKPOINT_STATE = struct.Struct("=I28xI")
_DATABASE_HEADER, _LOG_HEADER, _FRAME_HEADER = 100, 32, 24
_LOG_SALTS, _FRAME_SALTS = slice(16, 24), slice(8, 16)
_FRAMES = 64  # new ones that are looked at; of more, as many from all over
_TRIES = 3  # while SQLite is at work between one glance and the next


@dataclass(frozen=True, slots=True)
class _Index:
    """What the index says: frames in the log, pages' size in octets, the salts, and how far a checkpoint has come."""

    frames: int
    page: int
    salts: bytes
    copied: int
    copying: int

    @property
    def octets(self) -> int:
        """How long the log must be at least."""
        return _LOG_HEADER + self.frames * (_FRAME_HEADER + self.page) if self.frames else 0

    def frame(self, number: int) -> int:
        """Where a frame begins, counted from 1."""
        return _LOG_HEADER + (number - 1) * (_FRAME_HEADER + self.page)


@dataclass(frozen=True, slots=True)
class _Written:
    """When the database was written last, how long it is, and how it begins."""

    index: _Index
    at: int
    size: int
    header: bytes


class FileWatch:
    """Of one database, from now until `close`. `look` costs a few system calls; call it about once a second.

    It has a connection of its own, so that the log is there for as long as it watches. Its descriptors must stay open
    until every connection of the process is closed: closing one would take SQLite's locks away (fcntl(2)).
    """

    def __init__(self, path: Path, busy_seconds: float) -> None:
        """`path` is the database, in WAL mode, with links in it followed.

        Raises sqlite3.Error and OSError where it cannot be opened.
        """
        self._path = path
        self._log_path, self._index_path = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
        self._connection = sqlite3.connect(path, busy_seconds, check_same_thread=False, isolation_level=None)
        self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        self._names = [path]
        if self._log_path.exists() and self._index_path.exists():  # else the file system can do no WAL
            self._names += [self._log_path, self._index_path]
        self._files = [os.open(name, os.O_RDONLY) for name in self._names]
        self._seen: _Index | None = None  # at the last look
        self._last = b""  # the last frame then
        self._written: _Written | None = None  # at the last look; None while a checkpoint was under way

    def mark(self, run: int) -> None:
        """Let the file itself say which daemon works on it, so that a copy from before can be told from it.

        Raises sqlite3.Error.
        """
        self._connection.execute(f"PRAGMA user_version = {run:d}")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        # Once more, into the log: it has the salts that it keeps when something is in it.
        self._connection.execute(f"PRAGMA user_version = {run:d}")
        self.look()  # what is written from now on can be told

    def look(self) -> str:
        """What has happened to the files, in a sentence; empty: nothing. In one thread at a time."""
        for name, file in zip(self._names, self._files, strict=True):
            wrong = _wrong_name(name, file)
            if wrong:
                return wrong
        if len(self._files) == 1:
            return ""
        for _ in range(_TRIES):
            index = self._index()
            if index is None:
                continue
            written = self._database(index)
            wrong = self._wrong_log(index)
            if not wrong and self._overwritten(written):
                wrong = f"{self._path} was overwritten"
            last = self._frame(index)
            if index == self._index():  # else SQLite was at work, and what was found may be its own
                if not wrong:
                    self._seen, self._last = index, last
                    self._written = None if index.copying > index.copied else written
                return wrong
        return ""  # SQLite is busy; the next look will tell

    def save(self) -> str:
        """After `look` has found something: leave what is committed where it can be found, if that can be done.

        Gives a sentence of what was done, or an empty one. Where only the name of the log is gone, the log itself is
        still open here, and is copied into the database. A log that belongs to a database which is no longer there is
        put aside: SQLite would mix it into the one that has taken its place.
        """
        if len(self._files) == 1:
            return ""
        database, log, index = (
            not _wrong_name(name, file) for name, file in zip(self._names, self._files, strict=True)
        )
        state = self._index()
        if state is None or self._wrong_log(state):
            return ""
        if database and index and not log and (not self._log_path.exists() or not self._log_path.stat().st_size):
            _, frames, copied = self._connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
            return "everything that was committed is in the database" if frames == copied else ""
        if log and (self._path.exists() if not database else self._another(self._database(state))):
            aside = self._log_path.with_name(f"{self._log_path.name}-of-the-old-database")
            self._log_path.replace(aside)
            return f"what had been committed since its last checkpoint is in {aside.name}"
        return ""

    def close(self) -> None:
        """After every other connection of the process is closed."""
        self._connection.close()
        for file in self._files:
            os.close(file)

    def _index(self) -> _Index | None:
        """What the index says; None while it is being written, or before it is."""
        octets = os.pread(self._files[2], _CHECKPOINT + _CHECKPOINT_STATE.size, 0)
        if len(octets) < _CHECKPOINT + _CHECKPOINT_STATE.size or octets[:48] != octets[48:96]:
            return None
        ready, _, page, frames, _, salts = _INDEX_HEADER.unpack_from(octets)
        if not ready:
            return None
        copied, copying = _CHECKPOINT_STATE.unpack_from(octets, _CHECKPOINT)
        return _Index(frames, 65536 if page == 1 else page, salts, copied, copying)

    def _wrong_log(self, index: _Index) -> str:
        if not index.frames:
            return ""
        file, name = self._files[1], self._log_path
        if os.fstat(file).st_size < index.octets:
            return f"{name} was cut short"
        if os.pread(file, _LOG_HEADER, 0)[_LOG_SALTS] != index.salts:
            return f"{name} was overwritten"
        seen = self._seen
        first = 1
        if seen is not None and seen.salts == index.salts and 0 < seen.frames <= index.frames:
            first = seen.frames
            if self._frame(seen) != self._last:  # it was cut, and written on since
                return f"{name} was overwritten"
        step = max(1, (index.frames - first) // _FRAMES)
        for frame in (*range(first, index.frames, step), index.frames):
            if os.pread(file, _FRAME_HEADER, index.frame(frame))[_FRAME_SALTS] != index.salts:
                return f"{name} was overwritten"
        return ""

    def _frame(self, index: _Index) -> bytes:
        """The last frame in the log, as of an index."""
        if not index.frames:
            return b""
        return os.pread(self._files[1], _FRAME_HEADER + index.page, index.frame(index.frames))

    def _database(self, index: _Index) -> _Written:
        found = os.fstat(self._files[0])
        return _Written(index, found.st_mtime_ns, found.st_size, os.pread(self._files[0], _DATABASE_HEADER, 0))

    def _overwritten(self, now: _Written) -> bool:
        """Whether the database was written although no checkpoint did it."""
        seen = self._written
        if seen is None or (seen.at, seen.size, seen.header) == (now.at, now.size, now.header):
            return False
        before, after = seen.index, now.index
        return (before.salts, before.copied, before.copying) == (after.salts, after.copied, after.copying)

    def _another(self, now: _Written) -> bool:
        """Whether what was overwritten is now another database, not only another time of the same."""
        seen = self._written
        return seen is not None and (seen.size, seen.header) != (now.size, now.header)


def _wrong_name(name: Path, file: int) -> str:
    """Whether a name still means the file that is open."""
    try:
        found = os.stat(name)
    except FileNotFoundError:
        return f"{name} was removed"
    ours = os.fstat(file)
    return "" if (found.st_dev, found.st_ino) == (ours.st_dev, ours.st_ino) else f"{name} was replaced by another file"
