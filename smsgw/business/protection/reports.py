"""What was claimed for price cuts, by model, dealer, region or day of the cut; and one claim as it is shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, case, func, select

from smsgw.business.core.reporting import (
    FROM_DAY,
    MONEY,
    NAME,
    REGION,
    TO_DAY,
    Column,
    Findings,
    Question,
    Report,
    per,
)
from smsgw.business.core.showing import Asked, Shown
from smsgw.business.directory.tables import dealer
from smsgw.business.protection.rules.states import APPROVED, OPEN, REJECTED, UNDONE
from smsgw.business.protection.tables import protection_claim, protection_line
from smsgw.store.instants import iso
from smsgw.values.money import decimal

PER = ("model", "dealer", "region", "day")


def protected(connection: Connection, asked: Question) -> Findings:
    """The sets that were claimed for price cuts and what they come to, by model, dealer, region or day of the cut, what
    was taken back left out. Each currency by itself.
    """
    row, line = protection_claim.c, protection_line.c
    group = {"region": dealer.c.region, "dealer": row.dealer, "model": row.model, "day": row.cut_on}[asked.per]
    wanted = (
        select(
            group.label("name"),
            row.currency,
            func.count().label("sets"),
            func.sum(line.amount).label("claimed"),
            *(
                func.sum(case((row.state == state, line.amount), else_=0)).label(name)
                for name, state in (("waits", OPEN), ("credited", APPROVED), ("rejected", REJECTED))
            ),
        )
        .select_from(protection_line)
        .join(protection_claim, row.reference == line.reference)
        .join(dealer, dealer.c.code == row.dealer)
        .where(row.state != UNDONE)
    )
    if asked.first is not None:
        wanted = wanted.where(row.cut_on >= asked.first.isoformat())
    if asked.last is not None:
        wanted = wanted.where(row.cut_on <= asked.last.isoformat())
    if asked.regions is not None:
        wanted = wanted.where(dealer.c.region.in_(asked.regions))
    money = ("claimed", "waits", "credited", "rejected")
    rows = [
        {asked.per: found.name, "sets": int(found.sets)}
        | {name: decimal(int(getattr(found, name)), found.currency) for name in money}
        | {"currency": found.currency}
        for found in connection.execute(wanted.group_by(group, row.currency).order_by(group, row.currency))
    ]
    columns = (
        Column(asked.per, NAME),
        Column("sets"),
        *(Column(name, MONEY) for name in money),
        Column("currency", NAME),
    )
    return Findings(columns, rows, nothing="nothing was claimed then")


def show_claim(connection: Connection, reference: str) -> dict[str, Any] | None:
    """A claim with its sets, each with what it comes to; None where there is none."""
    row = protection_claim.c
    found = connection.execute(select(protection_claim).where(row.reference == reference)).first()
    if found is None:
        return None
    lines = connection.execute(
        select(protection_line).where(protection_line.c.reference == reference).order_by(protection_line.c.imei)
    ).all()
    total = sum(each.amount for each in lines)
    credit = total if found.state == APPROVED else 0
    return {
        "reference": found.reference,
        "dealer": found.dealer,
        "model": found.model,
        "state": found.state,
        "cut_on": found.cut_on,
        "old_price": decimal(found.old_price, found.currency),
        "new_price": decimal(found.new_price, found.currency),
        "total": decimal(total, found.currency),
        "credit": decimal(credit, found.currency),
        "currency": found.currency,
        "filed_at": iso(found.filed_at),
        "filed_by": found.filed_by,
        "settled_at": iso(found.settled_at),
        "settled_by": found.settled_by,
        "why": found.why,
        "sets": [{"imei": each.imei, "amount": decimal(each.amount, found.currency)} for each in lines],
    }


def of_unit(connection: Connection, shown: dict[str, Any]) -> dict[str, Any]:
    """What `smsgw show unit` says besides: the claims that a set is in, or was."""
    row, line = protection_claim.c, protection_line.c
    found = connection.execute(
        select(row.reference, row.state, row.cut_on, line.amount, row.currency)
        .join(protection_claim, row.reference == line.reference)
        .where(line.imei == shown["imei"])
        .order_by(row.filed_at, row.reference)
    )
    return {
        "protection": [
            {
                "reference": one.reference,
                "state": one.state,
                "cut_on": one.cut_on,
                "amount": decimal(one.amount, one.currency),
            }
            for one in found
        ]
    }


def _find(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    return show_claim(connection, asked.key.upper())


REPORTS = {
    "protection": Report("What was claimed for price cuts.", (FROM_DAY, TO_DAY, REGION, per(*PER)), protected),
}
SHOWN = {"claim": Shown("A claim for price protection: its cut, its sets, and what came of it.", "REF", _find)}
ADDED = {"unit": of_unit}
