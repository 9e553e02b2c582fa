"""Whatever happens to the files of a SQLite database is noticed at the next look; what SQLite does itself is not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from smsgw.store.file_watch import FileWatch


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database in WAL mode with a backup beside it, not open."""
    found = tmp_path / "books.db"
    with closing(opened(found)) as books:
        books.execute("CREATE TABLE booking (id INTEGER PRIMARY KEY, what TEXT)")
        books.execute("BEGIN")
        book(books, 200)
        books.execute("COMMIT")
    shutil.copy(found, tmp_path / "backup.db")
    return found


@pytest.fixture
def daemon(path: Path) -> Iterator[tuple[sqlite3.Connection, FileWatch]]:
    """A writer that has committed, and a watch that has looked."""
    watch = FileWatch(path, 5.0)
    watch.mark(1)
    books = opened(path)
    book(books, 20)
    assert watch.look() == ""
    yield books, watch
    books.close()
    watch.close()


def opened(path: Path) -> sqlite3.Connection:
    books = sqlite3.connect(path, 10, isolation_level=None, check_same_thread=False)
    books.execute("PRAGMA journal_mode = WAL")
    return books


def book(books: sqlite3.Connection, count: int) -> None:
    """So many transactions."""
    for _ in range(count):
        books.execute("INSERT INTO booking (what) VALUES (?)", ("x" * 500,))


def beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def shortened(path: Path, share: float) -> None:
    os.truncate(path, int(path.stat().st_size * share))


def swapped(path: Path, by: Path) -> None:
    shutil.copy(by, path.with_name("new"))
    path.with_name("new").replace(path)


def overwritten(path: Path, by: Path) -> None:
    path.write_bytes(by.read_bytes())


HAPPENINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "log removed": (lambda path: beside(path, "-wal").unlink(), "-wal was removed"),
    "log emptied": (lambda path: shortened(beside(path, "-wal"), 0), "-wal was cut short"),
    "log cut": (lambda path: shortened(beside(path, "-wal"), 0.5), "-wal was cut short"),
    "last frame cut": (lambda path: shortened(beside(path, "-wal"), 0.99), "-wal was cut short"),
    "another log": (lambda path: swapped(beside(path, "-wal"), path), "-wal was replaced"),
    "log overwritten": (
        lambda path: beside(path, "-wal").write_bytes(bytes(beside(path, "-wal").stat().st_size)),
        "-wal was overwritten",
    ),
    "index removed": (lambda path: beside(path, "-shm").unlink(), "-shm was removed"),
    "another index": (lambda path: swapped(beside(path, "-shm"), beside(path, "-shm")), "-shm was replaced"),
    "database removed": (lambda path: path.unlink(), "books.db was removed"),
    "database moved away": (lambda path: path.rename(path.with_name("away")), "books.db was removed"),
    "backup moved over it": (lambda path: swapped(path, path.with_name("backup.db")), "books.db was replaced"),
    "backup copied over it": (lambda path: overwritten(path, path.with_name("backup.db")), "books.db was overwritten"),
    "database emptied": (lambda path: shortened(path, 0), "books.db was overwritten"),
    "database cut": (lambda path: shortened(path, 0.5), "books.db was overwritten"),
}


@pytest.mark.parametrize("name", HAPPENINGS)
def test_what_happens_is_noticed_at_the_next_look(
    path: Path, daemon: tuple[sqlite3.Connection, FileWatch], name: str
) -> None:
    happens, said = HAPPENINGS[name]
    happens(path)
    assert said in daemon[1].look()
    assert said in daemon[1].look()


@pytest.mark.parametrize("name", ["backup moved over it", "backup copied over it", "log removed"])
def test_what_happens_before_the_first_look_is_noticed(path: Path, name: str) -> None:
    watch = FileWatch(path, 5.0)
    watch.mark(1)
    with closing(opened(path)) as books:
        book(books, 3)
        HAPPENINGS[name][0](path)
        assert HAPPENINGS[name][1] in watch.look()
    watch.close()


@pytest.mark.parametrize("since", [0, 10])
@pytest.mark.parametrize("name", ["log emptied", "log cut", "last frame cut"])
def test_a_log_that_was_cut_and_written_on_is_noticed(
    path: Path, daemon: tuple[sqlite3.Connection, FileWatch], name: str, since: int
) -> None:
    book(daemon[0], since)
    if name == "last frame cut":
        daemon[1].look()
    HAPPENINGS[name][0](path)
    book(daemon[0], 3)
    assert "-wal was" in daemon[1].look()


def test_what_sqlite_does_itself_is_never_noticed(path: Path, daemon: tuple[sqlite3.Connection, FileWatch]) -> None:
    books, watch = daemon
    over = threading.Event()
    said: list[str] = []

    def look() -> None:
        while not over.is_set():
            said.append(watch.look())

    looking = threading.Thread(target=look)
    looking.start()
    for turn in range(6):
        books.execute("BEGIN")
        book(books, 300)
        books.execute("COMMIT")
        with closing(opened(path)) as other:  # such as a command of ours, or somebody's backup
            other.execute("DELETE FROM booking WHERE id % 3 = 0")
            other.execute(f"PRAGMA wal_checkpoint({('PASSIVE', 'RESTART', 'TRUNCATE')[turn % 3]})").fetchone()
            if turn == 4:
                other.execute("VACUUM")
            other.execute(f"VACUUM INTO '{path.with_name(f'copy-{turn}')}'")
    over.set()
    looking.join()
    assert set(said) == {""}


def test_a_log_whose_name_is_gone_is_saved_into_the_database(
    path: Path, daemon: tuple[sqlite3.Connection, FileWatch]
) -> None:
    beside(path, "-wal").unlink()
    book(daemon[0], 5)  # what is committed until the next look
    assert daemon[1].look()
    assert "everything that was committed" in daemon[1].save()
    shutil.copy(path, path.with_name("as it is"))
    with closing(sqlite3.connect(path.with_name("as it is"))) as books:
        assert books.execute("SELECT count(*) FROM booking").fetchone() == (225,)
        assert books.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("name", ["backup moved over it", "backup copied over it"])
def test_a_log_is_not_mixed_into_a_backup_that_took_the_place_of_its_database(
    path: Path, daemon: tuple[sqlite3.Connection, FileWatch], name: str
) -> None:
    HAPPENINGS[name][0](path)
    assert daemon[1].look()
    assert "books.db-wal-of-the-old-database" in daemon[1].save()
    assert path.read_bytes() == path.with_name("backup.db").read_bytes()
    assert not beside(path, "-wal").exists()


@pytest.mark.parametrize("name", ["database removed", "log cut", "log overwritten", "another log", "index removed"])
def test_where_nothing_can_be_saved_nothing_is_touched(
    path: Path, daemon: tuple[sqlite3.Connection, FileWatch], name: str
) -> None:
    HAPPENINGS[name][0](path)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    assert daemon[1].look()
    assert daemon[1].save() == ""
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


def test_another_time_alone_leaves_the_log_with_its_database(
    path: Path, daemon: tuple[sqlite3.Connection, FileWatch]
) -> None:
    os.utime(path)
    assert "books.db was overwritten" in daemon[1].look()
    assert daemon[1].save() == ""
    assert beside(path, "-wal").exists()
