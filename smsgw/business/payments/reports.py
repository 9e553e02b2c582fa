"""One payment that a shop told of, as it is shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from smsgw.business.core.showing import Asked, Shown
from smsgw.business.payments.tables import payment_advice
from smsgw.store.instants import iso
from smsgw.values.money import decimal


def said(found: Any) -> dict[str, Any]:
    """A row of an advice as JSON says it."""
    return {
        "reference": found.reference,
        "state": found.state,
        "dealer": found.dealer,
        "amount": decimal(found.amount, found.currency),
        "currency": found.currency,
        "paid_on": found.paid_on,
        "slip": found.slip,
        "told_at": iso(found.told_at),
        "payment": found.payment,
        "settled_at": iso(found.settled_at),
        "settled_by": found.settled_by,
        "why": found.why,
    }


def show_payment(connection: Connection, reference: str) -> dict[str, Any] | None:
    """An advice by its reference; None where there is none."""
    found = connection.execute(select(payment_advice).where(payment_advice.c.reference == reference)).first()
    return said(found) if found is not None else None


def _find(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    return show_payment(connection, asked.key.upper())


SHOWN = {"payment": Shown("A payment that a shop told of, and what it was matched to.", "REF", _find)}
