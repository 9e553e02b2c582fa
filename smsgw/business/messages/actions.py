"""Messages with unknown outcome, and what people decide of them: to send them again, or what became of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Row, select, update
from sqlalchemy.engine import Connection

from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.messages.tables import message_out
from smsgw.errors import CONFLICT, Faults, Refused
from smsgw.store.instants import iso

_OUT = message_out.c
OUTCOMES = ("sent", "failed")

# Why a text that nobody asked for is not wanted any more (of the connection and its row); '' where it is.
Unwanted: TypeAlias = Callable[[Connection, Row[Any]], str]


@action(Right.READ_MESSAGES)
def list_unknown(session: Session, limit: int | None = None) -> list[dict[str, Any]]:
    """The messages with unknown outcome, oldest first, at most the newest `limit` of them.

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
        for row in reversed(session.connection.execute(newest).all())
    ]


@action(Right.SET_OUTCOMES)
def resend(session: Session, ids: Sequence[int], unwanted: Unwanted) -> None:
    """Queue messages once more, for any daemon to send: all of them or none.

    `unwanted` is asked of each (`smsgw.business.broadcasts.books.unwanted`). Raises Refused with every one that is not
    of unknown outcome, of no more use, or not wanted any more by its phone.
    """
    faults = Faults()
    rows = _unknown(session.connection, ids, faults)
    for row in rows:
        if row.not_after is not None and row.not_after <= session.now:
            faults.add("", f"text {row.id} was of use until {iso(row.not_after)}; close it")
        elif why := unwanted(session.connection, row):
            faults.add("", f"{why}; close it")
    _refuse(faults)
    numbers = [row.id for row in rows]
    session.connection.execute(
        update(message_out)
        .where(_OUT.id.in_(numbers))
        .values(state="queued", run=None, attempts=0, not_before=None, sent_at=None, queried_at=None, error=None)
    )
    for number in numbers:
        session.record("message resent", str(number), {})


@action(Right.SET_OUTCOMES)
def set_outcome(session: Session, ids: Sequence[int], outcome: str) -> None:
    """Close messages as `sent` or `failed`, for good but for receipts of a sent one: all of them or none.

    Raises Refused with every one that is not of unknown outcome.
    """
    assert outcome in OUTCOMES
    faults = Faults()
    numbers = [row.id for row in _unknown(session.connection, ids, faults)]
    _refuse(faults)
    closed: dict[str, Any] = {"final_at": session.now} if outcome == "failed" else {"sent_at": session.now}
    session.connection.execute(
        update(message_out).where(_OUT.id.in_(numbers)).values(state=outcome, error="closed by an operator", **closed)
    )
    for number in numbers:
        session.record("message closed", str(number), {"outcome": outcome})


def _unknown(connection: Connection, ids: Sequence[int], faults: Faults) -> list[Row[Any]]:
    """The rows of these messages, kept from everybody else until the transaction ends; a fault for every other id."""
    wanted = list(dict.fromkeys(ids))
    rows = connection.execute(select(message_out).where(_OUT.id.in_(wanted)).order_by(_OUT.id).with_for_update()).all()
    known = {row.id: row for row in rows}
    for number in wanted:
        if number not in known:
            faults.add("", f"there is no text {number} of ours; `smsgw unknown list` names those that can be decided")
        elif known[number].state != "unknown":
            faults.add("", f"text {number} is {known[number].state}, not unknown; nothing was done")
    return [row for row in rows if row.state == "unknown"]


def _refuse(faults: Faults) -> None:
    if faults.found:
        raise Refused(faults.found, CONFLICT)
