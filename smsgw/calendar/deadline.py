"""Deadlines in working days: something is due when the work of a day ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from smsgw.calendar.days import zone
from smsgw.calendar.hours import Calendar


def deadline(work: Calendar, now: float, days: int) -> float:
    """When the work ends of the working day that is `days` after that of `now`, in seconds since the epoch.

    What comes outside the hours of work counts as having come when they begin again.
    """
    at = work.opening(now)
    for _ in range(days):
        at = work.opening(_midnight(work, at))
    tomorrow = _midnight(work, at)
    end = work.closing(at)
    while end < tomorrow and (again := work.opening(end)) < tomorrow:  # after a break
        end = work.closing(again)
    return min(end, tomorrow)


def _midnight(work: Calendar, at: float) -> float:
    """When the day after that of `at` begins on the clock of the calendar."""
    clock = zone(work.zone)
    day = datetime.fromtimestamp(at, clock).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=clock).timestamp()
