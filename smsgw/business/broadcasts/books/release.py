"""Broadcasts as the daemon handles them: released when their time has come, their audience frozen, and ended."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.engine import Connection

from smsgw.business.audiences.books.eligibility import EligibilityFilter, Excluded
from smsgw.business.audiences.books.people import PAGE, Audience, parse_expression
from smsgw.business.audiences.rules.expression import AudienceFault
from smsgw.business.broadcasts.books.broadcasts import cancel, find, release
from smsgw.business.broadcasts.books.estimate import language_of, speaks_of_dealers
from smsgw.business.broadcasts.rules import merge_fields as wording
from smsgw.business.broadcasts.rules import states as job
from smsgw.business.conversation.tables import booking, pending_question
from smsgw.business.directory.books.regions import Regions
from smsgw.business.messages.tables import (
    broadcast,
    broadcast_recipient,
    broadcast_skipped,
    broadcast_zone,
    message_out,
)
from smsgw.calendar.days import business_date
from smsgw.calendar.recurrence import Recurrence
from smsgw.store import audit, statements
from smsgw.store.driver import Driver
from smsgw.store.numbers import draw

SMSGW = "smsgw"  # who does what nobody does
LATE = 3_600_000  # milliseconds; a time of a rule that was missed by more than this is let go

RECIPIENT = statements.insert(broadcast_recipient, "broadcast zone position phone contact dealer language")
SKIPPED = statements.insert(
    broadcast_skipped, "broadcast subject reason detail decided_at", "(broadcast, subject) DO NOTHING"
)
ZONE = statements.added(broadcast_zone, "broadcast zone", "total cursor")


# ---- when the time has come


def release_due(connection: Connection, now: int, reference: Callable[[], str] | None = None) -> list[str]:
    """Release what is scheduled for a time that has come; what was released.

    `reference` hands out references where the transaction has numbers of its own.
    """
    rows = connection.execute(
        select(broadcast)
        .where(broadcast.c.state == job.SCHEDULED, broadcast.c.scheduled_at <= now)
        .order_by(broadcast.c.scheduled_at)
        .with_for_update(skip_locked=True)
    ).mappings()
    released: list[str] = []
    for row in rows.all():
        if row["cron"] is None:
            release(connection, row, SMSGW, now)
            released.append(row["reference"])
        elif (child := _again(connection, row, now, reference)) is not None:
            released.append(child)
    return released


def _again(connection: Connection, row: RowMapping, now: int, number: Callable[[], str] | None) -> str | None:
    """A job for the time of a rule that has come, and the rule's next time; None where it was missed for too long."""
    rule = Recurrence.of(row["cron"], row["zone"] or "UTC")
    last = row["scheduled_at"]
    following = rule.next(last / 1000)
    while following is not None and following * 1000 <= now:
        last, following = int(following * 1000), rule.next(following)
    values: dict[str, Any] = {"scheduled_at": None if following is None else int(following * 1000)}
    if following is None:
        values |= {"state": job.CANCELLED, "ended_at": now, "why": "the rule does not come again"}
    connection.execute(update(broadcast).where(broadcast.c.reference == row["reference"]).values(**values))
    if now - last > LATE:
        audit.record(connection, now, SMSGW, "broadcast missed", row["reference"], {"at": last})
        return None
    reference = number() if number is not None else f"B{draw(connection, 'B')}"
    own = dict(row) | {
        "reference": reference,
        "series": row["reference"],
        "state": job.APPROVED,
        "cron": None,
        "zone": None,
        "created_at": now,
        "scheduled_at": last,
    }
    connection.execute(insert(broadcast).values(**own))
    release(connection, find(connection, reference), SMSGW, now)
    return reference


def lapse(connection: Connection, now: int) -> list[str]:
    """Cancel the drafts of phones that were asked whether to send them and have not answered in time; which."""
    asked = pending_question.c
    late = (
        select(broadcast.c.reference)
        .join(pending_question, asked.reference == broadcast.c.reference)
        .where(broadcast.c.state == job.DRAFT, asked.answered_at.is_(None), asked.expires_at <= now)
        .order_by(broadcast.c.reference)
        .with_for_update(skip_locked=True, of=broadcast)
    )
    lapsed = list(connection.scalars(late))
    for reference in lapsed:
        cancel(connection, find(connection, reference, lock=True), SMSGW, now, "not confirmed in time")
        connection.execute(
            update(booking).where(booking.c.reference == reference, booking.c.undone_at.is_(None)).values(undone_at=now)
        )
    return lapsed


