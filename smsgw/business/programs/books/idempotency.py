"""Requests of programs that carry a key of their own: the same one again gets the same answer, and does nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from smsgw.business.programs.tables import api_request
from smsgw.errors import SmsgwError
from smsgw.values.storable import key_of

KEPT = 86_400_000  # milliseconds for which an answer is kept
LONGEST_KEY = 64  # characters


class KeyUsed(SmsgwError):
    """A key that was given with another request."""


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A request with a key: whose token, the key, and a digest of what was asked."""

    token: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered: an HTTP status, and what JSON can hold."""

    status: int
    answer: Any


def find_answer(connection: Connection, request: IdempotencyKey, now: int) -> Answered | None:
    """What a request was answered at or after `now` - KEPT (milliseconds); None where it was not. Raises KeyUsed."""
    row = api_request.c
    found = connection.execute(
        select(row.digest, row.status, row.answer).where(
            row.token == request.token, row.key == request.key, row.asked_at > now - KEPT
        )
    ).first()
    if found is None:
        return None
    if found.digest != request.digest:
        raise KeyUsed(f"the key '{request.key}' was given with another request; take a new one for each")
    return Answered(found.status, json.loads(found.answer))


def lock_key(connection: Connection, request: IdempotencyKey) -> None:
    """From now to the end of the transaction no other daemon does a request with this key.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({key_of('api', request.token, request.key)})")


def keep_answer(connection: Connection, request: IdempotencyKey, answer: Answered, now: int) -> None:
    """Keep an answer, in the transaction of what it tells of; it takes the place of one that is too old."""
    row = api_request.c
    connection.execute(delete(api_request).where(row.token == request.token, row.key == request.key))
    connection.execute(
        insert(api_request).values(
            token=request.token,
            key=request.key,
            digest=request.digest,
            status=answer.status,
            answer=json.dumps(answer.answer, ensure_ascii=False, separators=(",", ":")),
            asked_at=now,
        )
    )


def forget_answers(connection: Connection, now: int) -> int:
    """Let go of the answers that are too old; how many."""
    return connection.execute(delete(api_request).where(api_request.c.asked_at <= now - KEPT)).rowcount
