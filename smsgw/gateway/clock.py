"""Time as the gateway sees it: what Twisted's reactor and its fake clock have in common, spelt as types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol


class Timer(Protocol):
    """A call that is to come."""

    def cancel(self) -> None: ...
    def active(self) -> int: ...
    def reset(self, secondsFromNow: float) -> None: ...


class Clock(Protocol):
    """The reactor, or `twisted.internet.task.Clock`. Seconds are those since the epoch."""

    def seconds(self) -> float: ...
    def callLater(self, delay: float, callable: Callable[..., Any], *args: object, **kw: object) -> Any:
        """Call once after so many seconds; gives a Timer."""


def instant(seconds: float) -> datetime:
    """A time of the clock as the books keep it."""
    return datetime.fromtimestamp(seconds, UTC)
