"""Lives of daemons, and what one that died left behind: texts queued, and texts it may or may not have sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, insert, not_, or_, select, update
from sqlalchemy.engine import Connection

from smsgw.business.messages.books.inbox import LEASE_MS
from smsgw.business.messages.books.outbox import NEVER_TWICE, PRIORITY, OutboxRow
from smsgw.business.messages.tables import broadcast, message_out, run

SOON_MS = 60_000  # a text that is to be sent later than this stays in the outbox


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was taken over: rows to be sent, and how many became unknown."""

    rows: tuple[OutboxRow, ...]
    unknown: int


def begin_run(connection: Connection, host: str, pid: int, now: int) -> int:
    """A daemon starts; its number. `now` is in milliseconds."""
    number: int | None = connection.scalar(
        insert(run).values(host=host, pid=pid, started_at=now, heartbeat_at=now).returning(run.c.id)
    )
    assert number is not None
    return number


def bury(connection: Connection, host: str, alive: Callable[[int], bool]) -> int:
    """Take the daemons of this host that died without a word for dead at once; how many they were.

    `alive` says whether a process of that number is there. Those of other hosts are dead when their heartbeat is old.
    """
    silent = select(run.c.id, run.c.pid).where(run.c.host == host, run.c.ended_at.is_(None), run.c.heartbeat_at > 0)
    dead = [number for number, pid in connection.execute(silent) if not alive(pid)]
    if dead:
        connection.execute(update(run).where(run.c.id.in_(dead)).values(heartbeat_at=0))
    return len(dead)


def process_lives(pid: int) -> bool:
    """Whether another process of this number is there."""
    if pid == os.getpid():
        return False  # in a container numbers come again
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def beat(connection: Connection, number: int, now: int) -> bool:
    """The daemon lives; without a beat for a minute it counts as dead. Whether the database knows of it at all."""
    return connection.execute(update(run).where(run.c.id == number).values(heartbeat_at=now)).rowcount == 1


def end_run(connection: Connection, number: int, now: int) -> None:
    """The daemon ends, and leaves its queue to the next one."""
    connection.execute(update(run).where(run.c.id == number).values(heartbeat_at=now, ended_at=now))


def recover(
    connection: Connection,
    number: int,
    now: int,
    *,
    links: Collection[str] | None = None,
    limit: int = 10_000,
    bulk: int = 1_000,
) -> Recovered:
    """Take over texts that are to be sent soon and that no living daemon has claimed, in order of priority and age.

    Of what a dead daemon had claimed, answers and questions are sent (again, perhaps: an answer twice is better than
    none); reminders and broadcasts become unknown, for it had them claimed only while they were under way. `links` are
    those that this daemon has: a text bound to another one is left, as is one of a broadcast that does not run. At
    most `limit` answers and questions, and `bulk` reminders and broadcasts, are taken; call again while as many come.
    """
    out = message_out.c
    living = select(run.c.id).where(run.c.ended_at.is_(None), run.c.heartbeat_at >= now - LEASE_MS)
    if connection.dialect.name == "sqlite":
        living = living.where(run.c.id == number)  # a SQLite database has one daemon at a time
    orphaned = and_(out.run.is_not(None), out.run != number, out.run.not_in(living))
    once = out.priority >= min(PRIORITY[kind] for kind in NEVER_TWICE)
    unknown = connection.execute(
        update(message_out)
        .where(out.state == "queued", once, orphaned)
        .values(state="unknown", sent_at=now, error="the daemon died while the text was in flight")
    ).rowcount
    wanted = not_(once), or_(out.run.is_(None), orphaned)
    rows = [
        *_claimed(connection, number, now, links, wanted, limit),
        *claim(connection, number, now, bulk, links=links),
    ]
    return Recovered(tuple(rows), unknown)


def claim(
    connection: Connection, number: int, now: int, most: int, *, links: Collection[str] | None = None
) -> list[OutboxRow]:
    """Claim up to `most` reminders and broadcasts that nobody has claimed, those of resting jobs excluded."""
    out = message_out.c
    once = out.priority >= min(PRIORITY[kind] for kind in NEVER_TWICE)
    resting = select(broadcast.c.reference).where(broadcast.c.state.not_in(("running", "done")))
    wanted = once, out.run.is_(None), or_(out.broadcast.is_(None), out.broadcast.not_in(resting))
    return list(_claimed(connection, number, now, links, wanted, most))


def _claimed(
    connection: Connection,
    number: int,
    now: int,
    links: Collection[str] | None,
    wanted: Sequence[ColumnElement[bool]],
    most: int,
) -> Iterator[OutboxRow]:
    if most <= 0:
        return iter(())
    out = message_out.c
    due = [out.state == "queued", or_(out.not_before.is_(None), out.not_before <= now + SOON_MS)]
    if links is not None:
        due.append(or_(out.link.is_(None), out.link.in_(links)))
    some = select(out.id).where(*due, *wanted).order_by(out.priority, out.id).limit(most)
    return _take(connection, number, connection.scalars(some.with_for_update(skip_locked=True, of=message_out)).all())


_ROW = [message_out.c[name] for name in OutboxRow.__dataclass_fields__]


def _take(connection: Connection, number: int, ids: Sequence[int]) -> Iterator[OutboxRow]:
    """The rows, which are this daemon's from now on."""
    out = message_out.c
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        connection.execute(update(message_out).where(out.id.in_(some)).values(run=number))
        rows = select(*_ROW).where(out.id.in_(some)).order_by(out.priority, out.id)
        for row in connection.execute(rows):
            yield OutboxRow(*row)
