"""What holds for every test: no test inherits the log of another."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command run inside the tests' process points the log at a stream that is closed when its test ends."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        logging.getLogger().handlers[:] = []
