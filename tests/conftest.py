"""What holds for every test: no test inherits the log of another, and only long proofs may take long."""

from __future__ import annotations

import faulthandler
import logging
from collections.abc import Iterator

import hypothesis
import pytest
import structlog

# An example may take as long as it takes: how long that is depends on what else runs on the machine.
hypothesis.settings.register_profile("patient", parent=hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command run inside the tests' process points the log at a stream that is closed when its test ends."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        logging.getLogger().handlers[:] = []


@pytest.fixture(autouse=True)
def as_long_as_it_takes(request: pytest.FixtureRequest) -> None:
    """A proof at full length is not ended by the timeout that ends a test which hangs; each has its own patience."""
    if request.node.get_closest_marker("soak") is not None:
        faulthandler.cancel_dump_traceback_later()
