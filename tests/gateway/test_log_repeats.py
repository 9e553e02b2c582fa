"""What repeats is one line a minute with a count, and one traceback an hour."""

from __future__ import annotations

from typing import Any

import pytest
import structlog

from smsgw.gateway.log_repeats import EVERY, EXPLAIN_EVERY, KINDS, Repeats


class Told:
    """A log on a clock that the test moves; what comes through is kept."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.repeats = Repeats(lambda: self.now)
        self.lines: list[dict[str, Any]] = []

    def say(self, event: str, level: str = "error", **more: Any) -> bool:
        try:
            self.lines.append(dict(self.repeats(None, level, {"event": event, "level": level, **more})))
        except structlog.DropEvent:
            return False
        return True


def test_what_repeats_within_a_minute_is_counted_and_told_once() -> None:
    told = Told()
    for second in range(180):
        told.now = 1_000.0 + second
        told.say("the database fails", why=f"try {second}")
        told.lines += map(dict, told.repeats.due())
    assert [line.get("repeated") for line in told.lines] == [None, 59, 59]
    assert told.lines[1]["why"] == "try 60"


def test_what_was_held_back_is_told_though_it_never_comes_again() -> None:
    told = Told()
    for _ in range(3):
        told.say("the database fails")
    assert told.repeats.due() == []
    told.now += EVERY
    (line,) = told.repeats.due()
    assert (line["event"], line["repeated"]) == ("the database fails", 2)
    assert told.repeats.due() == []
    told.say("the database fails")
    assert [dict(line)["repeated"] for line in told.repeats.due(True)] == [1]


@pytest.mark.parametrize(
    "other",
    [
        {"event": "another fault"},
        {"level": "warning"},
        {"link": "operator-b"},
        {"why": "disk full"},
        {"exc_info": ValueError("x")},
    ],
)
def test_two_kinds_are_told_apart(other: dict[str, Any]) -> None:
    told = Told()
    first: dict[str, Any] = {"event": "fault", "level": "error", "link": "operator-a", "why": "locked"}
    assert told.say(**first)
    assert not told.say(**first)
    assert told.say(**{**first, **other})


def test_what_is_no_complaint_is_told_each_time() -> None:
    told = Told()
    assert [told.say("bound", level="info") for _ in range(5)] == [True] * 5


def test_a_traceback_comes_once_an_hour() -> None:
    told = Told()
    error = ValueError("no room\n[SQL: …]")
    for _ in range(3):
        told.say("fault", exc_info=error)
        told.now += EVERY + 1
    assert [("exc_info" in line, line.get("error")) for line in told.lines] == [
        (True, None),
        (False, "ValueError: no room"),
        (False, "ValueError: no room"),
    ]
    told.now += EXPLAIN_EVERY
    told.say("fault", exc_info=(ValueError, error, None))
    assert "exc_info" in told.lines[-1]


def test_kinds_without_number_are_forgotten_and_not_kept_for_ever() -> None:
    told = Told()
    told.say("first")
    for number in range(KINDS):
        told.say("fault", what=str(number))
    assert told.say("first")
