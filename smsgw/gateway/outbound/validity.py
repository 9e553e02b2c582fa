"""Until when a text is of use, as an operator wants to be told: validity_period, SMPP 3.4 5.2.16."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from smsgw.smpp.validity import absolute, relative

LONGEST = 31 * 86_400.0  # seconds that a relative time can tell


def _relative(until: float, now: float) -> str:
    return relative(timedelta(seconds=min(max(until - now, 1.0), LONGEST)))


def _absolute(until: float, now: float) -> str:
    return absolute(datetime.fromtimestamp(until, UTC))


# For a text that is of use until a time, at a time; both in seconds of the clock.
VALIDITY: dict[str, Callable[[float, float], str]] = {
    "relative": _relative,
    "absolute": _absolute,
    "none": lambda until, now: "",
}
