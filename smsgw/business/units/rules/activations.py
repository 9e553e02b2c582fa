"""Activations: when a set was first seen in a network, as its operator or maker tells; it may be before its sale."""

from __future__ import annotations

from datetime import datetime

from smsgw.values.value import value

# The first time that a set was seen, and the first time with another number in it.
FIRST, SECOND = KINDS = ("first", "second")


@value
class Activation:
    """A set, by either of its IMEIs, was activated; `region` is where, as far as it is known."""

    imei: str
    kind: str
    at: datetime
    region: str | None
