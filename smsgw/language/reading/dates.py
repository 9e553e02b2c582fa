"""Dates as people type them, read against today: the newest day that is not in the future."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_NAME = r"(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)[A-Z]*"
_FORMS = (
    (re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})"), "ymd"),
    (re.compile(r"(\d{3,4})[-/.](\d{1,2})[-/.](\d{1,2})"), "ymd"),
    (re.compile(r"(\d{3,4})年(\d{1,2})月(\d{1,2})[日号]?"), "ymd"),
    (re.compile(r"(\d{1,2})月(\d{1,2})[日号]?"), "md"),
    (re.compile(r"(\d{1,2})/(\d{1,2})"), "m/d"),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})"), "m/d/y"),
    (re.compile(rf"(\d{{1,2}})(?:ST|ND|RD|TH)?[- ]?{_NAME}[- ]?(\d{{4}}|\d{{2}})?"), "dNy"),
    (re.compile(rf"{_NAME}[- ]?(\d{{1,2}})(?:ST|ND|RD|TH)?"), "Nd"),
)
# A day and a month that may each be the other are asked back only when both are this recent.
_RECENT = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class DateReading:
    """A day; `ask` when day and month could as well be the other way round."""

    day: date
    ask: bool = False


def read(token: str, today: date) -> DateReading | None:
    """The day that a folded token names, or None. `-1` is yesterday."""
    if token[:1] == "-":
        return DateReading(today - DAY * int(token[1:])) if re.fullmatch(r"-[1-9]\d?", token) else None
    for form, order in _FORMS:
        found = form.fullmatch(token)
        if found:
            return _build(found.groups(), order, today)
    return None


def month(token: str, today: date) -> str | None:
    """The month that a folded token names as `YYYY-MM`, the newest that has begun; or None."""
    found = re.fullmatch(r"(\d{4})[-/年](\d{1,2})月?", token)
    if found:
        year, number = map(int, found.groups())
        return f"{year:04d}-{number:02d}" if 1 <= number <= 12 else None
    found = re.fullmatch(r"(\d{1,2})月?份?", token)
    if not found or not 1 <= int(found[1]) <= 12:
        return None
    return month_of(int(found[1]), today)


def month_of(number: int, today: date) -> str:
    """The newest month of that number (1 to 12) that has begun, as `YYYY-MM`."""
    return f"{today.year - (number > today.month):04d}-{number:02d}"


def _build(groups: tuple[str | None, ...], order: str, today: date) -> DateReading | None:
    values = [g for g in groups if g is not None]
    if order == "ymd":
        return _plain(_day(_year(int(values[0])), int(values[1]), int(values[2])))
    if order == "md":
        return _plain(_latest(int(values[0]), int(values[1]), today))
    if order == "m/d":
        return _either(int(values[0]), int(values[1]), today)
    if order == "m/d/y":
        year = int(values[2]) + (2000 if len(values[2]) == 2 else 0)
        first, second = int(values[0]), int(values[1])
        return _plain(_day(_year(year), first, second) or _day(_year(year), second, first))
    if order == "Nd":
        return _plain(_latest(_MONTHS.index(values[0][:3]) + 1, int(values[1]), today))
    number = _MONTHS.index(values[1][:3]) + 1
    if len(values) == 3:
        year = int(values[2]) + (2000 if len(values[2]) == 2 else 0)
        return _plain(_day(_year(year), number, int(values[0])))
    return _plain(_latest(number, int(values[0]), today))


def _plain(day: date | None) -> DateReading | None:
    return None if day is None else DateReading(day)


def _year(year: int) -> int:
    """A year of the Buddhist (from −543) or the Minguo calendar (from 1912) as one of the common era."""
    if 2400 <= year <= 2800:
        return year - 543
    return year + 1911 if year < 1000 else year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _latest(month: int, day: int, today: date) -> date | None:
    """The newest such day that is not after today (29 February may be eight years back)."""
    for year in range(today.year, today.year - 9, -1):
        found = _day(year, month, day)
        if found is not None and found <= today:
            return found
    return None


def _either(first: int, second: int, today: date) -> DateReading | None:
    """Month/day; day/month where only that is a date; asked back where both are and both are recent."""
    by_month, by_day = _latest(first, second, today), _latest(second, first, today)
    if by_month is None or by_day is None or by_month == by_day:
        return _plain(by_month or by_day)
    month_recent, day_recent = today - by_month <= _RECENT, today - by_day <= _RECENT
    if day_recent and not month_recent:
        return DateReading(by_day)
    return DateReading(by_month, ask=month_recent and day_recent)
