"""Dates as typed, against a fixed today."""

from __future__ import annotations

from datetime import date

import pytest

from smsgw.language.reading import dates

TODAY = date(2026, 4, 16)


@pytest.mark.parametrize(
    ("token", "day"),
    [
        ("15APR", date(2026, 4, 15)),
        ("15-APR-2025", date(2025, 4, 15)),
        ("15 APRIL", date(2026, 4, 15)),
        ("APR 15", date(2026, 4, 15)),
        ("15TH APR", date(2026, 4, 15)),
        ("17APR", date(2025, 4, 17)),
        ("4/15", date(2026, 4, 15)),
        ("15/4", date(2026, 4, 15)),
        ("4/15/26", date(2026, 4, 15)),
        ("4月15日", date(2026, 4, 15)),
        ("4月15", date(2026, 4, 15)),
        ("2026年4月15号", date(2026, 4, 15)),
        ("20260415", date(2026, 4, 15)),
        ("2026-04-15", date(2026, 4, 15)),
        ("2026/4/15", date(2026, 4, 15)),
        ("2569-04-15", date(2026, 4, 15)),  # Buddhist
        ("115-04-15", date(2026, 4, 15)),  # Minguo
        ("-1", date(2026, 4, 15)),
        ("29FEB", date(2024, 2, 29)),
        ("4/5", date(2026, 4, 5)),  # 4 May has not been yet
        ("13/45", None),
        ("20261301", None),
        ("31APR", None),
        ("-0", None),
        ("HELLO", None),
    ],
)
def test_a_date_is_the_newest_such_day_that_has_been(token: str, day: date | None) -> None:
    reading = dates.read(token, TODAY)
    assert (reading.day if reading else None) == day
    assert reading is None or not reading.ask


def test_day_and_month_are_asked_back_only_when_both_ways_are_recent() -> None:
    reading = dates.read("3/4", TODAY)
    assert reading is not None and reading.ask
    reading = dates.read("12/4", date(2026, 12, 5))  # 4 December was yesterday, 12 April is long past
    assert reading == dates.DateReading(date(2026, 12, 4))
    reading = dates.read("4/12", date(2026, 12, 5))
    assert reading == dates.DateReading(date(2026, 12, 4))


@pytest.mark.parametrize(
    ("token", "month"),
    [("4", "2026-04"), ("4月", "2026-04"), ("5月份", "2025-05"), ("2025-11", "2025-11"), ("13", None), ("X", None)],
)
def test_a_month_is_the_newest_that_has_begun(token: str, month: str | None) -> None:
    assert dates.month(token, TODAY) == month
