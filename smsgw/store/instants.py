"""Instants as the database keeps them: whole milliseconds since the epoch."""

from __future__ import annotations

from datetime import UTC, datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(at: datetime) -> int:
    """Milliseconds of an aware datetime, rounded down."""
    passed = at - EPOCH
    return passed.days * 86_400_000 + passed.seconds * 1000 + passed.microseconds // 1000


def from_ms(ms: int) -> datetime:
    """The aware datetime, in UTC, of milliseconds."""
    seconds, rest = divmod(ms, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def iso(ms: int | None) -> str | None:
    """ISO 8601 in UTC ending in Z, with milliseconds only where there are any."""
    if ms is None:
        return None
    at = from_ms(ms)
    spec = "milliseconds" if ms % 1000 else "seconds"
    return at.replace(tzinfo=None).isoformat(timespec=spec) + "Z"
