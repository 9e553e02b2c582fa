"""Days and moments as people and programs write them: ISO 8601, or a day in the deployment's time zone."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from smsgw.values.unreadable import Unreadable

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)  # beyond them a day of business was typed wrong

_FAR = "is a year that we cannot count with; write a year such as 2026"
_SHEET_DAY = re.compile(
    r"(?:(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.)(\d{1,2})|(\d{4})(\d{2})(\d{2})|(\d{4})年(\d{1,2})月(\d{1,2})日?)"
    r"(?P<rest>(?!\d).*)\Z",
    re.DOTALL,
)
# What may follow a day: a weekday, a time of the day, and whether that is the time of another zone.
_WEEKDAY = re.compile(r"[ (,]*(?:星期|周|礼拜)[一二三四五六日天][ )]*")
_TIME = re.compile(
    r"(?:T|[ T]*(?:上午|下午|凌晨|[AP]M)?)[ ]*(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?(?: ?[AP]M)?"
    r"(?P<zone>Z| ?[+-]\d{2}:?\d{2})?\Z",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[34]\d{4}(\.\d+)?\Z|5[0-9]{4}(\.\d+)?\Z")  # 1982 to 2064, in days since 1900


def read_day(text: str) -> date:
    """A day such as 2026-04-15. Raises Unreadable."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unreadable("is not a day; write 2026-04-15") from None


def read_day_of_sheet(text: str) -> date:
    """A day of business as sheets and programs write it. Raises Unreadable.

    2026-04-15, 2026/4/15, 2026.4.15, 20260415 or 2026年4月15日, spaces between, a weekday or a time behind: that day.
    The time of another zone may be of another day: in UTC only midnight is taken, for so programs write a day.
    """
    said = unicodedata.normalize("NFKC", text).strip()
    found = _SHEET_DAY.match(re.sub(r" *([年月日/.]) *", r"\1", said, count=6)) or _SHEET_DAY.match(said)
    if not found:
        if _SERIAL.match(said):
            raise Unreadable("is a spreadsheet's number for a day; format the column as a date, or write 2026-04-15")
        raise Unreadable("a day looks like 2026-04-15")
    _check_time(found["rest"])
    year, month, number = (int(part) for part in found.groups()[:-1] if part)
    try:
        value = date(year, month, number)
    except ValueError:
        raise Unreadable("there is no such day") from None
    if not FIRST_DAY <= value <= LAST_DAY:
        raise Unreadable("a day lies between 1990 and 2099")
    return value


def _check_time(rest: str) -> None:
    """Raises Unreadable where what follows a day is no time, or one that leaves the day in doubt."""
    if not rest:
        return
    found = _TIME.match(_WEEKDAY.sub(" ", rest, count=1).rstrip())
    if not found:
        raise Unreadable("a day looks like 2026-04-15")
    hours, *others = (int(part) for part in re.findall(r"\d+", (found["time"] or "0:00").partition(".")[0])[:3])
    if hours > 24 or any(part > 59 for part in others):
        raise Unreadable("has a time that there is not; write the day alone, such as 2026-04-15")
    if (found["zone"] or "").upper() == "Z" and (hours or any(others)):
        raise Unreadable("is a time in UTC, which may be another day here; write the day alone, such as 2026-04-15")


# Words for days, by how many days ago.
_DAYS_AGO = {"today": 0, "yesterday": 1, "今天": 0, "昨天": 1}


def spelled_out(text: str, timezone: str, now: datetime) -> str:
    """The day that `today` or `yesterday` means in a time zone, as 2026-04-15; any other text as it is."""
    ago = _DAYS_AGO.get(text.strip().casefold())
    return text if ago is None else (now.astimezone(ZoneInfo(timezone)).date() - timedelta(days=ago)).isoformat()


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
