"""What a movement of sets does to a shop's book: sets in all, and how many of them are known by IMEI."""

from __future__ import annotations

from collections.abc import Mapping

from smsgw.retail.model import Level

EMPTY = Level(0, 0)

SHIPPED, RECEIVED, FOUND, SOLD, COUNTED, OPENING, UNDONE = (
    "shipped",
    "received",
    "found",
    "sold",
    "counted",
    "opening",
    "undone",
)


def after(level: Level | None, quantity: int, units: int) -> Level:
    """The level after a movement."""
    was = level or EMPTY
    return Level(was.quantity + quantity, was.units + units)


def unlisted(level: Level | None) -> int:
    """How many sets of the book are not known by IMEI; a set sold by an unknown IMEI is taken for one of those."""
    return max(0, level.quantity - level.units) if level else 0


def total(levels: Mapping[str, Level]) -> int:
    return sum(level.quantity for level in levels.values())
