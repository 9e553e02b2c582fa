"""How far an import has come that is written in several transactions: what was stopped shows, and goes on.

A row is there from the first transaction of a file to its last, and moves in each with what it writes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from smsgw.store.tables import import_under_way as table
from smsgw.store.upserts import upsert


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A file on its way into the books: `place` of its `lines` are through. Times are in ms since the epoch."""

    kind: str
    sha256: str
    name: str
    who: str
    lines: int
    place: int
    new: int
    changed: int
    started_at: int
    moved_at: int


_COLUMNS = tuple(UnderWay.__dataclass_fields__)


def find(connection: Connection, kind: str, sha256: str) -> UnderWay | None:
    """A file of a kind, by its hash, that is under way or was stopped."""
    row = connection.execute(
        select(*(table.c[name] for name in _COLUMNS)).where(table.c.kind == kind, table.c.sha256 == sha256)
    ).first()
    return UnderWay(*row) if row else None


def list_under_way(connection: Connection, kind: str | None = None, since: int = 0) -> list[UnderWay]:
    """The files that are under way or were stopped, and have moved `since`; of one kind, or of all."""
    wanted = select(*(table.c[name] for name in _COLUMNS)).where(table.c.moved_at >= since)
    if kind is not None:
        wanted = wanted.where(table.c.kind == kind)
    return [UnderWay(*row) for row in connection.execute(wanted.order_by(table.c.started_at, table.c.sha256))]


def take(connection: Connection, file: UnderWay, runner: str) -> None:
    """Begin with a file, or go on with it: from now on it is this runner that moves it."""
    row = {name: getattr(file, name) for name in _COLUMNS} | {"runner": runner}
    upsert(connection, table, [row], ("kind", "sha256"))


def move(connection: Connection, file: UnderWay, runner: str) -> bool:
    """Write down how far a file has come; false if another runner has taken it meanwhile."""
    done = connection.execute(
        update(table)
        .where(table.c.kind == file.kind, table.c.sha256 == file.sha256, table.c.runner == runner)
        .values(place=file.place, new=file.new, changed=file.changed, moved_at=file.moved_at)
    )
    return done.rowcount == 1


def finish(connection: Connection, file: UnderWay) -> None:
    """The file is in the books; the trail says so from now on."""
    connection.execute(delete(table).where(table.c.kind == file.kind, table.c.sha256 == file.sha256))
