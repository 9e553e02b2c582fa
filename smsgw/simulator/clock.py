"""Time as the simulator sees it: what Twisted's reactor and `task.Clock` have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Clock(Protocol):
    """Seconds of one clock, and calls that are to come."""

    def seconds(self) -> float: ...
    def callLater(self, delay: float, callable: Callable[..., Any], *args: object, **kw: object) -> Any:
        """Call once after this many seconds; what is handed back can be cancelled."""
