"""When texts with a calendar may be submitted: asked for each text, worked out once for each stretch of open hours."""

from __future__ import annotations

from smsgw.calendar.hours import Calendar

_MOST = 1_000  # calendars remembered; there is one for each zone and job


class OpenHours:
    """Answers from memory while a calendar is known to be open."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[float, float]] = {}  # by key: open from, until

    def at(self, calendar: str, now: float) -> float:
        """The earliest time from `now` on (seconds since the epoch) at which a text with this calendar may be sent."""
        known = self._open.get(calendar)
        if known is not None and known[0] <= now < known[1]:
            return now
        read = Calendar.read(calendar)
        opens = read.opening(now)
        if opens > now:
            return opens
        if len(self._open) >= _MOST:
            self._open.clear()
        self._open[calendar] = now, read.closing(now)
        return now
