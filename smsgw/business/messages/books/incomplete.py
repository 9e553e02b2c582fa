"""Long texts whose parts did not all come in time."""

from __future__ import annotations

from dataclasses import dataclass

from smsgw.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Overdue:
    """A text that waits no longer: where it came from, and how many parts it should have.

    `repeated`: all that came of it are parts of a text that was whole before, sent once more by a link in doubt.
    """

    message: int
    link: str
    parts: int
    repeated: bool


def overdue(work: Workspace, now: int, limit: int = 100) -> list[Overdue]:
    """The waiting texts whose deadline has passed at `now` (milliseconds), the oldest first; see `Inbox.give_up`.

    Those that another daemon gives up at this moment are left to it.
    """
    lock = "" if work.driver.sqlite else " FOR UPDATE OF m SKIP LOCKED"
    rows = work.ask(
        "SELECT m.id, m.link, m.parts, NOT EXISTS ("
        "SELECT 1 FROM message_part p WHERE p.message = m.id AND NOT EXISTS ("
        "SELECT 1 FROM message_in w JOIN message_part q ON q.message = w.id "
        "WHERE w.set_key = m.set_key AND w.id <> m.id AND w.state <> 'waiting' "
        "AND q.number = p.number AND q.content_key = p.content_key)) "
        "FROM message_in m WHERE m.state = 'waiting' AND m.deadline_at <= ? "
        f"ORDER BY m.deadline_at, m.id LIMIT ?{lock}",
        now,
        limit,
    )
    return [Overdue(message, link, parts, bool(repeated)) for message, link, parts, repeated in rows]


def drop(work: Workspace, message: int) -> None:
    """A waiting text that only repeats parts of another is kept as ignored; nobody is told."""
    work.say(
        "UPDATE message_in SET state = 'ignored', error = 'parts came twice', deadline_at = NULL WHERE id = ?", message
    )
