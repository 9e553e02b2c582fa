"""The audit trail of who did what: rows that are only added, and sealed each with the one before it.

It tells people what operators, programs and smsgw itself did, in words. Everything that is booked is in the journal
(`journal`), which is for programs to follow and carries no seal; each row of the trail has one of the journal beside
it.

Writers do not wait for each other. On PostgreSQL a row is written without a seal, and is sealed once it is committed
(`sequencer`), within seconds while a daemon runs; until then it is named as not sealed yet. On SQLite, where there is
one writer at a time, it is sealed at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.engine import Connection

from smsgw.store import journal
from smsgw.store.tables import audit

SEALED_WITHIN = 60_000  # milliseconds; what is not sealed by then, nobody has put in order
_SEALED_AT_ONCE = 10_000  # rows in one transaction of the sequencer
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
    sealed: bool


def record(
    connection: Connection,
    at: int,
    who: str,
    what: str,
    subject: str,
    detail: Mapping[str, Any],
    *,
    in_journal: bool = True,
) -> None:
    """Add a row, in the transaction of what it tells of, and one of the journal, unless what is booked tells it there.

    `who` is a person, a token or `smsgw` itself; `what` names a thing and what was done with it: `order approved`.
    """
    told = json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    connection.execute(insert(audit).values(at=at, who=who, what=what, subject=subject, detail=told, digest=""))
    if connection.dialect.name == "sqlite":
        seal(connection)
    if not in_journal:
        return
    thing, _, done = what.partition(" ")
    journal.append(connection, at, who, thing, done, subject, detail)


def seal(connection: Connection) -> int:
    """Seal rows that are committed and have none, in the order in which they were written; how many.

    For whoever is alone in doing so until the transaction has ended.
    """
    row = audit.c
    before, last = connection.execute(
        select(row.digest, row.place).where(row.place.is_not(None)).order_by(row.place.desc()).limit(1)
    ).first() or (_BEGIN, 0)
    waiting = connection.execute(
        select(audit).where(row.place.is_(None)).order_by(row.id).limit(_SEALED_AT_ONCE)
    ).mappings()
    seals = []
    for place, each in enumerate(waiting.all(), start=last + 1):
        before = _digest(before, dict(each))
        seals.append({"row": each["id"], "at_place": place, "seal": before})
    if seals:
        sealed = update(audit).values(place=bindparam("at_place"), digest=bindparam("seal"))
        connection.execute(sealed.where(row.id == bindparam("row")), seals)
    return len(seals)


def unsealed(connection: Connection) -> bool:
    """Whether rows are there that wait for their seal."""
    return connection.scalar(select(audit.c.id).where(audit.c.place.is_(None)).limit(1)) is not None


def entries(
    connection: Connection, *, subject: str | None = None, who: str | None = None, since: int = 0, limit: int = 1_000
) -> list[Entry]:
    """The latest rows about a subject, or by somebody, oldest first."""
    row = audit.c
    columns = (row.id, row.at, row.who, row.what, row.subject, row.detail, row.place.is_not(None))
    wanted = select(*columns).where(row.at >= since)
    if subject is not None:
        wanted = wanted.where(or_(row.subject == subject, row.subject.startswith(subject + " ", autoescape=True)))
    if who is not None:
        wanted = wanted.where(row.who == who)
    found = connection.execute(wanted.order_by(row.id.desc()).limit(limit)).all()
    return [
        Entry(number, at, by, what, about, json.loads(detail), sealed)
        for number, at, by, what, about, detail, sealed in reversed(found)
    ]


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a row as it is kept and as it must be, or that it waits for one.

    The seal of the last row stands for the whole trail: rows that are taken off its end show only by comparing it with
    one that was noted elsewhere.
    """

    id: int
    at: int
    what: str
    subject: str
    place: int | None
    kept: str
    right: str

    @property
    def waits(self) -> bool:
        return self.place is None

    @property
    def whole(self) -> bool:
        return self.waits or self.kept == self.right


def proof(connection: Connection) -> Iterator[Seal]:
    """The seal of every row in the order of places, then the rows that wait for one."""
    row, before, last = audit.c, _BEGIN, 0
    rows = connection.execute(
        select(audit).order_by(row.place.is_(None), row.place, row.id), execution_options={"stream_results": True}
    )
    for each in rows.mappings():
        place, kept = each["place"], each["digest"]
        # Nothing fits after a place that is missing.
        right = _digest(before, dict(each)) if place == last + 1 else ""
        yield Seal(each["id"], each["at"], each["what"], each["subject"], place, kept, right)
        if place is not None:
            before, last = kept, place


def faults(connection: Connection, now: int | None = None) -> Iterator[str]:
    """What is wrong with the trail: a row that was changed, or one that is missing before it; and, where `now` is given
    (milliseconds), a row that should have been sealed by then."""
    for row in proof(connection):
        fault = fault_of(row, now)
        if fault is not None:
            yield fault


def fault_of(row: Seal, now: int | None = None) -> str | None:
    """What is wrong with one row (see `faults`); None where nothing is."""
    named = f"audit {row.id} ({row.what} {row.subject})"
    if not row.whole:
        return f"{named} was changed, or the row before it is gone"
    if now is not None and row.waits and row.at < now - SEALED_WITHIN:
        return f"{named} is not sealed; run `smsgw audit --verify`, which seals what is there"
    return None


def _digest(before: str, row: Mapping[str, Any]) -> str:
    text = "\x1f".join((before, str(row["at"]), row["who"], row["what"], row["subject"], row["detail"]))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
