"""Times on the command line: ISO 8601, or a day in the gateway's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from smsgw.errors import UsageError

MOST_DAYS = 366  # of a range


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


def day(text: str, option: str) -> date:
    """The day that an option names. Raises UsageError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} '{text}' is no day; write 2026-04-15") from None


def in_order(since: str | None, to: str | None, zone: str) -> None:
    """Raises UsageError where both --from and --to are said and the second ends before the first."""
    if since and to and until(to, "--to", zone) <= moment(since, "--from", zone):
        raise UsageError(f"--to '{to}' is before --from '{since}'; turn them round")


def days(text: str, option: str) -> list[date]:
    """A day, or every day of a range such as 2026-05-01..2026-05-05. Raises UsageError."""
    first, _, last = text.partition("..")
    begin, end = day(first, option), day(last or first, option)
    if end < begin:
        raise UsageError(f"{option} '{text}' ends before it begins")
    if (end - begin).days >= MOST_DAYS:
        raise UsageError(f"{option} '{text}' is longer than a year; name the days in shorter ranges")
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
