"""Days and moments as people and programs write them: ISO 8601, or a day in the deployment's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


class Unreadable(ValueError):
    """What was written cannot be read; its text says why and what to write, to stand after what was written."""


def read_day(text: str) -> date:
    """A day such as 2026-04-15. Raises Unreadable."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unreadable("is not a day; write 2026-04-15") from None


def read_moment(text: str, timezone: str) -> datetime:
    """An instant in UTC; without an offset that of `timezone`, a day alone is its first moment. Raises Unreadable."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("is not a time; write 2026-04-15 or 2026-04-15T10:32:00Z") from None
    return (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


def read_end(text: str, timezone: str) -> datetime:
    """The instant at which a span ends: a day is counted in whole. Raises Unreadable."""
    end = read_moment(text, timezone)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return end
    return read_moment((day + timedelta(days=1)).isoformat(), timezone)
