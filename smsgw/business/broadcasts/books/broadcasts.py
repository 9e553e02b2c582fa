"""Broadcasts as people handle them: made, approved, started, paused, tried again; each step is on the trail."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, and_, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from smsgw.business.broadcasts.rules import states as job
from smsgw.business.broadcasts.rules.draft import BroadcastRefused, Draft, Estimate
from smsgw.business.directory.tables import contact, dealer
from smsgw.business.messages.tables import (
    broadcast,
    broadcast_recipient,
    broadcast_skipped,
    broadcast_zone,
    message_out,
)
from smsgw.calendar.recurrence import Recurrence
from smsgw.errors import NOT_FOUND
from smsgw.store import audit
from smsgw.store.instants import iso

_MINUTE = 60_000


def create(connection: Connection, reference: str, draft: Draft, estimate: Estimate, author: str, now: int) -> None:
    """Keep a draft to the audience of its estimate, which has its files in stored form. `now` is in milliseconds."""
    values = {
        "reference": reference,
        "name": draft.name or reference,
        "state": job.DRAFT,
        "topic": draft.topic,
        "audience": estimate.audience,
        "texts": _json({language: draft.full_text(language) for language in draft.texts}),
        "options": _json({language: list(options) for language, options in draft.options.items()})
        if draft.options
        else None,
        "answers_until": draft.answers_until,
        "message_class": draft.message_class,
        "link": draft.link,
        "pace": draft.pace,
        "window": draft.window,
        "valid_minutes": draft.valid_minutes,
        "cron": draft.cron,
        "zone": draft.zone,
        "author": author,
        "created_at": now,
        "scheduled_at": draft.at,
        "recipients": estimate.recipients,
        "skipped": _json(dict(estimate.excluded)),
        "parts": estimate.parts,
        "cost": estimate.cost,
        "currency": estimate.currency,
    }
    connection.execute(insert(broadcast).values(**values))
    told = {
        "audience": estimate.audience,
        "recipients": estimate.recipients,
        "parts": estimate.parts,
        "texts": dict(draft.texts),
    }
    audit.record(connection, now, author, "broadcast created", reference, told)


def find(connection: Connection, reference: str, *, lock: bool = False) -> RowMapping:
    """The row of a broadcast. Raises BroadcastRefused where there is none."""
    wanted = select(broadcast).where(broadcast.c.reference == reference.upper())
    row = connection.execute(wanted.with_for_update() if lock else wanted).mappings().first()
    if row is None:
        raise BroadcastRefused(
            f"there is no broadcast {reference}; the list of broadcasts shows those there are", NOT_FOUND
        )
    return row


def list_broadcasts(connection: Connection, limit: int = 50) -> list[RowMapping]:
    """The latest broadcasts, the newest first."""
    newest = select(broadcast).order_by(func.length(broadcast.c.reference).desc(), broadcast.c.reference.desc())
    return list(connection.execute(newest.limit(limit)).mappings())


# ---- the steps of a job


def approve(connection: Connection, row: RowMapping, who: str, now: int) -> str:
    """Approve a draft; the state it comes to: scheduled where it has a time or a rule, else approved.

    Whether `who` may is for the caller to know. Raises BroadcastRefused and JobRefused.
    """
    state = job.after(row["state"], job.APPROVE)
    if not row["recipients"] and row["cron"] is None:
        raise BroadcastRefused(f"{row['reference']} would go to nobody; its estimate says who is excluded and why")
    values: dict[str, Any] = {"approver": who, "approved_at": now}
    if row["cron"] is not None:
        first = Recurrence.of(row["cron"], row["zone"] or "UTC").next(now / 1000)
        if first is None:
            raise BroadcastRefused(f"the rule '{row['cron']}' does not come again")
        values["scheduled_at"] = int(first * 1000)
    if row["cron"] is not None or row["scheduled_at"] is not None:
        state = job.after(state, job.SCHEDULE)
    _step(connection, row, state, who, "broadcast approved", now, **values)
    return state


def start(connection: Connection, row: RowMapping, who: str, now: int, *, early: bool = False) -> str:
    """Release a broadcast now; a draft is approved on the way, and one that has a time waits for it. Its state.

    `early`: one that waits for its time does not wait any longer. Whether `who` may is for the caller to know. Raises
    BroadcastRefused and JobRefused.
    """
    if row["state"] == job.DRAFT:
        if approve(connection, row, who, now) != job.APPROVED:
            return job.SCHEDULED
        row = find(connection, row["reference"])
    if row["cron"] is not None and row["state"] == job.SCHEDULED:
        raise BroadcastRefused(f"{row['reference']} comes again by its rule; make one without a rule to send it now")
    if row["state"] == job.SCHEDULED and not early:
        at = iso(row["scheduled_at"])
        advice = "`smsgw broadcast start --now` sends it at once"
        raise BroadcastRefused(f"{row['reference']} waits for its time already, {at}; {advice}")
    return release(connection, row, who, now)


def release(connection: Connection, row: RowMapping, who: str, now: int) -> str:
    """From now on the audience is frozen and texts go out."""
    state = job.after(row["state"], job.START)
    until = row["not_after"]
    if row["valid_minutes"] is not None:
        until = now + row["valid_minutes"] * _MINUTE
    # Texts go out in the order of releases: after those that are under way, though the clock was set back.
    last = connection.scalar(select(func.max(broadcast.c.released_at)).where(broadcast.c.state == job.RUNNING)) or 0
    at = max(now, last + 1)
    _step(connection, row, state, who, "broadcast started", now, released_at=at, not_after=until, snapshot_at="")
    return state


def pause(connection: Connection, row: RowMapping, who: str, now: int, why: str | None = None) -> str:
    """Nothing more is submitted until it is resumed, but for what is under way. Raises JobRefused."""
    state = job.after(row["state"], job.PAUSE)
    _step(connection, row, state, who, "broadcast paused", now, why=why)
    return state


def resume(connection: Connection, row: RowMapping, who: str, now: int) -> str:
    """Go on where it was. Raises JobRefused."""
    state = job.after(row["state"], job.RESUME, released=row["released_at"] is not None)
    _step(connection, row, state, who, "broadcast resumed", now, why=None)
    return state


def cancel(connection: Connection, row: RowMapping, who: str, now: int, why: str | None = None) -> str:
    """Nothing more is ever submitted, but for what is under way. Raises JobRefused."""
    state = job.after(row["state"], job.CANCEL)
    out = message_out.c
    # What a daemon has claimed is the daemon's to withdraw: it knows whether it is on its way.
    connection.execute(
        update(message_out)
        .where(out.broadcast == row["reference"], out.state == "queued", out.run.is_(None))
        .values(state="cancelled", final_at=now, error="cancelled")
    )
    _step(connection, row, state, who, "broadcast cancelled", now, why=why, ended_at=now)
    return state


def retry(
    connection: Connection,
    row: RowMapping,
    who: str,
    now: int,
    *,
    reasons: Sequence[str] = (),
    unknown: bool = False,
) -> int:
    """Send again what failed or expired, all or that of some reasons (as `results` has them); how many texts.

    `unknown`: also those with unknown outcome. Raises BroadcastRefused and JobRefused.
    """
    state = job.after(row["state"], job.RETRY)
    out = message_out.c
    states = ["failed", "expired", *(["unknown"] if unknown else [])]
    wanted = [out.broadcast == row["reference"], out.state.in_(states)]
    if reasons:
        wanted.append(or_(out.error.in_(reasons), out.state.in_(set(reasons) & {"expired"})))
    until = now + row["valid_minutes"] * _MINUTE if row["valid_minutes"] is not None else None
    again = {"attempts": 0, "run": None, "not_before": None, "not_after": until, "final_at": None, "error": None}
    count = connection.execute(update(message_out).where(*wanted).values(state="queued", **again)).rowcount
    if not count:
        raise BroadcastRefused(f"nothing of {row['reference']} failed" + (" for these reasons" if reasons else ""))
    told = {"texts": count, "reasons": list(reasons), "unknown": unknown}
    _step(connection, row, state, who, "broadcast tried again", now, told=told, ended_at=None, not_after=until)
    return count


def _step(
    connection: Connection,
    row: RowMapping,
    state: str,
    who: str,
    what: str,
    now: int,
    *,
    told: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    reference = row["reference"]
    connection.execute(update(broadcast).where(broadcast.c.reference == reference).values(state=state, **values))
    detail = dict(told or {})
    if values.get("why"):
        detail["why"] = values["why"]
    audit.record(connection, now, who, what, reference, detail)


# ---- what became of it

COUNTED = ("queued", "sent", "delivered", "failed", "expired", "unknown", "held", "cancelled")


def counts(connection: Connection, reference: str) -> dict[str, Any]:
    """The figures of a broadcast, as `smsgw broadcast show --json` prints them.

    The states come to `recipients` together once it is released; before, they are 0.
    """
    row = find(connection, reference)
    found = dict.fromkeys(COUNTED, 0)
    out = message_out.c
    states = select(out.state, func.count()).where(out.broadcast == row["reference"]).group_by(out.state)
    for state, number in connection.execute(states):
        found[state] = number
    if row["released_at"] is not None:
        waiting = row["recipients"] - sum(found.values())
        found["cancelled" if row["state"] == job.CANCELLED else "queued"] += max(0, waiting)
    return {
        "reference": row["reference"],
        "state": row["state"],
        "recipients": row["recipients"],
        **found,
        "skipped": json.loads(row["skipped"]),
    }


def results(connection: Connection, reference: str) -> list[dict[str, Any]]:
    """How many texts came to which end, by region of the recipient and reason."""
    row = find(connection, reference)
    out, to = message_out.c, broadcast_recipient.c
    place = func.coalesce(dealer.c.region, contact.c.region, "").label("region")
    rows = connection.execute(
        select(place, out.state, func.coalesce(out.error, "").label("reason"), func.count().label("texts"))
        .select_from(
            message_out.join(broadcast_recipient, and_(to.broadcast == out.broadcast, to.phone == out.recipient))
            .outerjoin(dealer, dealer.c.code == to.dealer)
            .outerjoin(contact, contact.c.id == to.contact)
        )
        .where(out.broadcast == row["reference"])
        .group_by(place, out.state, "reason")
        .order_by(place, out.state, "reason")
    ).mappings()
    return [dict(found) for found in rows]


def waiting(connection: Connection, reference: str) -> dict[str, int]:
    """How many recipients of a frozen broadcast are still to be queued, by time zone."""
    row, zone = find(connection, reference), broadcast_zone.c
    rows = select(zone.zone, zone.total - zone.cursor).where(
        zone.broadcast == row["reference"], zone.cursor < zone.total
    )
    return {found[0]: found[1] for found in connection.execute(rows.order_by(zone.zone))}


def excluded(connection: Connection, reference: str, limit: int = 10_000) -> list[dict[str, str]]:
    """Who of a released broadcast was excluded, and why."""
    gone = broadcast_skipped.c
    rows = select(gone.subject, gone.reason, gone.detail).where(
        gone.broadcast == find(connection, reference)["reference"]
    )
    return [dict(row) for row in connection.execute(rows.order_by(gone.reason, gone.subject).limit(limit)).mappings()]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
