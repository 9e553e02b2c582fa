"""The links as the database knows them: how each stands, and the commands by which people control them.

A pause holds by being the latest pause or resume of its link, whoever has carried it out: every daemon with a link of
that name obeys it, and the next one too. Other commands are carried out once, soon, or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from smsgw.business.links.tables import link_order, link_status
from smsgw.business.messages.books.inbox import LEASE_MS
from smsgw.business.messages.tables import run

RECENT_MS = 120_000  # a command older than this that nobody has begun is void


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person wants of a link. `seconds` and `file` are those of a capture."""

    id: int
    link: str
    what: str
    seconds: int | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of the links: those that are paused, and the recent commands, oldest first."""

    paused: frozenset[str]
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a command is; `refused` says why it came to nothing, and is empty otherwise."""

    begun: bool
    done: bool
    refused: str


# ---- for the daemon


def read_wanted(connection: Connection, now: int) -> Wanted:
    """What is wanted at `now` (milliseconds)."""
    order = link_order.c
    latest = select(func.max(order.id)).where(order.what.in_(("pause", "resume"))).group_by(order.link)
    paused = select(order.link).where(order.id.in_(latest), order.what == "pause")
    recent = select(order.id, order.link, order.what, order.seconds, order.file).where(order.asked_at > now - RECENT_MS)
    return Wanted(
        frozenset(connection.scalars(paused)),
        tuple(Command(*row) for row in connection.execute(recent.order_by(order.id))),
    )


def begin(connection: Connection, command: int, now: int) -> None:
    """A daemon has begun to carry out a command."""
    row = link_order.c
    connection.execute(
        update(link_order).where(row.id == command, row.begun_at.is_(None), row.done_at.is_(None)).values(begun_at=now)
    )


def finish(connection: Connection, command: int, now: int, refused: str = "") -> None:
    """A command is carried out, or `refused` says why not. The first daemon's word holds."""
    row = link_order.c
    connection.execute(
        update(link_order).where(row.id == command, row.done_at.is_(None)).values(done_at=now, refused=refused or None)
    )


def tell(connection: Connection, number: int, now: int, details: Mapping[str, Mapping[str, Any]]) -> None:
    """The daemon with this number tells how its links stand: `details` by name, JSON."""
    row = link_status.c
    for link, detail in details.items():
        values = {"updated_at": now, "detail": json.dumps(detail, ensure_ascii=False)}
        changed = connection.execute(
            update(link_status).where(row.link == link, row.run == number).values(**values)
        ).rowcount
        if not changed:
            connection.execute(insert(link_status).values(link=link, run=number, **values))


def forget_dead(connection: Connection, now: int) -> None:
    """Drop what daemons told that are no more."""
    living = select(run.c.id).where(run.c.ended_at.is_(None), run.c.heartbeat_at >= now - LEASE_MS)
    connection.execute(delete(link_status).where(link_status.c.run.not_in(living)))


# ---- for people


def read_statuses(connection: Connection, now: int, host: str, lives: Callable[[int], bool]) -> list[dict[str, Any]]:
    """How the links of living daemons stand, by name: `detail` of each.

    A daemon of this `host` lives if `lives` says so of its process; one of another host if its heartbeat is young.
    """
    told = (
        select(link_status.c.detail, run.c.host, run.c.pid)
        .join(run, run.c.id == link_status.c.run)
        .where(run.c.ended_at.is_(None), run.c.heartbeat_at >= now - LEASE_MS)
        .order_by(link_status.c.link, run.c.id)
    )
    return [json.loads(detail) for detail, where, pid in connection.execute(told) if where != host or lives(pid)]


def paused(connection: Connection) -> frozenset[str]:
    """The names of links that are paused."""
    return read_wanted(connection, 0).paused


def give_command(
    connection: Connection, link: str, what: str, now: int, *, seconds: int | None = None, file: str | None = None
) -> int:
    """Ask something of a link; the command's number. `what` is one of the schema's ORDERS."""
    number: int | None = connection.scalar(
        insert(link_order)
        .values(link=link, what=what, seconds=seconds, file=file, asked_at=now)
        .returning(link_order.c.id)
    )
    assert number is not None
    return number


def progress(connection: Connection, number: int) -> Progress:
    """How far a command is."""
    row = link_order.c
    found = connection.execute(select(row.begun_at, row.done_at, row.refused).where(row.id == number)).one()
    return Progress(found.begun_at is not None, found.done_at is not None, found.refused or "")


def withdraw_command(connection: Connection, number: int) -> bool:
    """Take a command back that nobody has begun; False if somebody has."""
    row = link_order.c
    gone = connection.execute(
        delete(link_order).where(row.id == number, row.begun_at.is_(None), row.done_at.is_(None))
    ).rowcount
    return bool(gone)
