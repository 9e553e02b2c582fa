"""What UNDO takes back of units: the events that a reference caused, unless a unit has moved on since."""

from __future__ import annotations

from smsgw.business.core.decision import Record
from smsgw.business.core.reply import Reply
from smsgw.business.units.rules.ledger import UnitBooks
from smsgw.business.units.rules.states import KIND_UNDONE, MARKS, UnitEvent, UnitMoved, events_in_force, replay


def reverse(reference: str, books: UnitBooks) -> list[Record] | Reply:
    """The events that take those of a reference back; the answer that names a unit that has moved on since."""
    records: list[Record] = []
    for imei in dict.fromkeys(event.imei for event in books.units.events(reference)):
        restored = take_back(imei, reference, books)
        if restored is None:
            return Reply("undo_moved", {"reference": reference, "last": imei[-4:]})
        records += restored
    return records


def take_back(imei: str, reference: str, books: UnitBooks, kind: str = KIND_UNDONE) -> list[Record] | None:
    """The events of a kind that take a reference's events of one unit back; None when the unit has moved on since."""
    unit = books.units.find(imei)
    trail = list(books.units.trail(imei))
    standing = events_in_force(trail)
    own_marks = [event for event in standing if event.kind in MARKS and event.reference == reference]
    left = [event for event in standing if event.kind not in MARKS]
    taken: list[UnitEvent] = []
    while left and left[-1].reference == reference:
        taken.append(left.pop())
    if any(event.reference == reference for event in left):
        return None
    if not taken and not own_marks:
        return []
    assert unit is not None  # it has a trail
    state, holder = unit.state, unit.holder
    records: list[Record] = []
    for event in (*reversed(own_marks), *taken):
        if event.kind not in MARKS:
            state, holder = replay(trail[: event.seq - 1])
        records.append(
            UnitMoved(
                imei=imei,
                model=unit.model,
                kind=kind,
                dealer=event.dealer,
                state=state,
                holder=holder,
                origin=unit.origin,
                reference=reference,
                reverses=event.seq,
            )
        )
    return records
