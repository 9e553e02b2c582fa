"""SMPP's time strings, absolute and relative, both ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.smpp.validity import absolute, read_time, relative

NOW = datetime(2026, 11, 3, 14, 30, tzinfo=UTC)


def test_O3_an_absolute_time_is_written_in_utc_with_one_digit_of_tenths() -> None:
    assert absolute(datetime(2026, 11, 3, 14, 30, 5, 987_654, tzinfo=UTC)) == "261103143005900+"
    china = timezone(timedelta(hours=8))
    assert absolute(datetime(2026, 11, 3, 22, 30, tzinfo=china)) == "261103143000000+"


def test_O3_a_relative_time_is_written_in_days_and_seconds() -> None:
    assert relative(timedelta(seconds=1)) == "000000000001000R"
    assert relative(timedelta(days=2, hours=3, minutes=4, seconds=5)) == "000002030405000R"
    assert relative(timedelta(days=31, hours=23)) == "000031230000000R"


@pytest.mark.parametrize(
    "duration", [timedelta(0), timedelta(milliseconds=999), timedelta(days=-1), timedelta(days=32)]
)
def test_O3_a_relative_time_beyond_what_it_can_say_is_refused(duration: timedelta) -> None:
    with pytest.raises(ValueError, match="from 1 second to 31 days"):
        relative(duration)


def test_O3_a_time_without_zone_or_beyond_the_century_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        absolute(datetime(2026, 11, 3))
    with pytest.raises(ValueError, match="two digits"):
        absolute(datetime(1999, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("", None),
        ("261103143000000+", NOW),
        ("261103223000032+", NOW),  # 32 quarters of an hour east of UTC
        ("261103093000020-", NOW),
        ("261103143000500+", NOW + timedelta(milliseconds=500)),
        ("000001020304000R", NOW + timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("010100000000000R", NOW + timedelta(days=395)),
    ],
)
def test_O3_a_time_string_is_read(text: str, moment: datetime | None) -> None:
    assert read_time(text, NOW) == moment


@pytest.mark.parametrize(
    "text",
    ["2611031430", "261103143000000", "261103143000000Z", "26110314300000x+", "261303143000000+", "261103143000049+"],
)
def test_O3_what_is_no_time_string_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="not an SMPP time"):
        read_time(text, NOW)


@settings(deadline=None, max_examples=300)
@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)), st.integers(-48, 48))
def test_O3_writing_and_reading_agree_to_the_tenth(moment: datetime, quarters: int) -> None:
    when = moment.replace(tzinfo=timezone(timedelta(minutes=15 * quarters)))
    text = absolute(when)
    assert len(text) == 16
    read = read_time(text, NOW)
    assert read is not None
    assert timedelta(0) <= when - read < timedelta(milliseconds=100)


@settings(deadline=None, max_examples=300)
@given(st.timedeltas(timedelta(seconds=1), timedelta(days=31)))
def test_O3_a_relative_time_is_as_long_as_it_was(duration: timedelta) -> None:
    read = read_time(relative(duration), NOW)
    assert read is not None
    assert timedelta(0) <= NOW + duration - read < timedelta(seconds=1)
