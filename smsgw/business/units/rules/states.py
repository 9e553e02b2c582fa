"""The life of a unit: one table says which kind of event leads from which state to which, and a replay of a trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from smsgw.business.core.decision import Record
from smsgw.business.core.trade import Trade
from smsgw.values.state_table import IllegalMove, StateTable
from smsgw.values.value import value


@value
class UnitMoved(Record):
    """An event of a unit and what it makes of the unit. A unit not known yet is created by its first event."""

    imei: str
    model: str
    kind: str
    dealer: str | None
    state: str  # after
    holder: str | None  # after
    origin: str
    reference: str | None
    imei2: str | None = None
    reverses: int | None = None
    at: datetime | None = None  # when it happened, where that is not when the current message came (a shipment file)


# States of a unit; `smsgw show unit` prints them.
UNIT_STATES = ("made", "shipped", "in_stock", "sold", "in_transfer", "returned", "scrapped")
MADE, SHIPPED, IN_STOCK, SOLD, IN_TRANSFER, RETURNED, SCRAPPED = UNIT_STATES


ORIGIN_SHIPPED, ORIGIN_UNKNOWN = "shipped", "unknown"


@value
class Unit:
    """One set. `holder` is the dealer whose stock it counts in, or who sold it last; None where nobody has it."""

    imei: str
    imei2: str | None
    model: str
    state: str
    holder: str | None
    origin: str  # shipped or unknown
    events: int  # how many events its trail has; the next one gets events + 1


@value
class UnitEvent:
    """One step of a unit's trail; append-only. `reverses` is the seq of the event that this one takes back."""

    imei: str
    seq: int  # 1, 2, 3 … for each unit
    kind: str  # shipped, received, found, sold, undone …
    dealer: str | None
    at: datetime
    reference: str | None
    message: int | None
    reverses: int | None = None


# Kinds of events.
KIND_SHIPPED, KIND_RECEIVED, KIND_FOUND, KIND_SOLD, KIND_UNDONE = "shipped", "received", "found", "sold", "undone"
KIND_GIVEN, KIND_TAKEN, KIND_KEPT = "given", "taken", "kept"  # of a transfer: asked for, agreed to, come to nothing

# A unit that nobody has moved yet, and one whose every event was taken back.
UNBORN: tuple[str, str | None] = (MADE, None)

# (state before, kind of event): state after. What is not here is not legal. `undone` and `kept` are no rows: they
# restore what was before the event that they reverse.
LIFE = StateTable(
    "a unit",
    UNIT_STATES,
    {
        (MADE, KIND_SHIPPED): SHIPPED,
        (MADE, KIND_FOUND): IN_STOCK,
        (MADE, KIND_SOLD): SOLD,  # a unit never shipped to anybody, accepted with unknown origin
        (SHIPPED, KIND_RECEIVED): IN_STOCK,
        (SHIPPED, KIND_SOLD): SOLD,
        (IN_STOCK, KIND_SOLD): SOLD,
        (IN_STOCK, KIND_SHIPPED): IN_STOCK,  # the shipment file came after the shop had registered the set
        (SHIPPED, KIND_GIVEN): IN_TRANSFER,  # its holder stays the giver
        (IN_STOCK, KIND_GIVEN): IN_TRANSFER,
        (IN_TRANSFER, KIND_TAKEN): IN_STOCK,
        (SOLD, KIND_SHIPPED): SOLD,  # the shipment file came after the sale
        (RETURNED, KIND_SHIPPED): SHIPPED,
    },
    "cannot be {}",
)

# The states in which an arriving shipment file only says where the unit came from.
_STAYS = frozenset({SOLD, IN_STOCK})


def move(state: str, holder: str | None, kind: str, dealer: str | None) -> tuple[str, str | None]:
    """The state and holder after an event of `kind` at `dealer`; IllegalMove where the table has no such row."""
    after = LIFE.move(state, kind)
    if kind == KIND_SHIPPED and state in _STAYS:
        return after, holder
    return after, dealer


def replay(events: Iterable[UnitEvent]) -> tuple[str, str | None]:
    """The state and holder that a unit's whole trail, in order of seq, leads to.

    No event at all gives `UNBORN`. Raises IllegalMove for a trail that the table does not allow: an illegal step, a
    gap in seq, or a reversal of an event that is not the newest one standing.
    """
    now = UNBORN
    standing: list[tuple[int, tuple[str, str | None]]] = []  # seq and what was before it
    for number, event in enumerate(events, start=1):
        if event.seq != number:
            raise IllegalMove(f"event {number} of {event.imei} has seq {event.seq}")
        if event.reverses is not None:
            if not standing or standing[-1][0] != event.reverses:
                raise IllegalMove(f"event {number} of {event.imei} reverses {event.reverses}, not the newest standing")
            now = standing.pop()[1]
            continue
        standing.append((event.seq, now))
        now = move(now[0], now[1], event.kind, event.dealer)
    return now


def events_in_force(events: Iterable[UnitEvent]) -> list[UnitEvent]:
    """The events of a trail that no later event has reversed, oldest first."""
    left: list[UnitEvent] = []
    for event in events:
        if event.reverses is None:
            left.append(event)
        else:
            left = [e for e in left if e.seq != event.reverses]
    return left


def in_stock(state: str, trade: Trade) -> bool:
    """Whether a unit in this state counts in its holder's stock: shipped sets do until a receipt is required."""
    return state == IN_STOCK or (state == SHIPPED and trade.receipt != "required")


def nobodys(unit: Unit) -> bool:
    """Whether the unit is known by number only: nobody holds it, so that a sale of it is one of unknown origin."""
    return unit.state == MADE
