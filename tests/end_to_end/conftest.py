"""Houses on either database, torn down whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import fresh_postgresql, server
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
