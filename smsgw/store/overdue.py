"""Long texts whose parts did not all come in time."""

from __future__ import annotations

from dataclasses import dataclass

from smsgw.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Overdue:
    """A text that waits no longer: where it came from, and how many parts it should have."""

    message: int
    link: str
    parts: int


def overdue(work: Workspace, now: int, limit: int = 100) -> list[Overdue]:
    """The waiting texts whose deadline has passed at `now` (milliseconds), the oldest first; see `Inbox.give_up`."""
    rows = work.ask(
        "SELECT id, link, parts FROM message_in WHERE state = 'waiting' AND deadline_at <= ? "
        "ORDER BY deadline_at, id LIMIT ?",
        now,
        limit,
    )
    return [Overdue(*row) for row in rows]
