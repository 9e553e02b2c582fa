"""Times on the command line: ISO 8601, or a day in the gateway's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from smsgw.errors import UsageError


def moment(text: str, option: str, zone: str) -> datetime:
    """The instant that an option names; a day is its first moment in `zone`. Raises UsageError."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} '{text}' is no time; write 2026-04-15 or 2026-04-15T10:32:00Z") from None
    return (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def until(text: str, option: str, zone: str) -> datetime:
    """The instant that an option ends at; a day is counted in whole. Raises UsageError."""
    end = moment(text, option, zone)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return end
    return moment((day + timedelta(days=1)).isoformat(), option, zone)
