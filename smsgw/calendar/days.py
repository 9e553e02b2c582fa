"""The business day: which date it is at a dealer's, and where his week and month begin."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name; ZoneInfoNotFoundError where there is none."""
    return ZoneInfo(name)


def local(at: datetime, timezone: str) -> datetime:
    """An aware moment on the clock of a time zone."""
    return at.astimezone(zone(timezone))


def business_date(at: datetime, timezone: str) -> date:
    """The date of an aware moment in a time zone."""
    return at.astimezone(zone(timezone)).date()


@lru_cache(maxsize=64)
def week_start(day: date) -> date:
    """The Monday of the week of a day (ISO 8601 weeks)."""
    return day - timedelta(days=day.weekday())


def month_start(day: date) -> date:
    return day.replace(day=1)


def midnight(day: date, timezone: str) -> int:
    """When a day begins in a time zone, in milliseconds since the epoch."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone(timezone)).timestamp() * 1000)
