"""The settings that make a commit mean what it says, one daemon a database, and sentences for what cannot be opened."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from smsgw.store.daemon_lock import DaemonLock, DatabaseLocked
from smsgw.store.engine import DatabaseUnavailable, explain, open_engine, reachable, reading


@pytest.fixture
def file_engine(tmp_path: Path, migrated_file: Path) -> Engine:
    path = tmp_path / "books.db"
    path.write_bytes(migrated_file.read_bytes())
    return open_engine("sqlite:///books.db", tmp_path, busy_seconds=0.05)


def test_sqlite_syncs_every_commit_and_keeps_foreign_keys(file_engine: Engine) -> None:
    with file_engine.connect() as connection:

        def pragma(name: str) -> object:
            return connection.execute(text(f"PRAGMA {name}")).scalar()

        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2  # FULL
        assert pragma("foreign_keys") == 1


@pytest.mark.parametrize(("told", "is_"), [("off", "on"), ("on", "on"), ("remote_apply", "remote_apply")])
def test_postgresql_answers_when_a_commit_lasts(server: object, template: str, told: str, is_: str) -> None:
    from tests.databases import administered, fresh_postgresql

    url = fresh_postgresql(server, template)  # type: ignore[arg-type]
    with administered(server) as connection:  # type: ignore[arg-type]
        connection.execute(
            text(f"ALTER DATABASE {url.rpartition('/')[2].partition('?')[0]} SET synchronous_commit = {told}")
        )
    engine = open_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == is_
    engine.dispose()


def test_a_released_savepoint_does_not_survive_the_rollback_around_it(engine: Engine) -> None:
    with engine.connect() as connection:
        outer = connection.begin()
        with connection.begin_nested():
            connection.execute(text("INSERT INTO tier (code) VALUES ('A')"))
        outer.rollback()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM tier")).scalar() == 0


def test_a_reader_works_beside_a_writer_and_sees_what_is_committed(file_engine: Engine) -> None:
    with file_engine.begin() as writer:
        writer.execute(text("INSERT INTO tier (code) VALUES ('A')"))
        with reading(file_engine).connect() as reader:
            assert reader.execute(text("SELECT count(*) FROM tier")).scalar() == 0


def test_a_second_writer_waits_no_longer_than_it_is_told_and_learns_why(file_engine: Engine) -> None:
    with file_engine.begin(), pytest.raises(OperationalError) as caught, file_engine.begin():
        pass
    assert "is locked by another process" in explain(file_engine, caught.value)


@pytest.mark.parametrize("way", ["write", "read", "look"])
def test_a_database_that_is_taken_away_is_not_made_again(file_engine: Engine, tmp_path: Path, way: str) -> None:
    file_engine.dispose()
    for name in tmp_path.glob("books.db*"):
        name.unlink()
    with pytest.raises(OperationalError) as caught:
        if way == "write":
            file_engine.begin().__enter__()
        elif way == "read":
            reading(file_engine).connect()
        else:
            file_engine.connect()
    assert "books.db is no longer there; put it back" in explain(file_engine, caught.value)
    assert not list(tmp_path.glob("books.db*"))


def test_a_writer_asks_anew_before_sqlite_sleeps_long_and_a_reader_waits_by_itself(file_engine: Engine) -> None:
    for _ in range(2):
        with file_engine.begin() as connection:
            assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 20
        with reading(file_engine).begin() as connection:
            assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 50


def test_one_daemon_holds_a_sqlite_database(file_engine: Engine) -> None:
    first, second = DaemonLock(file_engine), DaemonLock(file_engine)
    with first, pytest.raises(DatabaseLocked, match=r"another smsgw daemon \(process \d+\)"):
        second.acquire()
    second.release()
    with second:
        second.acquire()


def test_the_lock_of_a_daemon_ends_with_its_process(file_engine: Engine, tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path\n"
        "from smsgw.store.daemon_lock import DaemonLock; from smsgw.store.engine import open_engine\n"
        "DaemonLock(open_engine('sqlite:///books.db', Path(sys.argv[1]))).acquire()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -9
    with DaemonLock(file_engine):
        assert (tmp_path / "books.db.lock").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere flock and fcntl may be one, and only a file is locked")
@pytest.mark.parametrize("door", ["removed", "hard link", "symbolic link"])
def test_the_lock_is_on_the_database_and_has_no_second_door(file_engine: Engine, tmp_path: Path, door: str) -> None:
    other = file_engine
    with DaemonLock(file_engine) as lock:
        assert lock.path is not None
        if door == "removed":
            lock.path.unlink()
        else:
            (tmp_path / "elsewhere").mkdir()
            name = tmp_path / "elsewhere" / "books.db"
            (name.hardlink_to if door == "hard link" else name.symlink_to)(tmp_path / "books.db")
            other = open_engine(f"sqlite:///{name}")
        second = DaemonLock(other)
        with pytest.raises(DatabaseLocked, match=rf"another smsgw daemon \(process {os.getpid()}\)"):
            second.acquire()
        other.dispose()
        second.release()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere flock and fcntl may be one, and only a file is locked")
def test_the_lock_leaves_those_of_sqlite_alone(file_engine: Engine) -> None:
    other = open_engine(str(file_engine.url), busy_seconds=0.05)
    with DaemonLock(file_engine):
        with file_engine.begin() as writer, pytest.raises(OperationalError):
            writer.execute(text("INSERT INTO tier (code) VALUES ('A')"))
            with other.begin():  # in SQLite's eyes another connection, refused as ever
                pass
        with other.begin() as writer:
            writer.execute(text("INSERT INTO tier (code) VALUES ('B')"))
        code = (
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], 5, isolation_level=None)\n"
            "c.execute('BEGIN IMMEDIATE'); c.execute(\"INSERT INTO tier (code) VALUES ('C')\"); c.execute('COMMIT')\n"
        )
        subprocess.run([sys.executable, "-c", code, str(file_engine.url.database)], check=True)
        with file_engine.connect() as reader:
            assert reader.execute(text("SELECT count(*) FROM tier")).scalar() == 3
        file_engine.dispose()
        other.dispose()


def test_postgresql_takes_several_daemons(server: object, template: str) -> None:
    from tests.databases import fresh_postgresql

    engine = open_engine(fresh_postgresql(server, template))  # type: ignore[arg-type]
    with DaemonLock(engine), DaemonLock(engine):
        reachable(engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:///nowhere/books.db", "the directory .*nowhere of the database does not exist"),
        ("sqlite:///none.db", "there is no database .*none.db; run `smsgw init`"),
        ("sqlite:///folder", "folder is a directory"),
        ("sqlite://", "names no file"),
        ("mysql://localhost/smsgw", "names mysql"),
        ("books.db", "cannot be read"),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_in_a_sentence(tmp_path: Path, url: str, sentence: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(DatabaseUnavailable, match=sentence):
        open_engine(url, tmp_path)


def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    engine = open_engine("postgresql+psycopg://smsgw:geheim@127.0.0.1:1/smsgw")
    with pytest.raises(DatabaseUnavailable, match="does not answer") as caught:
        reachable(engine)
    assert "geheim" not in str(caught.value)


def test_a_database_in_a_file_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("dear diary, " * 100)
    with pytest.raises(DatabaseUnavailable, match="not a SQLite database"):
        reachable(open_engine("sqlite:///notes.db", tmp_path))
