"""Calendars: opening and closing agree with a look at every minute, in many zones, across every change of clocks."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.calendar.hours import EVERY_DAY, Calendar, CalendarFault, weekdays_of, windows_of

# By hours, by half an hour, across midnight, a day left out (Apia 2011), no change at all, odd offsets.
CHANGES = [
    ("Europe/London", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/London", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 10, 29, 21, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2026, 2, 15, 2, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 5, 1, tzinfo=UTC)),
    ("Asia/Shanghai", datetime(2026, 10, 1, tzinfo=UTC)),
]
minutes = st.integers(0, 1439)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Calendar, int]:
    zone, change = draw(st.sampled_from(CHANGES))
    pieces = draw(
        st.lists(st.tuples(minutes, st.integers(1, 1440)).filter(lambda w: w[0] != w[1]), min_size=1, max_size=3)
    )
    window = ",".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in pieces)
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    near = change.date()
    holidays = draw(st.sets(st.integers(-3, 3).map(lambda n: near + timedelta(days=n)), max_size=4))
    at = int(change.timestamp()) + 60 * draw(st.integers(-2880, 2880))
    return Calendar(zone, windows_of(window), frozenset(days), frozenset(holidays)), at


def open_by_the_clock(calendar: Calendar, at: float) -> bool:
    local = datetime.fromtimestamp(at, ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    return (
        local.weekday() in calendar.weekdays
        and local.date() not in calendar.holidays
        and any(a <= minute < b for a, b in calendar.windows)
    )


@settings(max_examples=150, deadline=None)
@given(cases())
def test_opening_and_closing_are_those_of_a_look_at_every_minute(case: tuple[Calendar, int]) -> None:
    calendar, now = case
    days = 18 * 1440  # a week, four holidays, and a week that the clock skips
    opening = next(at for at in range(now, now + days * 60, 60) if open_by_the_clock(calendar, at))
    assert calendar.is_open(now) == open_by_the_clock(calendar, now)
    assert calendar.opening(now) == opening
    closing = next((at for at in range(opening, now + days * 60, 60) if not open_by_the_clock(calendar, at)), math.inf)
    if closing == math.inf:
        assert calendar.closing(opening) >= now + days * 60
    else:
        assert calendar.closing(opening) == closing
    if opening > now:
        assert calendar.closing(now) == now
        assert not calendar.is_open(opening - 0.001)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_a_calendar_comes_back_from_its_key(case: tuple[Calendar, int]) -> None:
    calendar, _ = case
    assert Calendar.read(calendar.key) == calendar
    assert Calendar.read(calendar.key) is Calendar.read(calendar.key)


def test_what_people_write() -> None:
    calendar = Calendar.of("Asia/Shanghai", "09:00-12:00, 13:30-20:00", "mon-sat", ["2026-10-01", date(2026, 10, 2)])
    assert calendar.windows == ((540, 720), (810, 1200))
    assert calendar.key == "Asia/Shanghai 09:00-12:00,13:30-20:00 123456 20261001+1"
    assert calendar.since(date(2026, 10, 2)).key.endswith("123456 20261002")
    night = datetime(2026, 9, 30, 20, tzinfo=ZoneInfo("Asia/Shanghai"))  # Wednesday; then two holidays
    assert calendar.opening(night.timestamp()) == (night + timedelta(days=2, hours=13)).timestamp()
    assert windows_of("22:00-06:00") == ((0, 360), (1320, 1440))
    assert windows_of("20:00-00:00") == ((1200, 1440),)
    assert windows_of("09:00-12:00,11:00-14:00") == ((540, 840),)
    assert weekdays_of("sat-mon") == {5, 6, 0}
    assert weekdays_of("") == EVERY_DAY
    assert weekdays_of(["monday", "Wed"]) == {0, 2}


def test_always_open_never_closes_but_for_its_holidays() -> None:
    now = datetime(2026, 9, 29, 23, tzinfo=UTC).timestamp()
    assert Calendar.of("Europe/London", "00:00-24:00").closing(now) == math.inf
    open_until = Calendar.of("Europe/London", "00:00-24:00", holidays=["2026-12-25"])
    assert open_until.closing(now) == datetime(2026, 12, 25, tzinfo=UTC).timestamp()
    assert open_until.opening(open_until.closing(now)) == datetime(2026, 12, 26, tzinfo=UTC).timestamp()


def test_a_fraction_of_a_second_is_kept() -> None:
    calendar = Calendar.of("UTC", "09:00-20:00")
    assert calendar.opening(10 * 3600 + 0.25) == 10 * 3600 + 0.25
    assert calendar.opening(8 * 3600 + 0.25) == 9 * 3600
    assert calendar.opening(20 * 3600) == 33 * 3600


@pytest.mark.parametrize(
    ("zone", "window", "weekdays", "holidays", "said"),
    [
        ("Asia/Nowhere", "09:00-20:00", "", (), "not a time zone"),
        ("", "09:00-20:00", "", (), "not a time zone"),
        ("UTC", "9-20", "", (), "not a window"),
        ("UTC", "09:00-25:00", "", (), "not a window"),
        ("UTC", "09:00-09:00", "", (), "not a window"),
        ("UTC", "", "", (), "not a window"),
        ("UTC", "09:00-20:00", "mon-xyz", (), "not a weekday"),
        ("UTC", "09:00-20:00", "", ("1 October",), "not a day"),
    ],
)
def test_a_slip_is_said(zone: str, window: str, weekdays: str, holidays: tuple[str, ...], said: str) -> None:
    with pytest.raises(CalendarFault, match=said):
        Calendar.of(zone, window, weekdays, holidays)
