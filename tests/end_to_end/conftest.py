"""Houses on either database, torn down whatever happens."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.databases import fresh_postgresql, server
from tests.end_to_end.faulty import FaultyHouse
from tests.end_to_end.house import House

__all__ = ["server"]


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house that is to be furnished, its daemon not yet started."""
    url = "sqlite:///smsgw.db"
    if request.param == "postgresql":
        url = fresh_postgresql(request.getfixturevalue("server"), None)
    made = House(tmp_path, url=url)
    yield made
    made.close()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the books that `furnish` makes, for tests to copy."""
    folder = tmp_path_factory.mktemp("furnished")
    House(folder).furnish()
    with closing(sqlite3.connect(folder / "smsgw.db")) as books:
        books.execute("VACUUM INTO ?", (str(folder / "whole.db"),))  # with what is in the WAL
    return folder / "whole.db"


@pytest.fixture
def faulty(tmp_path: Path, furnished: Path) -> Iterator[FaultyHouse]:
    """A furnished house on SQLite with an SMSC of its own, its daemon not yet started."""
    made = FaultyHouse(tmp_path, furnished)
    yield made
    made.close()
