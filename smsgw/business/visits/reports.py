"""Visits: how many there were by person, region, dealer or day; and one visit as it is shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from smsgw.business.core.reporting import FROM_DAY, NAME, REGION, TO_DAY, Column, Findings, Question, Report, per
from smsgw.business.core.showing import Asked, Shown
from smsgw.business.directory.tables import contact, dealer, phone
from smsgw.business.visits.tables import visit
from smsgw.store.instants import iso

PER = ("person", "region", "dealer", "day")


def made(connection: Connection, asked: Question) -> Findings:
    """The visits that stand of each person, region, dealer or day: how many, to how many shops, and the last day."""
    row = visit.c
    group = {
        "person": func.coalesce(contact.c.name, row.phone),
        "region": dealer.c.region,
        "dealer": row.dealer,
        "day": row.visited_on,
    }[asked.per]
    wanted = (
        select(group.label("name"), func.count(), func.count(row.dealer.distinct()), func.max(row.visited_on))
        .select_from(
            visit.join(dealer, dealer.c.code == row.dealer)
            .outerjoin(phone, phone.c.number == row.phone)
            .outerjoin(contact, contact.c.id == phone.c.contact)
        )
        .where(row.reversed_at.is_(None))
        .group_by(group)
        .order_by(group)
    )
    if asked.first is not None:
        wanted = wanted.where(row.visited_on >= asked.first.isoformat())
    if asked.last is not None:
        wanted = wanted.where(row.visited_on <= asked.last.isoformat())
    if asked.regions is not None:
        wanted = wanted.where(dealer.c.region.in_(asked.regions))
    rows = [
        {asked.per: name, "visits": visits, "dealers": shops, "last": last}
        for name, visits, shops, last in connection.execute(wanted)
    ]
    columns = (Column(asked.per, NAME), Column("visits"), Column("dealers"), Column("last", NAME))
    total = {"visits": sum(each["visits"] for each in rows), "dealers": None, "last": None}
    return Findings(columns, rows, total, nothing="nobody was visited then")


def show_visit(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    """A visit by its reference, undone or not; None where there is none."""
    found = connection.execute(select(visit).where(visit.c.reference == asked.key.upper())).first()
    if found is None:
        return None
    return {
        "reference": found.reference,
        "phone": found.phone,
        "dealer": found.dealer,
        "on": found.visited_on,
        "at": iso(found.visited_at),
        "undone_at": iso(found.reversed_at),
    }


REPORTS = {"visits": Report("Visits of the field to shops.", (FROM_DAY, TO_DAY, REGION, per(*PER)), made)}
SHOWN = {"visit": Shown("A visit: who was at which shop, and when.", "REF", show_visit)}
