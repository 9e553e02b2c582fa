"""Texts that the SMSC took and has not told more of: which are to be asked for (query_sm), and what was heard."""

from __future__ import annotations

from dataclasses import dataclass

from smsgw.store.workspace import Workspace

ASKED_FOR = 72 * 3_600_000  # milliseconds from the submit after which a text is asked for no more
NEVER = 2**53  # `queried_at` of a text that is asked for no more
_OPEN = "m.state IN ('sent', 'unknown')"  # as the index has it


@dataclass(frozen=True, slots=True)
class UnansweredPart:
    """A part of which nothing was heard. `source` is the address it was sent from, None for the link's own.

    `sent_at` is in milliseconds; `match_key` the form of `smsc_id` that is looked up.
    """

    message: int
    number: int
    link: str
    smsc_id: str
    match_key: str
    phone: str
    source: str | None
    sent_at: int


def list_unanswered(
    work: Workspace, link: str, now: int, after: int, *, receipts: bool, limit: int
) -> list[UnansweredPart]:
    """Parts to ask a link for: taken more than `after` before `now`, and not asked for since (milliseconds).

    `receipts`: they were wanted, so that a sent text without one is to be asked for; else only one that is unknown, of
    which a part has an id. About `limit` texts that were never asked for, and as many others, the oldest first.
    """
    open_ = _OPEN if receipts else f"{_OPEN} AND m.state = 'unknown'"
    head = (
        "SELECT m.id, p.number, p.link, p.smsc_id, p.match_key, m.recipient, m.source, m.sent_at FROM message_out m "
        "JOIN message_out_part p ON p.message = m.id AND p.link = m.link AND p.state = 'sent' "
        f"WHERE {open_} AND m.link = ? AND "
    )
    oldest, due = now - ASKED_FOR, now - after
    fresh = work.ask(
        f"{head} m.queried_at IS NULL AND m.sent_at >= ? AND m.sent_at <= ? ORDER BY m.sent_at, m.id, p.number LIMIT ?",
        *(link, oldest, due, limit),
    )
    again = work.ask(
        f"{head} m.queried_at >= ? AND m.queried_at <= ? AND m.sent_at >= ? "
        "ORDER BY m.queried_at, m.id, p.number LIMIT ?",
        *(link, oldest, due, oldest, limit),
    )
    return [UnansweredPart(*row) for row in (*fresh, *again)]


def record_query(work: Workspace, text: UnansweredPart, now: int, after: int, *, in_vain: bool = False) -> None:
    """A text was asked for at `now`, and will be again `after` that unless it is too old then, or it was `in_vain`."""
    over = in_vain or now + after > text.sent_at + ASKED_FOR
    work.say("UPDATE message_out SET queried_at = ? WHERE id = ?", NEVER if over else now, text.message)


def stands(work: Workspace, text: UnansweredPart) -> bool:
    """Whether the part still is the one that was asked for: it may have been sent again, under another id."""
    same = "SELECT 1 FROM message_out_part WHERE message = ? AND number = ? AND link = ? AND match_key = ?"
    return bool(work.ask(same, text.message, text.number, text.link, text.match_key))
