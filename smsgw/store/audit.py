"""The trail of who did what: rows that are only added, each sealed with the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.engine import Connection

from smsgw.store.tables import audit

_LOCK = 0x736D7367  # of the trail on PostgreSQL, where several daemons and people write
_BEGIN = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` is in milliseconds since the epoch; `detail` is what JSON can hold."""

    id: int
    at: int
    who: str
    what: str
    subject: str
    detail: Any


def record(connection: Connection, at: int, who: str, what: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Add a row, in the transaction of what it tells of. `who` is a person, a token or `smsgw` itself."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    before = connection.scalar(select(audit.c.digest).order_by(audit.c.id.desc()).limit(1)) or _BEGIN
    told = json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    row = {"at": at, "who": who, "what": what, "subject": subject, "detail": told}
    connection.execute(insert(audit).values(**row, digest=_digest(before, row)))


def entries(
    connection: Connection, *, subject: str | None = None, who: str | None = None, since: int = 0, limit: int = 1_000
) -> list[Entry]:
    """The latest rows about a subject, or by somebody, oldest first."""
    row = audit.c
    wanted = select(row.id, row.at, row.who, row.what, row.subject, row.detail).where(row.at >= since)
    if subject is not None:
        wanted = wanted.where(or_(row.subject == subject, row.subject.startswith(subject + " ", autoescape=True)))
    if who is not None:
        wanted = wanted.where(row.who == who)
    found = connection.execute(wanted.order_by(row.id.desc()).limit(limit)).all()
    return [Entry(i, at, by, what, about, json.loads(detail)) for i, at, by, what, about, detail in reversed(found)]


def faults(connection: Connection) -> Iterator[str]:
    """What is wrong with the trail: a row that was changed, or one that is missing before it."""
    for row in proof(connection):
        if not row.whole:
            yield f"audit {row.id} ({row.what} {row.subject}) was changed, or the row before it is gone"


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a row as it is kept and as it must be. That of the last row stands for the whole trail: rows that
    are taken off its end show only by comparing it with one that was noted elsewhere.
    """

    id: int
    what: str
    subject: str
    kept: str
    right: str

    @property
    def whole(self) -> bool:
        return self.kept == self.right


def proof(connection: Connection) -> Iterator[Seal]:
    """The seal of every row, oldest first."""
    before = _BEGIN
    rows = connection.execute(select(audit).order_by(audit.c.id), execution_options={"stream_results": True})
    for row in rows.mappings():
        said = {name: row[name] for name in ("at", "who", "what", "subject", "detail")}
        yield Seal(row["id"], row["what"], row["subject"], row["digest"], _digest(before, said))
        before = row["digest"]


def _digest(before: str, row: Mapping[str, Any]) -> str:
    text = "\x1f".join((before, str(row["at"]), row["who"], row["what"], row["subject"], row["detail"]))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
