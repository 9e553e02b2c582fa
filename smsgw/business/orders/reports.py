"""Orders as they are shown and reported: one with its lines, steps and shipments, and those that somebody waits for."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from smsgw.business.core.reporting import COUNT, HOURS, MONEY, NAME, REGION, Column, Findings, Question, Report
from smsgw.business.core.showing import Asked, Shown
from smsgw.business.depots.tables import allocation
from smsgw.business.directory.tables import contact, dealer
from smsgw.business.orders.rules import APPROVED, CONFIRMED, REJECTED, UNDER_WAY
from smsgw.business.orders.tables import order_event, order_line, sales_order, shipment
from smsgw.store.instants import iso
from smsgw.values.money import decimal

_HOUR = 3_600_000  # milliseconds


def show_order(connection: Connection, reference: str) -> dict[str, Any] | None:
    """An order with its lines, its steps and what has left, and who decided it where it waited; None if there is none.

    `total` is what was ordered, as it was placed; `approved_total` what the sets cost that are approved.
    """
    found = connection.execute(select(sales_order).where(sales_order.c.reference == reference)).first()
    if found is None:
        return None
    lines = connection.execute(
        select(order_line).where(order_line.c.order_reference == reference).order_by(order_line.c.line)
    ).all()
    share = allocation.c
    promised = {
        model: int(sets)
        for model, sets in connection.execute(
            select(share.model, func.sum(share.sets)).where(share.reference == reference).group_by(share.model)
        )
    }
    return {
        "reference": found.reference,
        "dealer": found.dealer,
        "state": found.state,
        "lines": [
            {
                "model": line.model,
                "quantity": line.quantity,
                "price": decimal(line.price, found.currency),
                "approved": line.approved,
                "shipped": line.shipped,
                "received": line.received,
                "allocated": promised.pop(line.model, 0),
            }
            for line in lines
        ],
        "total": decimal(found.total, found.currency),
        "approved_total": decimal(sum(line.approved * line.price for line in lines), found.currency),
        "currency": found.currency,
        "at": iso(found.created_at),
        **_steps(connection, reference),
        "shipments": [
            {
                "shipment": left.shipment,
                "sets": left.sets,
                "shipped_on": left.shipped_on,
                "carrier": left.carrier,
                "due_on": left.due_on,
            }
            for left in connection.execute(
                select(shipment)
                .where(shipment.c.order_reference == reference)
                .order_by(shipment.c.shipped_on, shipment.c.shipment)
            )
        ],
    }


def _steps(connection: Connection, reference: str) -> dict[str, Any]:
    """Its steps, and by itself the one that followed when it waited for approval, unless the dealer took it back."""
    steps = connection.execute(
        select(order_event, contact.c.name)
        .outerjoin(contact, contact.c.id == order_event.c.contact)
        .where(order_event.c.order_reference == reference)
        .order_by(order_event.c.seq)
    ).all()
    events = [
        {
            "at": iso(step.happened_at),
            "state": step.state,
            "by": step.name or step.author,
            "why": step.why,
            "message": step.message,
        }
        for step in steps
    ]
    for before, after in pairwise(events):
        if before["state"] == CONFIRMED and after["state"] in (APPROVED, REJECTED):
            decided = {name: after[name] for name in ("state", "at", "by", "why")}
            return {"decided": decided, "events": events}
    return {"events": events}


def _find(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    return show_order(connection, asked.key.upper())


def under_way(connection: Connection, asked: Question) -> Findings:
    """The orders that somebody waits for, those first that have been in their state the longest.

    `hours` are those since it came to the state that it has; `due_on` is when what left last should arrive.
    """
    row, line = sales_order.c, order_line.c
    since = (
        select(func.max(order_event.c.happened_at))
        .where(order_event.c.order_reference == row.reference)
        .correlate(sales_order)
        .scalar_subquery()
    )
    due = (
        select(func.max(shipment.c.due_on))
        .where(shipment.c.order_reference == row.reference)
        .correlate(sales_order)
        .scalar_subquery()
    )
    wanted = (
        select(
            row.reference,
            row.dealer,
            dealer.c.region,
            row.state,
            since.label("since"),
            due.label("due_on"),
            *(func.sum(line[name]).label(name) for name in ("quantity", "approved", "shipped", "received")),
            row.total,
            row.currency,
        )
        .join(dealer, dealer.c.code == row.dealer)
        .join(order_line, line.order_reference == row.reference)
        .where(row.state.in_(UNDER_WAY))
        .group_by(row.reference, row.dealer, dealer.c.region, row.state, row.total, row.currency)
        .order_by("since", func.length(row.reference), row.reference)
    )
    if asked.regions is not None:
        wanted = wanted.where(dealer.c.region.in_(asked.regions))
    rows = [
        {
            "order": each.reference,
            "dealer": each.dealer,
            "region": each.region,
            "state": each.state,
            "hours": round((asked.now - each.since) / _HOUR, 1),
            "ordered": int(each.quantity),
            "approved": int(each.approved),
            "shipped": int(each.shipped),
            "received": int(each.received),
            "due_on": each.due_on,
            "total": decimal(each.total, each.currency),
            "currency": each.currency,
        }
        for each in connection.execute(wanted)
    ]
    sums = ("ordered", "approved", "shipped", "received")
    total = {"order": None, **{name: sum(row[name] for row in rows) for name in sums}}
    columns = (
        *(Column(name, NAME) for name in ("order", "dealer", "region", "state")),
        Column("hours", HOURS),
        *(Column(name, COUNT) for name in sums),
        Column("due_on", NAME, "due"),
        Column("total", MONEY),
        Column("currency", NAME),
    )
    return Findings(columns, rows, total, nothing="no order is under way")


REPORTS = {"orders": Report("Orders that somebody waits for.", (REGION,), under_way)}
SHOWN = {"order": Shown("An order: its lines, total and state.", "REF", _find)}
