"""Spoilt pages are found by the engine's own check: of tables, of indexes, of what nobody happens to read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from smsgw.cli.app import run
from smsgw.store.engine import open_engine
from smsgw.store.integrity import DatabaseDamaged, RestOfPages, damages, require_sound, require_whole


def flip(path: Path, name: str) -> None:
    """Spoil 200 octets in the first page of a table or index."""
    with closing(sqlite3.connect(path)) as books:
        (root,) = books.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        (size,) = books.execute("PRAGMA page_size").fetchone()
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        octets = file.read(200)
        file.seek((root - 1) * size)
        file.write(bytes(octet ^ 0xFF for octet in octets))


@pytest.fixture
def path(tmp_path: Path, migrated_file: Path) -> Path:
    found = tmp_path / "smsgw.db"
    found.write_bytes(migrated_file.read_bytes())
    return found


def test_a_database_that_is_whole_is_found_so(engine: Engine) -> None:
    assert damages(engine, whole=False) == damages(engine, whole=True) == []
    require_whole(engine)


@pytest.mark.parametrize("name", ["message_in", "phone", "unit", "journal", "ix_message_in_repeat_key"])
@pytest.mark.parametrize("whole", [False, True])
def test_a_spoilt_page_is_found(path: Path, name: str, whole: bool) -> None:
    if name.startswith("ix_"):
        with closing(sqlite3.connect(path)) as books:
            (name,) = books.execute("SELECT name FROM sqlite_master WHERE type = 'index' LIMIT 1").fetchone()
    flip(path, name)
    engine = open_engine(f"sqlite:///{path}")
    assert damages(engine, whole=whole)
    with pytest.raises(DatabaseDamaged, match=r"smsgw.db is damaged \(.*\); keep a copy of it"):
        require_whole(engine)
    engine.dispose()


def test_an_index_that_lacks_a_row_is_found_by_the_whole_check_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as books:
        books.execute("CREATE TABLE t (a TEXT)")
        books.execute("INSERT INTO t VALUES ('kept')")
        books.execute("PRAGMA writable_schema = ON")
        books.execute("CREATE INDEX t_a ON t (a)")
        # The index is that of another, empty table from now on.
        books.execute("CREATE TABLE u (a TEXT)")
        books.execute("CREATE INDEX u_a ON u (a)")
        books.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'u_a') "
            "WHERE name = 't_a'"
        )
        books.execute("DELETE FROM sqlite_master WHERE name = 'u_a'")
        books.commit()
    engine = open_engine(f"sqlite:///{path}")
    assert any("t_a" in each for each in damages(engine, whole=True))
    engine.dispose()


@pytest.mark.parametrize(
    "name", ["message_in", "phone", "unit", "sale_line", "journal", "sqlite_schema", "ix_unit_held", "pk"]
)
def test_a_big_file_is_looked_at_where_its_trees_begin(path: Path, name: str) -> None:
    if name == "pk":
        with closing(sqlite3.connect(path)) as books:
            (name,) = books.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'sqlite_autoindex%'").fetchone()
    if name == "sqlite_schema":
        with path.open("r+b") as file:
            file.seek(100)
            file.write(b"\xff" * 40)
    else:
        flip(path, name)
    engine = open_engine(f"sqlite:///{path}")
    with pytest.raises(DatabaseDamaged, match=r"smsgw.db is damaged \(.*\); keep a copy of it"):
        require_sound(engine, at_once=0)
    engine.dispose()


def test_a_big_file_that_is_whole_is_read_to_its_end(path: Path) -> None:
    engine = open_engine(f"sqlite:///{path}")
    assert require_sound(engine).tables == ()
    rest = require_sound(engine, at_once=0)
    assert {"message_in", "unit", "journal"} <= set(rest.tables)
    assert rest.read() == ""
    rest.stop()
    assert rest.read() == ""
    engine.dispose()


@pytest.mark.parametrize(("table", "tree"), [("tall", "tall"), ("tall", "ix_tall"), ("keyed", "keyed")])
def test_a_page_in_the_middle_is_found_by_reading_the_rest(path: Path, table: str, tree: str) -> None:
    spoil_the_middle(path, tree)
    engine = open_engine(f"sqlite:///{path}")
    assert damages(engine, whole=False)
    rest = require_sound(engine, at_once=0)
    assert f"smsgw.db is damaged ({table}: " in rest.read()
    engine.dispose()


def spoil_the_middle(path: Path, tree: str) -> None:
    """Spoil a page in the middle of one of three trees that have many."""
    with closing(sqlite3.connect(path)) as books:
        books.execute("CREATE TABLE tall (id INTEGER PRIMARY KEY, name TEXT)")
        books.execute("CREATE TABLE keyed (name TEXT PRIMARY KEY) WITHOUT ROWID")
        names = [(f"{number:05}" * 20,) for number in range(4_000)]
        books.executemany("INSERT INTO tall (name) VALUES (?)", names)
        books.executemany("INSERT INTO keyed VALUES (?)", names)
        books.execute("CREATE INDEX ix_tall ON tall (name)")
        books.commit()
        (size,) = books.execute("PRAGMA page_size").fetchone()
        (root,) = books.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (tree,)).fetchone()
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    with path.open("r+b") as file:

        def middle(page: int) -> int:
            """The leaf under the cell in the middle of each page from this one on."""
            file.seek((page - 1) * size)
            octets = file.read(size)
            if octets[0] not in (2, 5):
                return page
            cell = 12 + int.from_bytes(octets[3:5]) // 2 * 2
            where = int.from_bytes(octets[cell : cell + 2])
            return middle(int.from_bytes(octets[where : where + 4]))

        file.seek((middle(root) - 1) * size)
        file.write(b"\xff" * 200)


def test_reading_that_fails_otherwise_is_no_damage(path: Path) -> None:
    engine = open_engine(f"sqlite:///{path}", busy_seconds=0.05)
    rest = RestOfPages(engine, ["unit"])
    path.unlink()
    path.mkdir()
    with pytest.raises(OperationalError):
        rest.read()
    rest.stop()
    assert rest.read() == ""


def test_a_database_that_fails_otherwise_is_no_damage(path: Path) -> None:
    engine = open_engine(f"sqlite:///{path}", busy_seconds=0.05)
    path.unlink()
    path.mkdir()
    with pytest.raises(OperationalError):
        damages(engine, whole=False)


@pytest.mark.parametrize("command", [["check"], ["db", "verify"], ["db", "verify", "--json"]])
def test_commands_refuse_it_with_a_sentence(path: Path, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    flip(path, "message_in")
    config = path.with_name("smsgw.toml")
    config.write_text("")
    assert run([*command, "--config", str(config)]) == 1
    said = capsys.readouterr()
    assert "smsgw.db is damaged" in said.out + said.err
    assert "Traceback" not in said.err


def test_postgresql_checks_its_trees_where_amcheck_is_installed(server: object, template: str) -> None:
    from tests.databases import fresh_postgresql

    engine = open_engine(fresh_postgresql(server, template))  # type: ignore[arg-type]
    with engine.begin() as connection:
        if not connection.execute(text("SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'")).scalar():
            pytest.skip("this PostgreSQL comes without amcheck")
        connection.execute(text("CREATE EXTENSION amcheck"))
    assert damages(engine, whole=True) == []
    engine.dispose()
