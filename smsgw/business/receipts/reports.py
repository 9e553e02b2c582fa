"""One receipt as it is shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from smsgw.business.conversation.tables import booking
from smsgw.business.core.showing import Asked, Shown
from smsgw.business.receipts.tables import receipt, receipt_line
from smsgw.business.units.tables import unit_event
from smsgw.store.instants import iso


def show_receipt(connection: Connection, reference: str) -> dict[str, Any] | None:
    """A receipt by its reference; None where there is none."""
    reference = reference.upper()
    row, line, event = receipt.c, receipt_line.c, unit_event.c
    found = connection.execute(
        select(row.dealer, row.order_reference, row.about, row.ticket, booking.c.booked_at, booking.c.undone_at)
        .join(booking, booking.c.reference == row.reference)
        .where(row.reference == reference)
    ).first()
    if found is None:
        return None
    lines = connection.execute(
        select(line.model, line.received, line.short, line.surplus)
        .where(line.reference == reference)
        .order_by(line.model)
    ).all()
    imeis = connection.execute(
        select(event.imei, event.kind)
        .where(event.reference == reference, event.reverses.is_(None))
        .order_by(event.imei, event.seq)
    ).all()
    return {
        "reference": reference,
        "dealer": found.dealer,
        "order": found.order_reference,
        "of": found.about,
        "lines": [dict(each._mapping) for each in lines],
        "sets": [{"imei": imei, "kind": kind} for imei, kind in imeis],
        "ticket": found.ticket,
        "at": iso(found.booked_at),
        "undone_at": iso(found.undone_at),
    }


def _find(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    return show_receipt(connection, asked.key)


SHOWN = {"receipt": Shown("A receipt: what arrived of a delivery, and what was short or too much.", "REF", _find)}
