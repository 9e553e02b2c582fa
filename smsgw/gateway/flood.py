"""The guard against floods: so many texts of one phone an hour are handled; beyond that one answer says so."""

from __future__ import annotations

from collections import deque
from enum import Enum

HOUR = 3600.0


class Passage(Enum):
    """HANDLED as ever; TOLD that it is too much; SILENT: kept, and nothing more is said."""

    HANDLED = "handled"
    TOLD = "told"
    SILENT = "silent"


class FloodGuard:
    """Counts in memory, by phone, over the hour past. Times are seconds.

    A restart forgets: the guard is there to stop machines that text each other, and those come again at once.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._times: dict[str, deque[float]] = {}
        self._told: set[str] = set()

    def passage(self, phone: str, now: float) -> Passage:
        """What is to become of a text of this phone, which is hereby counted."""
        times = self._times.get(phone)
        if times is None:
            times = self._times[phone] = deque()
        while times and times[0] <= now - HOUR:
            times.popleft()
        if len(times) < self.limit:
            times.append(now)
            if self._told:
                self._told.discard(phone)
            return Passage.HANDLED
        if phone in self._told:
            return Passage.SILENT
        self._told.add(phone)
        return Passage.TOLD

    def look(self, phone: str) -> Passage:
        """What is to become of a text of this phone that has been counted before."""
        return Passage.SILENT if phone in self._told else Passage.HANDLED

    def sweep(self, now: float) -> None:
        """Forget phones that have been quiet for an hour; to be called now and then."""
        quiet = [phone for phone, times in self._times.items() if not times or times[-1] <= now - HOUR]
        for phone in quiet:
            del self._times[phone]
            self._told.discard(phone)
