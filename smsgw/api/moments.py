"""Moments as programs write them: ISO 8601 with the offset of a clock."""

from __future__ import annotations

from smsgw.store.instants import to_ms
from smsgw.values.moments import read_moment
from smsgw.values.unreadable import Unreadable

FARTHEST = 366 * 86_400_000  # milliseconds from now


def moment(said: str, now: int) -> tuple[int | None, str]:
    """Milliseconds since the epoch, or None and why not. It must be to come, within a year of `now` (milliseconds)."""
    try:
        found = to_ms(read_moment(said, None))
    except Unreadable as error:
        return None, str(error)
    if found <= now:
        return None, "is over already; leave it out to send now"
    if found > now + FARTHEST:
        return None, "is more than a year away"
    return found, ""
