"""A unit as it is shown, with its trail."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection

from smsgw.business.core.showing import Asked, Shown
from smsgw.business.units.tables import activation, unit, unit_event
from smsgw.store.instants import iso


def show_unit(connection: Connection, imei: str) -> dict[str, Any] | None:
    """A unit by its first or second IMEI, with its trail; None where there is none."""
    found = connection.execute(select(unit).where(or_(unit.c.imei == imei, unit.c.imei2 == imei))).first()
    if found is None:
        return None
    events = connection.execute(select(unit_event).where(unit_event.c.imei == found.imei).order_by(unit_event.c.seq))
    return {
        "imei": found.imei,
        "model": found.model,
        "state": found.state,
        "holder": found.holder or found.depot,
        "origin": found.origin,
        "imei2": found.imei2,
        "activated": [
            {"imei": each.imei, "kind": each.kind, "at": iso(each.activated_at), "region": each.region}
            for each in connection.execute(
                select(activation)
                .where(activation.c.imei.in_([found.imei, found.imei2 or found.imei]))
                .order_by(activation.c.activated_at, activation.c.imei, activation.c.kind)
            )
        ],
        "events": [
            {
                "at": iso(event.happened_at),
                "kind": event.kind,
                "dealer": event.dealer,
                "reference": event.reference,
                "message": event.message,
            }
            for event in events
        ],
    }


def _find(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    return show_unit(connection, asked.key)


SHOWN = {"unit": Shown("A set: its model, state, holder, origin and trail.", "IMEI", _find)}
