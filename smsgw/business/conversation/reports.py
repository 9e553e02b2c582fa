"""Requests that a booking be taken back, as they are listed and shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, case, func, select

from smsgw.business.conversation.rules.undo_requests import LAPSED, REJECTED
from smsgw.business.conversation.tables import booking, undo_request
from smsgw.business.directory.tables import dealer as dealers
from smsgw.store.instants import iso


def list_undo_requests(
    connection: Connection,
    chosen: Sequence[str] = (),
    dealer: str | None = None,
    *,
    reference: str | None = None,
    limit: int = 1_000,
    regions: frozenset[str] | None = None,
) -> list[dict[str, Any]]:
    """The newest request about each booking, the oldest first; `chosen`: of these states only; `regions`: only of
    shops in these."""
    row, of = undo_request.c, booking.c
    shown = case(((row.state == REJECTED) & row.why.is_(None), LAPSED), else_=row.state)
    newest = select(row.reference, func.max(row.seq).label("seq")).group_by(row.reference).subquery()
    wanted = (
        select(undo_request, shown.label("shown"), of.dealer, of.verb, of.summary, of.booked_on)
        .join(newest, (newest.c.reference == row.reference) & (newest.c.seq == row.seq))
        .join(booking, of.reference == row.reference)
        .order_by(row.asked_at, row.reference)
        .limit(limit)
    )
    if chosen:
        wanted = wanted.where(shown.in_(chosen))
    if dealer is not None:
        wanted = wanted.where(of.dealer == dealer)
    if regions is not None:
        wanted = wanted.where(of.dealer.in_(select(dealers.c.code).where(dealers.c.region.in_(sorted(regions)))))
    if reference is not None:
        wanted = wanted.where(row.reference == reference)
    return [
        {
            "reference": one.reference,
            "state": one.shown,
            "dealer": one.dealer,
            "verb": one.verb,
            "on": one.booked_on,
            "summary": one.summary,
            "at": iso(one.asked_at),
            "decided_at": iso(one.decided_at),
            "decided_by": one.decided_by,
            "why": one.why,
        }
        for one in connection.execute(wanted)
    ]
