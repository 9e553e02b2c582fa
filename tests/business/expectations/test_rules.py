"""Report rules: their periods, deadlines on the local clock, and how a report stands to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw.business.expectations.rules import Dealer, Level, Rule, RuleFault, expectation_state, periods
from smsgw.calendar.spans import Span

SUNNY = Dealer("D1001", ("EAST", "CN"), "A", "zh", "Asia/Shanghai")


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_a_rule_as_people_write_it() -> None:
    rule = Rule.of(
        "sales",
        days="mon-sat",
        remind=["1d", "2h"],
        escalate=["1d field", "2d manager"],
        who="region:cn and not tier:C",
    )
    assert rule.levels == (
        Level(1, Span(0, 7200), "shop"),
        Level(2, Span(1), "shop"),
        Level(3, Span(1), "field"),
        Level(4, Span(2), "manager"),
    )
    assert rule.owes(SUNNY)
    assert not Rule.of("sales", who="region:WEST or lang:en").owes(SUNNY)
    assert list(periods(rule, date(2026, 4, 17), date(2026, 4, 21))) == [
        date(2026, 4, 17),
        date(2026, 4, 18),
        date(2026, 4, 20),
        date(2026, 4, 21),
    ]


def test_weeks_and_months_are_due_on_their_last_working_day() -> None:
    weekly = Rule.of("count", every="week", days="fri", by="24:00", grace="2d")
    assert list(periods(weekly, date(2026, 4, 15), date(2026, 4, 27))) == [date(2026, 4, 20), date(2026, 4, 27)]
    assert weekly.due(date(2026, 4, 20), "UTC") == moment("2026-04-25T00:00Z")
    assert weekly.closes(date(2026, 4, 20), "UTC") == moment("2026-04-27T00:00Z")
    monthly = Rule.of("month", every="month", days="mon-fri", by="12:00")
    assert monthly.due(date(2026, 5, 1), "Asia/Shanghai") == moment("2026-05-29T04:00Z")
    assert monthly.last(date(2026, 2, 1)) == date(2026, 2, 28)


def test_a_day_of_grace_is_one_of_the_local_clock() -> None:
    rule = Rule.of("sales", by="18:00", grace="1d")
    saturday = date(2026, 3, 28)  # the day before clocks go forward in London
    assert rule.due(saturday, "Europe/London") == moment("2026-03-28T18:00Z")
    assert rule.closes(saturday, "Europe/London") == moment("2026-03-29T17:00Z")


def test_a_period_is_excused_when_all_its_days_are() -> None:
    weekly = Rule.of("count", every="week", days="mon,tue")
    free = {date(2026, 4, 20)}
    assert not weekly.excused(date(2026, 4, 20), free.__contains__)
    free.add(date(2026, 4, 21))
    assert weekly.excused(date(2026, 4, 20), free.__contains__)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from(("day", "week", "month")))
def test_periods_follow_one_another_without_a_gap(day: date, every: str) -> None:
    rule = Rule.of("x", every=every)
    first = rule.first(day)
    assert first <= day <= rule.last(first)
    assert rule.first(rule.last(first)) == first
    assert rule.following(first) == rule.last(first) + timedelta(days=1)
    assert datetime.fromtimestamp(rule.due(first, "UTC"), UTC).date() == rule.last(first)


@pytest.mark.parametrize(
    ("reported", "now", "excused", "state"),
    [
        (None, 50, False, "due"),
        (None, 150, False, "due"),
        (None, 200, False, "missing"),
        (100, 100, False, "on_time"),
        (101, 150, False, "late"),
        (200, 500, False, "late"),
        (201, 500, False, "missing"),
        (50, 500, True, "excused"),
    ],
)
def test_how_a_report_stands(reported: int | None, now: int, excused: bool, state: str) -> None:
    assert expectation_state(100, 200, reported, now, excused=excused) == state


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"by": "25:00"}, "no time of the day"),
        ({"grace": "soon"}, "no length of time"),
        ({"verbs": ["order"]}, "must be of sale, nil, count"),
        ({"every": "year"}, "must come every day, week, month"),
        ({"who": "holds:A350"}, "who must report"),
        ({"who": "regoin:EAST"}, "did you mean region:EAST"),
        ({"escalate": ["1d"]}, "write 1d field"),
        ({"days": "someday"}, "not a weekday"),
    ],
)
def test_a_slip_is_said(more: dict[str, str], said: str) -> None:
    with pytest.raises(RuleFault, match=said):
        Rule.of("sales", **more)  # type: ignore[arg-type]
