"""An order as it is shown, with its lines and who decided it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.business.core.showing import Asked, Shown
from smsgw.business.directory.tables import contact
from smsgw.business.orders.rules import APPROVED, CONFIRMED, REJECTED
from smsgw.business.orders.tables import order_event, order_line, sales_order
from smsgw.store.instants import iso
from smsgw.values.money import decimal


def show_order(connection: Connection, reference: str) -> dict[str, Any] | None:
    """An order with its lines, and who decided it where it waited for approval; None where there is none."""
    found = connection.execute(select(sales_order).where(sales_order.c.reference == reference)).first()
    if found is None:
        return None
    lines = connection.execute(
        select(order_line).where(order_line.c.order_reference == reference).order_by(order_line.c.line)
    )
    return {
        "reference": found.reference,
        "dealer": found.dealer,
        "state": found.state,
        "lines": [
            {
                "model": line.model,
                "quantity": line.quantity,
                "price": decimal(line.price, found.currency),
                "shipped": line.shipped,
            }
            for line in lines
        ],
        "total": decimal(found.total, found.currency),
        "currency": found.currency,
        "at": iso(found.created_at),
        **_decided(connection, reference),
    }


def _decided(connection: Connection, reference: str) -> dict[str, Any]:
    """The step that followed when an order waited for approval, unless the dealer took it back."""
    steps = connection.execute(
        select(order_event.c.state, order_event.c.happened_at, order_event.c.why, contact.c.name)
        .outerjoin(contact, contact.c.id == order_event.c.contact)
        .where(order_event.c.order_reference == reference)
        .order_by(order_event.c.seq)
    ).all()
    for before, after in pairwise(steps):
        if before.state == CONFIRMED and after.state in (APPROVED, REJECTED):
            decided = {"state": after.state, "at": iso(after.happened_at), "by": after.name, "why": after.why}
            return {"decided": decided}
    return {}


def _find(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    return show_order(connection, asked.key.upper())


SHOWN = {"order": Shown("An order: its lines, total and state.", "REF", _find)}
