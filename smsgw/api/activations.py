"""POST /api/v1/activations: when sets were seen in a network."""

from __future__ import annotations

from datetime import datetime

from smsgw.api.answer import Answer
from smsgw.api.desk import Call
from smsgw.api.shapes import ToldActivations
from smsgw.business.core.session import Session
from smsgw.business.units.actions import tell_activations
from smsgw.business.units.rules.activations import Activation
from smsgw.errors import Faults
from smsgw.values.moments import read_moment
from smsgw.values.unreadable import Unreadable


def tell(call: Call) -> Answer:
    """Keep activations by IMEI and kind; told again, they change nothing."""
    asked: ToldActivations = call.asked
    faults = Faults()
    found: list[Activation] = []
    for place, one in enumerate(asked.activations):
        at: datetime | None = None
        try:
            at = read_moment(one.activated_at, None)
        except Unreadable as error:
            faults.add(f"activations.{place}.activated_at", str(error))
        if at is not None:
            found.append(Activation(one.imei, one.kind, at, one.region.upper() if one.region else None))
    faults.settle()

    def keep(session: Session) -> Answer:
        changes = tell_activations(session, found)
        new, changed = len(changes.new), len(changes.changed)
        return Answer(200, {"new": new, "changed": changed, "same": len(found) - new - changed})

    return call.done(keep)
