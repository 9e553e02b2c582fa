"""A migrated SQLite database for each test of the gateway; what PostgreSQL does is the store's to prove."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from smsgw.store import migrate
from smsgw.store.engine import open_engine
from tests.gateway.world import file_of


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that those of the tests are copies of."""
    path = tmp_path_factory.mktemp("template") / "smsgw.db"
    engine = open_engine(f"sqlite:///{path}", create=True)
    migrate.upgrade(engine)
    engine.dispose()  # the last connection takes the write-ahead log with it
    return path


@pytest.fixture
def engine(tmp_path: Path, migrated_file: Path) -> Iterator[Engine]:
    found = open_engine(f"sqlite:///{file_of(tmp_path, migrated_file)}")
    yield found
    found.dispose()