# ---- the snapshot


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a stretch of a snapshot came to; `over` when it is the last of it."""

    reference: str
    recipients: int
    skipped: int
    over: bool


def freeze(connection: Connection, tree: Regions, now: int) -> Frozen | None:
    """Write down the next stretch of an audience that is being frozen; None where there is none.

    An audience that cannot be asked for any more pauses its job, and says why.
    """
    row = (
        connection.execute(
            select(broadcast)
            .where(broadcast.c.state == job.RUNNING, broadcast.c.frozen_at.is_(None))
            .order_by(broadcast.c.released_at, broadcast.c.reference)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    reference = row["reference"]
    today = business_date(datetime.fromtimestamp(row["released_at"] / 1000, UTC), tree.timezone)
    texts = json.loads(row["texts"])
    try:
        audience = Audience(connection, parse_expression(connection, row["audience"], today), tree)
    except AudienceFault as fault:
        values = {"state": job.after(job.RUNNING, job.PAUSE), "why": str(fault)}
        connection.execute(update(broadcast).where(broadcast.c.reference == reference).values(**values))
        audit.record(connection, now, SMSGW, "broadcast paused", reference, {"why": str(fault)})
        return Frozen(reference, 0, 0, over=True)
    words = {language: wording.parse(text) for language, text in texts.items()}
    eligibility = EligibilityFilter(connection, row["topic"], now, of_dealer=speaks_of_dealers(words))
    found, after = audience.page(row["snapshot_at"] or "", PAGE)
    kept, out = eligibility.split(found)
    driver = Driver(connection)
    totals = {
        row[0]: row[1]
        for row in connection.execute(
            select(broadcast_zone.c.zone, broadcast_zone.c.total).where(broadcast_zone.c.broadcast == reference)
        )
    }
    placed: Counter[str] = Counter()
    rows = []
    for who in kept:
        zone = who.zone or (tree.zone(who.region) if who.region is not None else tree.timezone)
        placed[zone] += 1
        position = totals.get(zone, 0) + placed[zone]
        spoken = language_of(who.language, texts)
        rows.append((reference, zone, position, who.phone, who.contact, who.dealer, spoken))
    RECIPIENT.many(driver, rows)
    ZONE.many(driver, [(reference, zone, number, 0) for zone, number in sorted(placed.items())])
    skip(connection, reference, out, now)
    if after:
        connection.execute(update(broadcast).where(broadcast.c.reference == reference).values(snapshot_at=after))
        return Frozen(reference, len(kept), len(out), over=False)
    everybody = int(
        connection.scalar(
            select(func.coalesce(func.sum(broadcast_zone.c.total), 0)).where(broadcast_zone.c.broadcast == reference)
        )
        or 0
    )
    gone = broadcast_skipped.c
    reasons: dict[str, int] = {
        row[0]: row[1]
        for row in connection.execute(
            select(gone.reason, func.count()).where(gone.broadcast == reference).group_by(gone.reason)
        )
    }
    connection.execute(
        update(broadcast)
        .where(broadcast.c.reference == reference)
        .values(frozen_at=now, snapshot_at=None, recipients=everybody, skipped=json.dumps(reasons, sort_keys=True))
    )
    told = {"recipients": everybody, "skipped": reasons}
    audit.record(connection, now, SMSGW, "broadcast frozen", reference, told)
    return Frozen(reference, len(kept), len(out), over=True)


def skip(connection: Connection, reference: str, out: Sequence[Excluded], now: int) -> None:
    """Write down who was excluded."""
    SKIPPED.many(Driver(connection), [(reference, one.subject, one.reason, one.detail, now) for one in out])


# ---- the end


def finish(connection: Connection, now: int) -> list[str]:
    """End the jobs of which everything was submitted, or can be no more; which."""
    zone, out = broadcast_zone.c, message_out.c
    row = broadcast.c
    unfinished = select(zone.zone).where(zone.broadcast == row.reference, zone.cursor < zone.total)
    waiting = select(out.id).where(out.state == "queued", out.broadcast == row.reference, out.priority >= 0)
    ended = connection.scalars(
        update(broadcast)
        .where(row.state == job.RUNNING, row.frozen_at.is_not(None), ~unfinished.exists(), ~waiting.exists())
        .values(state=job.after(job.RUNNING, job.FINISH), ended_at=now)
        .returning(row.reference)
    ).all()
    for reference in ended:
        audit.record(connection, now, SMSGW, "broadcast done", reference, {})
    return list(ended)


def list_resting(connection: Connection, now: int) -> dict[str, str]:
    """Jobs of which nothing may be claimed: those paused, and those cancelled recently; their state."""
    row = broadcast.c
    lately = select(row.reference, row.state).where(
        (row.state == job.PAUSED) | ((row.state == job.CANCELLED) & (row.ended_at >= now - LATE))
    )
    return {row[0]: row[1] for row in connection.execute(lately)}
