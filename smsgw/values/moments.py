"""Days and moments as people and programs write them: ISO 8601, or a day in the deployment's time zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from smsgw.values.unreadable import Unreadable

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)  # beyond them a day of business was typed wrong

_FAR = "is a year that we cannot count with; write a year such as 2026"
_DAYS = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})\Z"),
    re.compile(r"(\d{4})(\d{2})(\d{2})\Z"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日\Z"),
)


def read_day(text: str) -> date:
    """A day such as 2026-04-15. Raises Unreadable."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unreadable("is not a day; write 2026-04-15") from None


def read_day_of_sheet(text: str) -> date:
    """A day of business: 2026-04-15, 2026/4/15, 20260415 or 2026年4月15日, also with 00:00:00. Raises Unreadable."""
    text = re.sub(r"[T ]00:00(:00)?\Z", "", text)
    for shape in _DAYS:
        if found := shape.match(text):
            year, month, number = (int(part) for part in found.groups())
            try:
                value = date(year, month, number)
            except ValueError:
                raise Unreadable("there is no such day") from None
            if not FIRST_DAY <= value <= LAST_DAY:
                raise Unreadable("a day lies between 1990 and 2099")
            return value
    raise Unreadable("a day looks like 2026-04-15")


def read_moment(text: str, timezone: str | None) -> datetime:
    """An instant in UTC; without an offset that of `timezone`, a day alone is its first moment. Raises Unreadable.

    `timezone` None: an offset must be there, as programs write it.
    """
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = None
    if timezone is None:
        if value is None:
            raise Unreadable("is not a time; write 2026-11-28T09:00:00+08:00")
        if value.tzinfo is None:
            raise Unreadable("has no offset; write 2026-11-28T09:00:00+08:00, or Z for UTC")
    elif value is None:
        raise Unreadable("is not a time; write 2026-04-15 or 2026-04-15T10:32:00Z")
    elif value.tzinfo is None:
        value = value.replace(tzinfo=ZoneInfo(timezone))
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise Unreadable(_FAR) from None


def read_end(text: str, timezone: str) -> datetime:
    """The instant at which a span ends: a day is counted in whole. Raises Unreadable."""
    end = read_moment(text, timezone)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return end
    if day == date.max:
        raise Unreadable(_FAR)
    return read_moment((day + timedelta(days=1)).isoformat(), timezone)
