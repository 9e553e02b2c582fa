"""The time strings of SMPP, absolute and relative, both ways (SMPP 3.4 section 7.1.1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

_LENGTH = 16


def absolute(when: datetime) -> str:
    """`YYMMDDhhmmsstnn+` in UTC, for validity_period and schedule_delivery_time; `when` knows its time zone.

    The tenth of a second is cut, not rounded, so that the string never names a later time. Raises ValueError for a
    naive time and for a year outside 2000–2099, which two digits could not tell.
    """
    if when.tzinfo is None:
        raise ValueError("an absolute SMPP time needs a time zone")
    utc = when.astimezone(UTC)
    if not 2000 <= utc.year <= 2099:
        raise ValueError(f"an SMPP time has two digits for its year: {utc.year} cannot be told")
    return f"{utc:%y%m%d%H%M%S}{utc.microsecond // 100_000}00+"


def relative(duration: timedelta) -> str:
    """`YYMMDDhhmmss000R`, in whole seconds, cut. Raises ValueError unless it is between 1 second and 31 days.

    Months and years are not used: how long they are is the SMSC's own opinion. Longer times go as absolute ones.
    """
    seconds = int(duration.total_seconds())
    if not 1 <= seconds < 32 * 86_400:
        raise ValueError(f"a relative SMPP time must be from 1 second to 31 days, not {duration}")
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"0000{days:02}{hour:02}{minute:02}{second:02}000R"


def read_time(text: str, now: datetime) -> datetime | None:
    """The moment an SMPP time string names, None for the empty one (the SMSC's default).

    `now` knows its time zone; relative times count from it, their years as 365 days and their months as 30. Raises
    ValueError, naming what is wrong, for anything else.
    """
    if not text:
        return None
    if len(text) != _LENGTH or not (text[:15].isascii() and text[:15].isdigit()) or text[15] not in "+-R":
        raise ValueError(f"not an SMPP time: {text!r} (16 characters, YYMMDDhhmmsstnnp)")
    year, month, day, hour, minute, second = (int(text[place : place + 2]) for place in range(0, 12, 2))
    if text[15] == "R":
        return now + timedelta(days=365 * year + 30 * month + day, hours=hour, minutes=minute, seconds=second)
    quarters = int(text[13:15])
    if quarters > 48:
        raise ValueError(f"not an SMPP time: {text!r} is {quarters} quarters of an hour from UTC, at most 48")
    offset = timedelta(minutes=15 * quarters)
    zone = timezone(offset if text[15] == "+" else -offset)
    try:
        return datetime(2000 + year, month, day, hour, minute, second, int(text[12]) * 100_000, zone)
    except ValueError as error:
        raise ValueError(f"not an SMPP time: {text!r}: {error}") from error
