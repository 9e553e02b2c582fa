"""What people type as arguments, as values: phones, days, moments, texts; a refusal names the option."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from smsgw.errors import SmsgwError, UsageError
from smsgw.values.moments import read_day, read_end, read_moment, spelled_out
from smsgw.values.unreadable import Unreadable

if TYPE_CHECKING:
    from smsgw.settings.sections import Settings

MOST_DAYS = 366  # of a range

_ESCAPE = re.compile(r"\\(n|\\)")

T = TypeVar("T")


def e164(text: str, country: str) -> str:
    """The phone with + and country code; a local one is read as one of `country`. Raises SmsgwError."""
    from smsgw.values.phones import read_phone  # libphonenumber takes long to load

    try:
        return read_phone(text, country)
    except Unreadable as error:
        raise SmsgwError(f"'{text}' {error}") from None


def unescaped(text: str) -> str:
    """The text with the two characters backslash-n as a new line, and two backslashes as one."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else "\\", text) if "\\" in text else text


def moment(text: str, option: str, zone: str) -> datetime:
    """The instant that an option names; a day, today and yesterday too, is its first moment in `zone`.

    Raises UsageError.
    """
    named = spelled_out(text, zone, datetime.now(UTC))
    return _of_option(text, option, lambda: read_moment(named, zone))


def sent_at(text: str | None, settings: Settings) -> datetime:
    """When a text is taken to be sent: now, or what `--at` names; a day is its noon. Raises UsageError."""
    if text is None:
        return datetime.now(UTC)
    named = spelled_out(text, settings.gateway.timezone, datetime.now(UTC))
    sent = moment(named, "--at", settings.gateway.timezone)
    return sent + timedelta(hours=12) if len(named) == len("2026-04-15") else sent


def until(text: str, option: str, zone: str) -> datetime:
    """The instant that an option ends at; a day is counted in whole. Raises UsageError."""
    named = spelled_out(text, zone, datetime.now(UTC))
    return _of_option(text, option, lambda: read_end(named, zone))


def day(text: str, option: str) -> date:
    """The day that an option names. Raises UsageError."""
    return _of_option(text, option, lambda: read_day(text))


def days(text: str, option: str) -> list[date]:
    """A day, or every day of a range such as 2026-05-01..2026-05-05. Raises UsageError."""
    first, _, last = text.partition("..")
    begin, end = day(first, option), day(last or first, option)
    if end < begin:
        raise UsageError(f"{option} '{text}' ends before it begins")
    if (end - begin).days >= MOST_DAYS:
        raise UsageError(f"{option} '{text}' is longer than a year; name the days in shorter ranges")
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


def _of_option(text: str, option: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except Unreadable as error:
        raise UsageError(f"{option} '{text}' {error}") from None
