"""Texts of which nobody can tell whether the SMSC took them, and what a person decides about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Row, select, update
from sqlalchemy.engine import Connection

from smsgw.business.messages.tables import message_out
from smsgw.errors import SmsgwError
from smsgw.store.instants import iso

_OUT = message_out.c
SETTLED = ("sent", "failed")


class NotDecided(SmsgwError):
    """A text about which this cannot be decided; nothing was done about any other either."""


def listed(connection: Connection, limit: int | None = None) -> list[dict[str, Any]]:
    """The texts of unknown outcome, oldest first, at most the newest `limit` of them.

    `since` is when the answer was given up, ISO 8601 in UTC; `link` is none where the text was not bound to one.
    """
    newest = select(message_out).where(_OUT.state == "unknown").order_by(_OUT.id.desc()).limit(limit)
    return [
        {
            "id": row.id,
            "phone": row.recipient,
            "kind": row.kind,
            "link": row.link,
            "since": iso(row.sent_at if row.sent_at is not None else row.created_at),
            "error": row.error,
            "text": row.text,
        }
        for row in reversed(connection.execute(newest).all())
    ]


# Why a text that nobody asked for is not wanted any more (of the connection and its row); '' where it is.
Unwanted: TypeAlias = Callable[[Connection, Row[Any]], str]


def resend(connection: Connection, ids: Sequence[int], now: int, unwanted: Unwanted) -> None:
    """Queue texts once more, for any daemon to send; `now` in milliseconds.

    `unwanted` is asked of each (`smsgw.business.broadcasts.books.unwanted`). Raises NotDecided where one is not of
    unknown outcome, of no more use, or not wanted any more by its phone.
    """
    for row in _unknown(connection, ids):
        if row.not_after is not None and row.not_after <= now:
            raise NotDecided(f"text {row.id} was of use until {iso(row.not_after)}; settle it")
        why = unwanted(connection, row)
        if why:
            raise NotDecided(f"{why}; settle it")
        connection.execute(
            update(message_out)
            .where(_OUT.id == row.id)
            .values(state="queued", run=None, attempts=0, not_before=None, sent_at=None, queried_at=None, error=None)
        )


def settle(connection: Connection, ids: Sequence[int], state: str, now: int) -> None:
    """Close texts as `sent` or `failed`, for good but for receipts of a sent one; `now` in milliseconds.

    Raises NotDecided where one is not of unknown outcome.
    """
    assert state in SETTLED
    numbers = [row.id for row in _unknown(connection, ids)]
    closed: dict[str, Any] = {"final_at": now} if state == "failed" else {"sent_at": now}
    connection.execute(
        update(message_out).where(_OUT.id.in_(numbers)).values(state=state, error="settled by hand", **closed)
    )


def _unknown(connection: Connection, ids: Sequence[int]) -> list[Row[Any]]:
    """The rows of these texts, kept from everybody else until the transaction ends. Raises NotDecided."""
    wanted = list(dict.fromkeys(ids))
    rows = connection.execute(select(message_out).where(_OUT.id.in_(wanted)).order_by(_OUT.id).with_for_update()).all()
    known = {row.id: row for row in rows}
    for number in wanted:
        if number not in known:
            raise NotDecided(f"there is no text {number} of ours; `smsgw unknown list` names those that can be decided")
        if known[number].state != "unknown":
            raise NotDecided(f"text {number} is {known[number].state}, not unknown; nothing was done")
    return list(rows)
