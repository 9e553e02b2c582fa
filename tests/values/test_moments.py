"""Days and moments are read the same way wherever they are written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from smsgw.values.moments import read_day, read_day_of_sheet, read_end, read_moment, spelled_out
from smsgw.values.unreadable import Unreadable

EAST = "Asia/Shanghai"


def test_without_an_offset_it_is_the_time_of_the_zone() -> None:
    at = datetime(2026, 4, 15, 2, 32, tzinfo=UTC)
    assert read_moment("2026-04-15T10:32", EAST) == read_moment("2026-04-15T02:32:00Z", EAST) == at
    assert read_moment("2026-04-15T10:32+08:00", None) == at


def test_a_day_begins_and_ends_in_the_zone() -> None:
    assert read_moment("2026-04-15", EAST) == datetime(2026, 4, 14, 16, tzinfo=UTC)
    assert read_end("2026-04-15", EAST) == datetime(2026, 4, 15, 16, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-04-15", "2026/4/15", "20260415", "2026年4月15日", "2026-04-15T00:00:00"])
def test_a_sheet_writes_days_in_several_ways(text: str) -> None:
    assert read_day_of_sheet(text) == date(2026, 4, 15)


@pytest.mark.parametrize(
    ("text", "zone", "why"),
    [
        ("soon", EAST, "is not a time; write 2026-04-15 or 2026-04-15T10:32:00Z"),
        ("soon", None, "is not a time; write 2026-11-28T09:00:00+08:00"),
        ("2026-04-15T10:32", None, "has no offset; write 2026-11-28T09:00:00+08:00, or Z for UTC"),
        ("0001-01-01", EAST, "is a year that we cannot count with; write a year such as 2026"),
        ("9999-12-31T23:00:00-08:00", None, "is a year that we cannot count with; write a year such as 2026"),
    ],
)
def test_what_is_not_a_moment_is_refused_with_what_to_write(text: str, zone: str | None, why: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_moment(text, zone)
    assert str(refused.value) == why


def test_a_day_is_iso_where_no_sheet_is_read() -> None:
    with pytest.raises(Unreadable, match="is not a day; write 2026-04-15"):
        read_day("2026-4-15")


def test_the_last_day_there_is_has_no_end() -> None:
    with pytest.raises(Unreadable, match="write a year such as 2026"):
        read_end("9999-12-31", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "day"),
    [("today", "2026-04-16"), ("Yesterday", "2026-04-15"), ("今天", "2026-04-16"), (" 昨天 ", "2026-04-15")],
)
def test_a_day_may_be_named_by_a_word(text: str, day: str) -> None:
    assert spelled_out(text, EAST, datetime(2026, 4, 15, 16, 30, tzinfo=UTC)) == day  # 00:30 of the 16th there


@pytest.mark.parametrize("text", ["tomorrow", "2026-04-15", "2026-04-15T10:32:00Z", ""])
def test_what_names_no_day_stays_as_it_is(text: str) -> None:
    assert spelled_out(text, EAST, datetime(2026, 4, 15, tzinfo=UTC)) == text
