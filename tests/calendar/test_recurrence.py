"""Recurrences: the moments of a rule are those of a look at every minute, also where clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.calendar.recurrence import Recurrence, RecurrenceFault
from tests.calendar.test_hours import CHANGES

SPAN = 4 * 1440  # minutes around a change


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(CHANGES),
    st.sets(st.integers(0, 59), min_size=1, max_size=4),
    st.sets(st.integers(0, 23), min_size=1, max_size=6),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(-2880, 2880),
)
def test_the_moments_of_a_rule_are_those_of_a_look_at_every_minute(
    change: tuple[str, datetime], minutes: set[int], hours: set[int], weekdays: set[int], later: int
) -> None:
    zone, at = change
    tz = ZoneInfo(zone)
    listed = [",".join(map(str, sorted(numbers))) for numbers in (minutes, hours, weekdays)]
    rule = Recurrence.of(f"{listed[0]} {listed[1]} * * {listed[2]}", zone)
    begin = int(at.timestamp()) - 2 * 86_400 // 60 * 60

    def wanted(shown: datetime) -> bool:
        return shown.minute in minutes and shown.hour in hours and (shown.weekday() + 1) % 7 in weekdays

    moments = []
    seen = datetime.fromtimestamp(begin - 60, tz).replace(tzinfo=None)  # the latest that the clock has shown
    for moment in range(begin, begin + SPAN * 60, 60):
        shown = datetime.fromtimestamp(moment, tz).replace(tzinfo=None)
        skipped = (seen + timedelta(minutes=step) for step in range(1, int((shown - seen).total_seconds()) // 60 + 1))
        if any(wanted(minute) for minute in skipped):
            moments.append(float(moment))
        seen = max(seen, shown)
    assert list(islice(rule.times(begin - 1), len(moments))) == moments
    after = at.timestamp() + later * 60
    first = next((moment for moment in moments if moment > after), None)
    if first is not None:
        assert rule.next(after) == first


@pytest.mark.parametrize(
    ("cron", "zone", "after", "then"),
    [
        ("30 1 * * *", "Europe/London", "2026-03-28T12:00Z", "2026-03-29T01:00Z"),  # 01:30 is skipped: 02:00
        ("30 1 * * *", "Europe/London", "2026-10-24T12:00Z", "2026-10-25T00:30Z"),  # 01:30 comes twice
        ("30 1 * * *", "Europe/London", "2026-10-25T00:30Z", "2026-10-26T01:30Z"),
        ("45 1 * * *", "Europe/London", "2026-10-25T01:30Z", "2026-10-26T01:45Z"),  # asked in the second 01:30
        ("0 9 * * 1", "Asia/Shanghai", "2026-11-26T00:00Z", "2026-11-30T01:00Z"),
        ("0 9 1 * *", "Asia/Shanghai", "2026-12-01T01:00Z", "2027-01-01T01:00Z"),
        ("0 9 L * *", "Asia/Shanghai", "2026-11-26T00:00Z", "2026-11-30T01:00Z"),
        ("0 9 29 2 *", "UTC", "2026-11-26T00:00Z", "2028-02-29T09:00Z"),
    ],
)
def test_examples(cron: str, zone: str, after: str, then: str) -> None:
    found = Recurrence.of(cron, zone).next(datetime.fromisoformat(after).timestamp())
    assert found is not None
    assert datetime.fromtimestamp(found, UTC) == datetime.fromisoformat(then)


@pytest.mark.parametrize(
    ("cron", "zone", "said"),
    [
        ("0 9 * *", "UTC", "does not have five fields"),
        ("0 0 9 * * 1", "UTC", "does not have five fields"),
        ("0 25 * * *", "UTC", "bad hour"),
        ("0 9 30 2 *", "UTC", "is not a rule|never comes"),
        ("@daily", "UTC", "does not have five fields"),
        ("0 9 * * *", "Nowhere/At", "not a time zone"),
    ],
)
def test_a_slip_is_said(cron: str, zone: str, said: str) -> None:
    with pytest.raises(RecurrenceFault, match=said):
        Recurrence.of(cron, zone)
