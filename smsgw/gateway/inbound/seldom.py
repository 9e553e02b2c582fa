"""What is told of a sender once an hour, however often it happens."""

from __future__ import annotations

from collections import OrderedDict

HOUR = 3600.0
_MOST = 10_000  # senders that are remembered; the one told longest ago is forgotten first


class Seldom:
    """Says whether something is to be told of a sender again."""

    def __init__(self, every: float = HOUR) -> None:
        """`every` is in seconds."""
        self._every = every
        self._told: OrderedDict[tuple[str, str], float] = OrderedDict()

    def due(self, what: str, sender: str, now: float) -> bool:
        """Whether it is an hour since this was told of this sender; it then counts as told at `now`, in seconds."""
        key = (what, sender)
        before = self._told.get(key)
        if before is not None and 0 <= now - before < self._every:
            return False
        self._told[key] = now
        self._told.move_to_end(key)
        if len(self._told) > _MOST:
            self._told.popitem(last=False)
        return True
