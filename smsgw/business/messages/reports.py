"""Texts in and out as the command line shows them, in the order of time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.engine import Connection

from smsgw.business.core.showing import Asked, Shown
from smsgw.business.messages.tables import delivery_receipt, message_in, message_out
from smsgw.store.instants import iso, to_ms

_Timed = tuple[int, int, dict[str, Any]]  # when, id, the text

_IN: Select[Any] = select(
    message_in.c.id,
    message_in.c.sender,
    message_in.c.text,
    message_in.c.received_at,
    message_in.c.link,
    message_in.c.state,
    message_in.c.parts,
    message_in.c.reading,
    message_in.c.error,
)
_OUT: Select[Any] = select(
    message_out.c.id,
    message_out.c.recipient,
    message_out.c.text,
    message_out.c.created_at,
    message_out.c.link,
    message_out.c.state,
    message_out.c.parts,
    message_out.c.in_reply_to,
    message_out.c.kind,
    message_out.c.error,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a copy of the books goes: the last text that came, and when (milliseconds); None where none came."""

    message: int | None
    received_at: int | None

    def as_json(self) -> dict[str, Any]:
        return {"message": self.message, "received_at": iso(self.received_at)}


def last_message(connection: Connection) -> Mark:
    """The text that came last of all that are stored."""
    question = select(message_in.c.id, message_in.c.received_at).order_by(message_in.c.id.desc()).limit(1)
    row = connection.execute(question).first()
    return Mark(row.id, row.received_at) if row else Mark(None, None)


def _incoming(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "direction": "in",
        "phone": row.sender,
        "text": row.text,
        "at": iso(row.received_at),
        "link": row.link,
        "state": row.state,
        "parts": row.parts,
        "in_reply_to": None,
        "commands": json.loads(row.reading).get("commands", []) if row.reading else [],
    }


def _outgoing(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "direction": "out",
        "phone": row.recipient,
        "text": row.text,
        "at": iso(row.created_at),
        "link": row.link,
        "state": row.state,
        "parts": row.parts,
        "in_reply_to": row.in_reply_to,
        "commands": [],
    }


def messages(
    connection: Connection,
    phone: str | None = None,
    direction: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Texts in and out, oldest first; with a limit, the newest of them.

    `phone` is E.164; `direction` is in or out; `since` counts the moment itself.
    """
    found: list[Iterator[_Timed]] = []
    if direction != "out":
        question = _narrowed(_IN, message_in.c.sender, message_in.c.received_at, message_in.c.id, phone, since, limit)
        found.append((row.received_at, row.id, _incoming(row)) for row in _rows(connection, question, limit))
    if direction != "in":
        question = _narrowed(
            _OUT, message_out.c.recipient, message_out.c.created_at, message_out.c.id, phone, since, limit
        )
        found.append((row.created_at, row.id, _outgoing(row)) for row in _rows(connection, question, limit))
    everything = merge(*found, key=lambda timed: timed[:2])
    if limit is None:
        for _, _, message in everything:
            yield message
    else:
        for _, _, message in list(everything)[-limit:]:
            yield message


def _narrowed(
    question: Select[Any],
    who: Any,
    when: Any,
    number: Any,
    phone: str | None,
    since: datetime | None,
    limit: int | None,
) -> Select[Any]:
    if phone is not None:
        question = question.where(who == phone)
    if since is not None:
        question = question.where(when >= to_ms(since))
    if limit is None:
        return question.order_by(when, number)
    return question.order_by(when.desc(), number.desc()).limit(limit)


def _rows(connection: Connection, question: Select[Any], limit: int | None) -> Iterator[Row[Any]]:
    """The rows in the order of time; without a limit they are fetched as they are asked for."""
    if limit is not None:
        return iter(list(connection.execute(question))[::-1])
    return iter(connection.execution_options(stream_results=True).execute(question))


def show_message(connection: Connection, number: int) -> dict[str, Any] | None:
    """A text, what went wrong if anything did, and the receipts of one that we sent; None where there is none."""
    row = connection.execute(_IN.where(message_in.c.id == number)).first()
    if row is not None:
        answer = connection.scalar(select(message_out.c.id).where(message_out.c.in_reply_to == number))
        return {**_incoming(row), "error": row.error, "answer": answer}
    row = connection.execute(_OUT.where(message_out.c.id == number)).first()
    if row is None:
        return None
    receipt = delivery_receipt.c
    receipts = connection.execute(
        select(delivery_receipt).where(receipt.message == number).order_by(receipt.received_at, receipt.id)
    )
    return {
        **_outgoing(row),
        "kind": row.kind,
        "error": row.error,
        "receipts": [
            {
                "part": found.number,
                "id": found.smsc_id,
                "state": found.state,
                "status": found.status,
                "error": found.error,
                "at": iso(found.received_at),
            }
            for found in receipts
        ],
    }


def _find(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    return show_message(connection, int(asked.key))


SHOWN = {
    "message": Shown("A text, in or out, with what it was read as and what became of it.", "ID", _find, number=True)
}
