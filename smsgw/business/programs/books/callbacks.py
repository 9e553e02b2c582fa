"""Whom to tell over HTTP what became of a text: what is due, what was told, and when to try again.

A text is looked at again and again, the less often the older it is, until its end was told: whoever writes down the
outcome of a text need not know that somebody waits to hear of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.engine import Connection

from smsgw.business.messages.tables import delivery_receipt, message_out, message_out_part
from smsgw.business.programs.tables import callback

# What to tell of, as Kannel's dlr-mask counts it.
DELIVERED, FAILED, BUFFERED, SUBMITTED, REJECTED = 1, 2, 4, 8, 16
EVENTS = DELIVERED | FAILED | BUFFERED | SUBMITTED | REJECTED
JSON = 256  # told by a POST of JSON, not by Kannel's GET

LEASE = 60_000  # milliseconds for which a call is in a daemon's hands
SOONEST, LATEST = 1_000, 600_000  # milliseconds between two looks at a text
FIRST_RETRY, LAST_RETRY = 10_000, 3_600_000  # milliseconds between two calls that fail
PATIENCE = 86_400_000  # milliseconds after which a call that fails is given up
WATCHED = 7 * 86_400_000  # milliseconds after which nothing more is expected of a text

_ENDS = ("delivered", "failed", "expired", "cancelled")


@dataclass(frozen=True, slots=True)
class Callback:
    """An address to call, and the events to call it for."""

    url: str
    mask: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is due: of which text, what is told of it (one of the events), and what an address may ask about.

    Times are milliseconds since the epoch; `state` is kept once it was told; `attempts` have failed so far.
    """

    message: int
    url: str
    mask: int
    event: int
    state: str
    at: int
    recipient: str
    source: str | None
    link: str | None
    smsc_id: str | None
    error: str | None
    attempts: int
    first_at: int

    @property
    def is_final(self) -> bool:
        """Whether nothing is to be told after it."""
        return self.state in _ENDS


def ask(connection: Connection, messages: Sequence[int], wanted: Callback, at: int) -> None:
    """Have somebody told of texts that are to be sent at `at` (milliseconds)."""
    rows = [
        {"message": message, "url": wanted.url, "mask": wanted.mask, "attempts": 0, "due_at": at + SOONEST}
        for message in messages
    ]
    connection.execute(insert(callback), rows)


def any_due(connection: Connection, now: int) -> bool:
    """Whether there is something to look at: to ask is cheap, and writes nothing."""
    return connection.scalar(select(callback.c.message).where(callback.c.due_at <= now).limit(1)) is not None


def claim_due(connection: Connection, now: int, most: int) -> list[Call]:
    """Calls to make now, in this daemon's hands until LEASE is over. Texts with no news are looked at again later."""
    row, out = callback.c, message_out.c
    rows = connection.execute(
        select(
            row.message,
            row.url,
            row.mask,
            row.told,
            row.attempts,
            out.state,
            out.recipient,
            out.source,
            out.link,
            out.created_at,
            out.not_before,
            out.sent_at,
            out.final_at,
            out.error,
        )
        .join(message_out, out.id == row.message)
        .where(row.due_at <= now)
        .order_by(row.due_at, row.message)
        .limit(most)
        .with_for_update(of=callback, skip_locked=True)
    ).mappings()
    calls: list[Call] = []
    for found in rows.all():
        news, again = _news(connection, found, now)
        wanted = [call for call in news if call.mask & call.event]
        message = found["message"]
        if wanted:
            calls.append(wanted[0])
            _set(connection, message, due_at=now + LEASE)
        elif news:
            # Nobody wants to hear of it: as if it had been told.
            last = news[-1]
            _set(connection, message, told=last.state, attempts=0, due_at=None if last.is_final else again)
        else:
            _set(connection, message, due_at=again)
    return calls


def mark_told(connection: Connection, call: Call, now: int) -> None:
    """The call was answered with success: what comes next, if anything does, is due at once."""
    _set(connection, call.message, told=call.state, attempts=0, due_at=None if call.is_final else now)


def mark_failed(connection: Connection, call: Call, now: int) -> bool:
    """The call failed: it is tried again, later each time; whether it is, for nothing is tried forever."""
    attempts = call.attempts + 1
    wait = min(LAST_RETRY, FIRST_RETRY * 2 ** min(call.attempts, 20))
    if now + wait > max(call.at, call.first_at) + PATIENCE:
        _set(connection, call.message, told=call.state, attempts=0, due_at=None if call.is_final else now + LAST_RETRY)
        return False
    _set(connection, call.message, attempts=attempts, due_at=now + wait)
    return True


def _set(connection: Connection, message: int, **values: object) -> None:
    connection.execute(update(callback).where(callback.c.message == message).values(**values))


def _news(connection: Connection, found: RowMapping, now: int) -> tuple[list[Call], int | None]:
    """What was not told yet of a text, in the order of its states, and when to look again where nothing is."""
    start = max(found["created_at"], found["not_before"] or 0)
    age = max(0, now - start)
    again = None if age > WATCHED else now + min(LATEST, max(SOONEST, age // 10))
    state, sent_at, told_state = found["state"], found["sent_at"], found["told"]
    steps: list[tuple[int, str, int]] = []
    if sent_at is not None and state not in ("queued", "unknown", "held"):
        steps.append((SUBMITTED, "sent", sent_at))
        buffered = _buffered(connection, found["message"]) if found["mask"] & BUFFERED else None
        if buffered is not None:
            steps.append((BUFFERED, "enroute", buffered))
    if state in _ENDS:
        refused = REJECTED if sent_at is None else FAILED
        steps.append((DELIVERED if state == "delivered" else refused, state, found["final_at"] or now))
    names = [name for _, name, _ in steps]
    fresh = steps[names.index(told_state) + 1 :] if told_state in names else steps
    smsc_id = _smsc_id(connection, found["message"]) if fresh else None
    calls = [
        Call(
            message=found["message"],
            url=found["url"],
            mask=found["mask"],
            event=event,
            state=name,
            at=at,
            recipient=found["recipient"],
            source=found["source"],
            link=found["link"],
            smsc_id=smsc_id,
            error=found["error"],
            attempts=found["attempts"],
            first_at=start,
        )
        for event, name, at in fresh
    ]
    return calls, again


def _buffered(connection: Connection, message: int) -> int | None:
    """When the SMSC said first that it keeps a text for later."""
    row = delivery_receipt.c
    return connection.scalar(
        select(row.received_at).where(row.message == message, row.state == "enroute").order_by(row.id).limit(1)
    )


def _smsc_id(connection: Connection, message: int) -> str | None:
    row = message_out_part.c
    return connection.scalar(select(row.smsc_id).where(row.message == message).order_by(row.number).limit(1))
