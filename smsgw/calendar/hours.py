"""When a text may be sent: the hours, weekdays and holidays of a time zone; quiet is whatever is outside."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from smsgw.calendar.days import zone as zone_of
from smsgw.errors import SmsgwError

DAY = 86_400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
_WINDOW = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})\Z")
_EPOCH = date(1970, 1, 1).toordinal()


class CalendarFault(SmsgwError):
    """A window, weekday, holiday or zone that cannot be read."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`windows` are minutes of the local day, from and before, in order and apart; `weekdays` count from Monday, 0.

    A moment is open when the clock of the zone shows a time in a window on one of the weekdays that is not a holiday.
    What a clock shows twice when it is put back is open twice; what it skips is never.
    """

    zone: str
    windows: tuple[tuple[int, int], ...]
    weekdays: frozenset[int] = EVERY_DAY
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.windows or not self.weekdays:
            raise CalendarFault("a calendar that is never open sends nothing; give it a window and a weekday")

    @classmethod
    def of(
        cls,
        zone: str,
        window: str,
        weekdays: str | Iterable[str] = "",
        holidays: Iterable[str | date] = (),
    ) -> Calendar:
        """A calendar as people write it: `09:00-20:00` (several with commas; past midnight too), `mon-fri`, ISO days.

        Raises CalendarFault.
        """
        try:
            zone_of(zone)
        except (KeyError, ValueError, OSError):
            raise CalendarFault(f"'{zone}' is not a time zone; write Asia/Shanghai") from None
        days = frozenset(holiday if isinstance(holiday, date) else day_of(holiday) for holiday in holidays)
        return cls(zone, windows_of(window), weekdays_of(weekdays), days)

    @property
    def key(self) -> str:
        """The calendar as one text without a secret or a person in it; `read` makes the same calendar of it."""
        windows = ",".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in self.windows)
        weekdays = "".join(str(day + 1) for day in sorted(self.weekdays))
        return " ".join((self.zone, windows, weekdays, *_runs(self.holidays)))

    @staticmethod
    def read(key: str) -> Calendar:
        """The calendar of a key; the same key gives the same object. Raises CalendarFault."""
        return _read(key)

    def since(self, day: date) -> Calendar:
        """The calendar without the holidays before a day, which makes its key shorter."""
        kept = frozenset(holiday for holiday in self.holidays if holiday >= day)
        return self if kept == self.holidays else Calendar(self.zone, self.windows, self.weekdays, kept)

    def is_open(self, now: float) -> bool:
        """Whether sending is allowed at `now`, in seconds since the epoch."""
        return self._open_at(now + self._offset(now))

    def opening(self, now: float) -> float:
        """The earliest time from `now` on (seconds since the epoch) at which sending is allowed."""
        for begin, end, offset in self._stretches(now):
            local = self._open_from(begin + offset)
            if local - offset < end:
                return max(now, local - offset)
        raise AssertionError("stretches never end")

    def closing(self, now: float) -> float:
        """When the sending that is allowed at `now` ends; `now` itself where it is not allowed, inf where never."""
        if not self.is_open(now):
            return now
        for begin, end, offset in self._stretches(now):
            if not self._open_at(begin + offset):
                return begin
            local = self._closed_from(begin + offset)
            if local - offset < end:
                return local - offset
            if end == math.inf:
                break
        return math.inf

    # ---- the clock of the zone, in seconds since 1970-01-01 00:00 as it shows them

    def _offset(self, at: float) -> int:
        found = datetime.fromtimestamp(math.floor(at), UTC).astimezone(zone_of(self.zone)).utcoffset()
        assert found is not None
        return int(found.total_seconds())

    def _stretches(self, now: float) -> Iterator[tuple[float, float, int]]:
        """The time from `now` on in pieces of one offset each: beginning, end, offset.

        Clocks are never changed twice within a day. Where no change is found for long enough, the last piece is open.
        """
        at: float = now
        # Beyond two years, and beyond the last holiday, every year is like the one before.
        horizon = max([now, *((day.toordinal() - _EPOCH) * DAY for day in self.holidays)]) + 800 * DAY
        while at < horizon:
            offset = self._offset(at)
            end = at + DAY
            if self._offset(end) != offset:
                low, high = math.floor(at), math.ceil(end)  # the change is after low, at high at the latest
                while high - low > 1:
                    middle = (low + high) // 2
                    low, high = (middle, high) if self._offset(middle) == offset else (low, middle)
                end = high
            yield at, end, offset
            at = end
        yield at, math.inf, self._offset(at)

    def _open_day(self, day: int) -> bool:
        """Whether a day, counted from 1970-01-01, is one of sending."""
        if (day + 3) % 7 not in self.weekdays:
            return False
        return not self.holidays or date.fromordinal(day + _EPOCH) not in self.holidays

    def _open_at(self, local: float) -> bool:
        day, second = divmod(local, DAY)
        return self._open_day(int(day)) and any(a * 60 <= second < b * 60 for a, b in self.windows)

    def _open_from(self, local: float) -> float:
        """The first open time of the clock from `local` on, were it never changed."""
        day = int(local // DAY)
        second: float = local - day * DAY
        while True:
            if self._open_day(day):
                for first, last in self.windows:
                    if second < last * 60:
                        return day * DAY + max(second, first * 60)
            day, second = day + 1, 0.0

    def _closed_from(self, local: float) -> float:
        """The first time of the clock after `local`, which is open, that is not, were it never changed; or inf."""
        if self.windows == ((0, 1440),) and self.weekdays == EVERY_DAY:
            today = int(local // DAY)
            later = [number for holiday in self.holidays if (number := holiday.toordinal() - _EPOCH) > today]
            return min(later) * DAY if later else math.inf
        while True:
            day, second = divmod(local, DAY)
            local = next(day * DAY + b * 60 for a, b in self.windows if a * 60 <= second < b * 60)
            if not self._open_at(local):
                return local


def windows_of(text: str) -> tuple[tuple[int, int], ...]:
    """`09:00-12:00, 14:00-20:00` in minutes of the day, in order; `22:00-06:00` is the two ends of a day.

    Raises CalendarFault.
    """
    pieces: list[tuple[int, int]] = []
    for piece in text.split(","):
        found = _WINDOW.match(piece.strip())
        if found is None:
            raise CalendarFault(f"'{piece.strip()}' is not a window of the day; write 09:00-20:00")
        hour, minute, hour_to, minute_to = (int(group) for group in found.groups())
        first, last = hour * 60 + minute, hour_to * 60 + minute_to
        if minute > 59 or minute_to > 59 or first >= 1440 or last > 1440 or first == last:
            raise CalendarFault(
                f"'{piece.strip()}' is not a window of the day; write 09:00-20:00, or 00:00-24:00 for all"
            )
        pieces += [(first, last)] if first < last else [(first, 1440), *([(0, last)] if last else [])]
    merged: list[tuple[int, int]] = []
    for first, last in sorted(pieces):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def weekdays_of(text: str | Iterable[str]) -> frozenset[int]:
    """`mon-fri, sun` (or a list of such) as numbers from Monday, 0; nothing is every day. Raises CalendarFault."""
    pieces = [piece.strip() for piece in (text.split(",") if isinstance(text, str) else text) if piece.strip()]
    if not pieces:
        return EVERY_DAY
    days: set[int] = set()
    for piece in pieces:
        first, dash, last = (word.strip()[:3].casefold() for word in piece.partition("-"))
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise CalendarFault(f"'{piece}' is not a weekday; write mon-fri, or mon, wed")
        begin = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - begin) % 7 if dash else 0
        days.update((begin + step) % 7 for step in range(length + 1))
    return frozenset(days)


def day_of(text: str) -> date:
    """`2026-10-01` as a day. Raises CalendarFault."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CalendarFault(f"'{text}' is not a day; write 2026-10-01") from None


def _runs(days: Collection[date]) -> Iterator[str]:
    """Days in order, those in a row as `20261001+6`: a day and how many follow it."""
    ordered = sorted(days)
    place = 0
    while place < len(ordered):
        length = 1
        while place + length < len(ordered) and (ordered[place + length] - ordered[place]).days == length:
            length += 1
        yield f"{ordered[place]:%Y%m%d}" + (f"+{length - 1}" if length > 1 else "")
        place += length


@lru_cache(maxsize=512)
def _read(key: str) -> Calendar:
    zone, window, weekdays, *runs = key.split(" ")
    holidays: list[date] = []
    for run in runs:
        first, _, more = run.partition("+")
        begin = date(int(first[:4]), int(first[4:6]), int(first[6:8]))
        holidays += [begin + timedelta(days=step) for step in range(int(more or 0) + 1)]
    return Calendar.of(zone, window, [WEEKDAYS[int(digit) - 1] for digit in weekdays], holidays)
