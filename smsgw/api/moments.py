"""Moments as programs write them: ISO 8601 with the offset of a clock."""

from __future__ import annotations

from datetime import datetime

from smsgw.store.instants import to_ms

FARTHEST = 366 * 86_400_000  # milliseconds from now


def moment(said: str, now: int) -> tuple[int | None, str]:
    """Milliseconds since the epoch, or None and why not. It must be to come, within a year of `now` (milliseconds)."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return None, "is no time; write 2026-11-28T09:00:00+08:00"
    if at.tzinfo is None:
        return None, "has no offset; write 2026-11-28T09:00:00+08:00, or Z for UTC"
    try:
        found = to_ms(at)
    except OverflowError:
        return None, "is no time that we can reckon with"
    if found <= now:
        return None, "is over already; leave it out to send now"
    if found > now + FARTHEST:
        return None, "is more than a year away"
    return found, ""
