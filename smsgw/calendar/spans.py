"""Lengths of time as people mean them: days of the local clock, and seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from smsgw.calendar.days import zone


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: days of the local clock, and seconds."""

    days: int = 0
    seconds: int = 0

    def after(self, moment: float, timezone: str) -> float:
        """The moment (seconds since the epoch) so much later; a day later the clock of the zone shows the same time."""
        if self.days:
            shown = datetime.fromtimestamp(moment, zone(timezone)).replace(tzinfo=None) + timedelta(days=self.days)
            moment = shown.replace(tzinfo=zone(timezone)).timestamp()
        return moment + self.seconds

    @property
    def rough(self) -> int:
        """Seconds, with days of twenty-four hours; for comparing spans."""
        return self.days * 86_400 + self.seconds
