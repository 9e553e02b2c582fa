"""Orders as the texts about them say them: what waits, what was decided, how one stands, when its sets are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from smsgw.business.orders.rules import ALLOCATED, APPROVED, REJECTED, Waiting
from smsgw.business.orders.tables import order_event, order_line, sales_order, shipment


@dataclass(frozen=True, slots=True)
class Decided:
    """An order that was approved, or rejected and `why`. `total` is in minor units, of the sets that were approved;
    `sets` are those, and `rest` those that were not, by model."""

    reference: str
    dealer: str
    approved: bool
    why: str
    total: int
    currency: str
    sets: Mapping[str, int]
    rest: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """An order: what was ordered by model and for how much (minor units), and the sets of it that have not left."""

    reference: str
    dealer: str
    state: str
    total: int
    currency: str
    sets: Mapping[str, int]
    missing: int


def orders_of(connection: Connection, references: Sequence[str]) -> list[Waiting]:
    """Orders that wait for approval."""
    columns = (sales_order.c.reference, sales_order.c.dealer, sales_order.c.total, sales_order.c.currency)
    rows = connection.execute(
        select(*columns).where(sales_order.c.reference.in_(references)).order_by(sales_order.c.reference)
    )
    return [Waiting(row[0], row[1], row[2], row[3]) for row in rows]


def decisions_of(connection: Connection, references: Sequence[str]) -> list[Decided]:
    """Of these orders those that stand as they were decided, in the order of their numbers: none that has been
    cancelled since, and none that has left, for that is told by itself."""
    row = sales_order.c
    rows = connection.execute(
        select(row.reference, row.dealer, row.state, row.currency, order_event.c.why)
        .join(order_event, and_(order_event.c.order_reference == row.reference, order_event.c.state == row.state))
        .where(row.reference.in_(references), row.state.in_((APPROVED, ALLOCATED, REJECTED)))
        .order_by(func.length(row.reference), row.reference)
    ).all()
    rows = list({each.reference: each for each in rows}.values())  # one may have come to its state twice
    line = order_line.c
    sets: dict[str, dict[str, int]] = {}
    rest: dict[str, dict[str, int]] = {}
    worth: dict[str, int] = {}
    for reference, model, quantity, approved, price_ in connection.execute(
        select(line.order_reference, line.model, line.quantity, line.approved, line.price)
        .where(line.order_reference.in_(references))
        .order_by(line.order_reference, line.line)
    ):
        for kept, count in ((sets, approved), (rest, quantity - approved)):
            if count:
                kept.setdefault(reference, {})[model] = kept.setdefault(reference, {}).get(model, 0) + count
        worth[reference] = worth.get(reference, 0) + approved * price_
    return [
        Decided(
            reference,
            shop,
            state != REJECTED,
            why or "",
            worth.get(reference, 0),
            unit,
            sets.get(reference, {}),
            rest.get(reference, {}) if state != REJECTED else {},
        )
        for reference, shop, state, unit, why in rows
    ]


def standing_of(connection: Connection, reference: str) -> Standing | None:
    """An order as it stands; None where there is none."""
    row, line = sales_order.c, order_line.c
    found = connection.execute(
        select(row.dealer, row.state, row.total, row.currency).where(row.reference == reference)
    ).first()
    if found is None:
        return None
    lines = connection.execute(
        select(line.model, line.quantity, line.shipped).where(line.order_reference == reference).order_by(line.line)
    ).all()
    missing = sum(each.quantity - each.shipped for each in lines)
    sets = {each.model: each.quantity for each in lines}
    return Standing(reference, found.dealer, found.state, found.total, found.currency, sets, missing)


def shops_of(connection: Connection, references: Sequence[str]) -> dict[str, str]:
    """By order, the shop that it is for; what is no order is left out."""
    row = sales_order.c
    found = connection.execute(select(row.reference, row.dealer).where(row.reference.in_(references)))
    return {each.reference: each.dealer for each in found}


def due_days(connection: Connection, shop: str, references: Sequence[str]) -> dict[str, date]:
    """By order or delivery note of a shop, when what left last should arrive, where that is known."""
    row = shipment.c
    rows = connection.execute(
        select(row.order_reference, row.shipment, row.due_on)
        .where(
            row.dealer == shop,
            or_(row.order_reference.in_(references), row.shipment.in_(references)),
            row.due_on.is_not(None),
        )
        .order_by(row.shipped_on, row.shipment)
    )
    return {of or note: date.fromisoformat(due) for of, note, due in rows}
