"""Days as people say them, on Monday 30 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from smsgw.language.characters.fold import fold
from smsgw.language.sentences import days
from tests.language.sentences.world import MONDAY


def day(text: str, *, month_first: bool = False) -> date | None:
    found = days.read(fold(text).clean, 0, MONDAY, month_first=month_first, lone=True)
    assert found is not None, text
    return found.day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            ("today", 30),
            ("今天", 30),
            ("yesterday", 29),
            ("last night", 29),
            ("昨晚", 29),
            ("前天", 28),
            ("friday", 27),
        ),
        *(("last friday", 27), ("last monday", 23), ("monday", 30), ("上周五", 27), ("周六", 28), ("礼拜天", 29)),
        *(("the 28th", 28), ("28th", 28), ("29日", 29), ("28号", 28), ("11.29", 29), ("11-29", 29), ("28/11", 28)),
        *(
            ("30.11.2026", 30),
            ("29 Nov", 29),
            ("Nov 29", 29),
            ("29th of November", 29),
            ("11月29日", 29),
            ("2026-11-29", 29),
        ),
    ],
)
def test_a_day_of_this_november(text: str, expected: int) -> None:
    assert day(text) == date(2026, 11, expected)


def test_a_day_is_never_moved_a_year() -> None:
    assert day("1 Dec") == date(2026, 12, 1)
    assert day("2025-11-30") == date(2025, 11, 30)


def test_which_comes_first_counts_only_where_both_may_be_meant() -> None:
    assert day("11/2", month_first=False) == day("2/11", month_first=False) == date(2026, 11, 2)
    assert day("11/10", month_first=False) == date(2026, 11, 10)
    assert day("11/11", month_first=True) == date(2026, 11, 11)


@pytest.mark.parametrize("text", ["31/11", "5/12", "23-29 Nov", "11月23日-29日"])
def test_no_one_day_is_none(text: str) -> None:
    assert day(text) is None


@pytest.mark.parametrize("text", ["nova 60", "monitor", "marker 5", "sunny", "a350"])
def test_what_only_begins_like_a_day_is_none(text: str) -> None:
    assert days.read(fold(text).clean, 0, MONDAY, month_first=False, lone=True) is None


def test_a_slip_in_the_name_of_a_day() -> None:
    assert days.near("YETSERDAY", MONDAY) == date(2026, 11, 29)
    assert days.near("SATRUDAY", MONDAY) == date(2026, 11, 28)
    assert days.near("STURDY", MONDAY) is None
