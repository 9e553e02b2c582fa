"""What was sold, by region, dealer, model or day; one sale as it is shown, and those on hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from smsgw.business.conversation.tables import booking
from smsgw.business.core.reporting import FROM_DAY, NAME, REGION, TO_DAY, Column, Findings, Question, Report, per
from smsgw.business.core.showing import Shown
from smsgw.business.directory.tables import dealer
from smsgw.business.directory.tables import dealer as dealers
from smsgw.business.sales.rules import hold_reasons, holds
from smsgw.business.sales.rules.lines import NAME as SALE
from smsgw.business.sales.tables import sale_hold, sale_hold_line, sale_line, sales_day
from smsgw.store.instants import iso

PER = ("region", "dealer", "model", "day")


def sold(connection: Connection, asked: Question) -> Findings:
    """The sets sold of each region, dealer, model or day, what was undone left out; and how many dealers sold them."""
    line = sales_day.c
    group = {"region": dealer.c.region, "dealer": line.dealer, "model": line.model, "day": line.sold_on}[asked.per]
    lines = select().join_from(sales_day, dealer, dealer.c.code == line.dealer).where(line.quantity > 0)
    if asked.first is not None:
        lines = lines.where(line.sold_on >= asked.first.isoformat())
    if asked.last is not None:
        lines = lines.where(line.sold_on <= asked.last.isoformat())
    if asked.regions is not None:
        lines = lines.where(dealer.c.region.in_(asked.regions))
    figures = (func.coalesce(func.sum(line.quantity), 0), func.count(line.dealer.distinct()))
    grouped = connection.execute(lines.add_columns(group, *figures).group_by(group).order_by(group))
    rows = [{asked.per: name, "sets": int(sets), "dealers": dealers} for name, sets, dealers in grouped]
    sets, dealers = connection.execute(lines.add_columns(*figures)).one()
    return Findings(
        (Column(asked.per, NAME), Column("sets"), Column("dealers")),
        rows,
        {"sets": int(sets), "dealers": dealers},
        nothing="nothing was sold then",
    )


REASONS = {hold_reasons.TRANSFER: "transfer", hold_reasons.BOUGHT: "bought", hold_reasons.OTHER: "other"}
BOOKED, ON_HOLD = "booked", "on_hold"  # states of a sale; others are those of a hold that came to nothing


def list_held(
    connection: Connection,
    chosen: Sequence[str] = (),
    dealer: str | None = None,
    *,
    reference: str | None = None,
    limit: int = 1_000,
    regions: frozenset[str] | None = None,
) -> list[dict[str, Any]]:
    """Sales on hold with their sets, the oldest first: those in some states (none: in any), of sets that a dealer sold
    or has in its book; or the one of a reference. `regions`: only of sets in the book of a shop of these."""
    row = sale_hold.c
    wanted = select(sale_hold).order_by(row.asked_at, func.length(row.reference), row.reference).limit(limit)
    if chosen:
        wanted = wanted.where(row.state.in_(chosen))
    if reference is not None:
        wanted = wanted.where(row.reference == reference)
    if dealer is not None:
        wanted = wanted.where((row.dealer == dealer) | (row.holder == dealer))
    if regions is not None:
        wanted = wanted.where(row.holder.in_(select(dealers.c.code).where(dealers.c.region.in_(sorted(regions)))))
    found = connection.execute(wanted).all()
    line = sale_hold_line.c
    sets: dict[str, list[dict[str, str]]] = {one.reference: [] for one in found}
    named = wanted.with_only_columns(row.reference).subquery()
    lines = select(line.reference, line.imei, line.model).join(named, named.c.reference == line.reference)
    for of, imei, model in connection.execute(lines.order_by(line.imei)):
        sets[of].append({"imei": imei, "model": model})
    return [
        {
            "reference": one.reference,
            "state": one.state,
            "dealer": one.dealer,
            "holder": one.holder,
            "on": one.sold_on,
            "reason": REASONS.get(one.reason),
            "words": one.words or None,
            "at": iso(one.asked_at),
            "expires_at": iso(one.expires_at),
            "settled_at": iso(one.settled_at),
            "settled_by": one.settled_by,
            "why": one.why,
            "sets": sets[one.reference],
        }
        for one in found
    ]


def show_sale(connection: Connection, reference: str) -> dict[str, Any] | None:
    """A sale with its live lines and, where it was ever on hold, that; None where there is none."""
    row, line = booking.c, sale_line.c
    found = connection.execute(
        select(row.dealer, row.booked_on, row.booked_at, row.undone_at).where(
            row.reference == reference, row.verb == SALE
        )
    ).first()
    if found is None:
        return None
    lines = connection.execute(
        select(line.model, line.quantity, line.imei, line.fills)
        .where(line.reference == reference, line.reversed_at.is_(None))
        .order_by(line.line)
    )
    held = next(iter(list_held(connection, reference=reference)), None)
    state = BOOKED if found.undone_at is None else holds.UNDONE
    if held is not None and held["state"] != holds.APPROVED:
        state = ON_HOLD if held["state"] == holds.OPEN else held["state"]
    return {
        "reference": reference,
        "dealer": found.dealer,
        "on": found.booked_on,
        "at": iso(found.booked_at),
        "state": state,
        "lines": [dict(one._mapping) for one in lines],
        "hold": held,
    }


REPORTS = {"sales": Report("Sets sold.", (FROM_DAY, TO_DAY, REGION, per(*PER)), sold)}
SHOWN = {
    "sale": Shown(
        "A sale: its sets, and whether it is on hold.",
        "REF",
        lambda connection, asked: show_sale(connection, asked.key.upper()),
    )
}


def of_unit(connection: Connection, shown: dict[str, Any]) -> dict[str, Any]:
    """What `smsgw show unit` says besides: the sale on hold that a set waits in."""
    row, line = sale_hold.c, sale_hold_line.c
    found = connection.execute(
        select(row.reference, row.dealer)
        .join(sale_hold, row.reference == line.reference)
        .where(line.imei == shown["imei"], row.state == holds.OPEN)
        .order_by(row.asked_at)
    ).first()
    return {"hold": dict(found._mapping) if found is not None else None}


ADDED = {"unit": of_unit}
