"""What programs tell of sets: when they were activated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from smsgw.business.core.importing import Changes
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.directory.tables import region
from smsgw.business.units.books import keep_activations
from smsgw.business.units.rules.activations import Activation
from smsgw.errors import Faults
from smsgw.tables import fields
from smsgw.values.unreadable import Unreadable

AHEAD = timedelta(days=1)  # clocks of networks may be ahead of ours


@action(Right.TELL_ACTIVATIONS)
def tell_activations(session: Session, found: Sequence[Activation]) -> Changes:
    """Keep activations, all or none; what is kept already changes nothing.

    Their IMEIs are as they were typed. Raises Refused with everything that is wrong.
    """
    faults = Faults()
    known = set(session.connection.scalars(select(region.c.code)))
    read: list[Activation] = []
    for place, one in enumerate(found):
        try:
            read.append(Activation(fields.imei(one.imei), one.kind, one.at, one.region))
        except Unreadable as error:
            faults.add(f"activations.{place}.imei", str(error))
        if one.region is not None and one.region not in known:
            faults.add(f"activations.{place}.region", f"there is no region {one.region}")
        if one.at > session.at + AHEAD:
            faults.add(f"activations.{place}.activated_at", "lies in the future")
    faults.settle()
    changes = keep_activations(session.connection, read, session.at)
    if changes.new or changes.changed:
        detail = {"new": len(changes.new), "changed": len(changes.changed)}
        session.record("activations told", session.who, detail)
    return changes
