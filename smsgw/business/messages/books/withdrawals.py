"""What waits to be sent that nobody asked for: what a STOP withdraws, and what is in flight by then."""

from __future__ import annotations

from smsgw.business.messages.books.outbox import PRIORITY
from smsgw.store.workspace import Workspace

# What nobody asked for. An answer to a command is never held back.
UNASKED = ("broadcast", "reminder")
# By the index of what is queued, which is in the order of priorities.
WAITING = (
    f"state = 'queued' AND priority >= {min(PRIORITY[kind] for kind in UNASKED)} "
    f"AND kind IN ({', '.join(repr(kind) for kind in UNASKED)})"
)


def withdraw(work: Workspace, phone: str, topic: str) -> None:
    """Cancel what waits for a phone about a topic ('': anything) and that nobody asked for.

    What a daemon has in flight is the daemon's to withdraw: it knows whether it is on its way.
    """
    about, topics = _about(topic)
    work.say(
        "UPDATE message_out SET state = 'cancelled', final_at = ?, error = 'stopped' "
        f"WHERE {WAITING} AND recipient = ? AND run IS NULL{about}",
        work.at,
        phone,
        *topics,
    )


def in_flight(work: Workspace, phone: str, topic: str) -> list[int]:
    """The ids of the texts that a STOP of a phone is about and that some daemon has in flight."""
    about, topics = _about(topic)
    found = work.ask(f"SELECT id FROM message_out WHERE {WAITING} AND recipient = ?{about} ORDER BY id", phone, *topics)
    return [number for (number,) in found]


def _about(topic: str) -> tuple[str, tuple[str, ...]]:
    if not topic:
        return "", ()
    return " AND (topic = ? OR broadcast IN (SELECT reference FROM broadcast WHERE topic = ?))", (topic, topic)


ANSWERS = {"withdraw": withdraw}
