"""One transfer as it is shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from smsgw.business.core.showing import Asked, Shown
from smsgw.business.transfers.tables import transfer, transfer_line
from smsgw.business.units.tables import unit_event
from smsgw.store.instants import iso


def show_transfer(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    """A transfer by its reference; None where there is none."""
    reference = asked.key.upper()
    found = connection.execute(select(transfer).where(transfer.c.reference == reference)).first()
    if found is None:
        return None
    line, event = transfer_line.c, unit_event.c
    lines = connection.execute(
        select(line.model, line.quantity).where(line.reference == reference).order_by(line.model)
    ).all()
    imeis = connection.scalars(
        select(event.imei).where(event.reference == reference, event.kind == "given").order_by(event.imei)
    )
    return {
        "reference": found.reference,
        "from": found.giver,
        "to": found.receiver,
        "state": found.state,
        "lines": [{"model": model, "quantity": quantity} for model, quantity in lines],
        "imeis": list(imeis),
        "asked_at": iso(found.asked_at),
        "expires_at": iso(found.expires_at),
        "settled_at": iso(found.settled_at),
    }


SHOWN = {"transfer": Shown("A transfer: which sets one shop hands to another, and how it ended.", "REF", show_transfer)}
