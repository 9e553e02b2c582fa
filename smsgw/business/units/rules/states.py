"""The life of a unit: one table says which kind of event leads from which state to which, and a replay of a trail.

From the plant through a depot to a shop and a customer, and back: to the shop, to a depot, into repair, or for good.
"""

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
UNIT_STATES = (
    "made",
    "in_depot",
    "shipped",
    "received",
    "in_stock",
    "sold",
    "in_transfer",
    "returned",
    "returning",
    "in_repair",
    "replaced",
    "lost",
    "scrapped",
)
(
    MADE,
    IN_DEPOT,
    SHIPPED,  # on its way to a shop
    RECEIVED,  # in a shop that had to confirm it
    IN_STOCK,
    SOLD,
    IN_TRANSFER,  # to another shop, which has yet to say YES; its holder stays the giver
    RETURNED,  # at a shop, faulty, not for sale
    RETURNING,  # on its way to a depot; its holder stays the shop
    IN_REPAIR,
    REPLACED,  # another set took its place with the customer or the shop
    LOST,
    SCRAPPED,
) = UNIT_STATES

# Whose a unit is follows from its state: a depot's, nobody's, else a shop's.
AT_A_DEPOT = frozenset({IN_DEPOT, IN_REPAIR})
NOBODYS = frozenset({MADE, REPLACED, LOST, SCRAPPED})

# Where a shop may dispose of a set: sell it, give it, send it back.
IN_A_SHOP = (SHIPPED, RECEIVED, IN_STOCK)


ORIGIN_SHIPPED, ORIGIN_UNKNOWN = "shipped", "unknown"


@value
class Unit:
    """One set. `holder` is the dealer whose stock it counts in, or who sold it last; the depot where it lies, in the
    states AT_A_DEPOT; None where nobody has it.
    """

    imei: str
    imei2: str | None
    model: str
    state: str
    holder: str | None
    origin: str  # shipped or unknown
    events: int  # how many events its trail has; the next one gets events + 1


@value
class UnitEvent:
    """One step of a unit's trail; append-only. `dealer` is the shop or depot where it happened, `reverses` the seq of
    the event that this one takes back.
    """

    imei: str
    seq: int  # 1, 2, 3 … for each unit
    kind: str  # shipped, received, found, sold, undone …
    dealer: str | None
    at: datetime
    reference: str | None
    message: int | None
    reverses: int | None = None


# Kinds of events.
KIND_MADE, KIND_ARRIVED = "made", "arrived"  # arrived: in a depot, whatever way it came
KIND_SHIPPED, KIND_RECEIVED, KIND_FOUND, KIND_SOLD, KIND_UNDONE = "shipped", "received", "found", "sold", "undone"
KIND_DELIVERED = "delivered"  # received where shops must confirm what is shipped to them
KIND_GIVEN, KIND_TAKEN, KIND_KEPT = "given", "taken", "kept"  # of a transfer: asked for, agreed to, come to nothing
KIND_MOVED = "moved"  # it is at another shop than the book had it at, as whoever answers for it agrees
KIND_RETURNED, KIND_RESTOCKED = "returned", "restocked"  # a set is faulty, or is for sale again after all
KIND_SENT_BACK = "sent_back"  # by a shop to a depot, where it arrives, or is taken into repair
KIND_IN_REPAIR, KIND_REPAIRED = "in_repair", "repaired"  # taken into repair at a depot, and back in its stock
KIND_REPLACED, KIND_LOST, KIND_SCRAPPED = "replaced", "lost", "scrapped"
KIND_FLAGGED = "flagged"  # something about it is to be looked into

# All that can stand in a trail and be told of it.
KINDS = (
    KIND_MADE,
    KIND_ARRIVED,
    KIND_SHIPPED,
    KIND_RECEIVED,
    KIND_DELIVERED,
    KIND_FOUND,
    KIND_SOLD,
    KIND_GIVEN,
    KIND_TAKEN,
    KIND_MOVED,
    KIND_RETURNED,
    KIND_RESTOCKED,
    KIND_SENT_BACK,
    KIND_IN_REPAIR,
    KIND_REPAIRED,
    KIND_REPLACED,
    KIND_LOST,
    KIND_SCRAPPED,
    KIND_FLAGGED,
)

# Marks: events that change neither state nor holder, are possible in every state, and keep nobody from an UNDO.
MARKS = frozenset({KIND_FLAGGED})

# A unit that nobody has moved yet, and one whose every event was taken back.
UNBORN: tuple[str, str | None] = (MADE, None)

# (state before, kind of event): state after. What is not here is not legal, but for marks. `undone` and `kept` are no
# rows: they restore what was before the event that they reverse.
LIFE = StateTable(
    "a unit",
    UNIT_STATES,
    {
        (MADE, KIND_MADE): MADE,
        (MADE, KIND_ARRIVED): IN_DEPOT,
        (MADE, KIND_SHIPPED): SHIPPED,
        (MADE, KIND_FOUND): IN_STOCK,
        (MADE, KIND_SOLD): SOLD,  # a unit never shipped to anybody, accepted with unknown origin
        (IN_DEPOT, KIND_SHIPPED): SHIPPED,
        (IN_DEPOT, KIND_ARRIVED): IN_DEPOT,  # in another depot
        (IN_DEPOT, KIND_FOUND): IN_STOCK,  # in a shop, before the shipment file says so
        (IN_DEPOT, KIND_SOLD): SOLD,  # likewise
        (IN_DEPOT, KIND_IN_REPAIR): IN_REPAIR,
        (IN_DEPOT, KIND_REPLACED): REPLACED,
        (IN_DEPOT, KIND_LOST): LOST,
        (IN_DEPOT, KIND_SCRAPPED): SCRAPPED,
        (SHIPPED, KIND_RECEIVED): IN_STOCK,
        (SHIPPED, KIND_DELIVERED): RECEIVED,
        (SHIPPED, KIND_SOLD): SOLD,
        (SHIPPED, KIND_GIVEN): IN_TRANSFER,
        (SHIPPED, KIND_MOVED): IN_STOCK,
        (SHIPPED, KIND_RETURNED): RETURNED,
        (SHIPPED, KIND_SENT_BACK): RETURNING,
        (SHIPPED, KIND_ARRIVED): IN_DEPOT,  # it never reached the shop
        (SHIPPED, KIND_LOST): LOST,
        (RECEIVED, KIND_SHIPPED): RECEIVED,
        (RECEIVED, KIND_SOLD): SOLD,
        (RECEIVED, KIND_GIVEN): IN_TRANSFER,
        (RECEIVED, KIND_MOVED): IN_STOCK,
        (RECEIVED, KIND_RETURNED): RETURNED,
        (RECEIVED, KIND_SENT_BACK): RETURNING,
        (RECEIVED, KIND_LOST): LOST,
        (RECEIVED, KIND_SCRAPPED): SCRAPPED,
        (IN_STOCK, KIND_SHIPPED): IN_STOCK,  # the shipment file came after the shop had registered the set
        (IN_STOCK, KIND_SOLD): SOLD,
        (IN_STOCK, KIND_GIVEN): IN_TRANSFER,
        (IN_STOCK, KIND_MOVED): IN_STOCK,
        (IN_STOCK, KIND_RETURNED): RETURNED,
        (IN_STOCK, KIND_SENT_BACK): RETURNING,
        (IN_STOCK, KIND_LOST): LOST,
        (IN_STOCK, KIND_SCRAPPED): SCRAPPED,
        (SOLD, KIND_SHIPPED): SOLD,  # the shipment file came after the sale
        (SOLD, KIND_RETURNED): RETURNED,
        (SOLD, KIND_REPLACED): REPLACED,
        (IN_TRANSFER, KIND_TAKEN): IN_STOCK,
        (RETURNED, KIND_RESTOCKED): IN_STOCK,
        (RETURNED, KIND_SENT_BACK): RETURNING,
        (RETURNED, KIND_ARRIVED): IN_DEPOT,
        (RETURNED, KIND_IN_REPAIR): IN_REPAIR,
        (RETURNED, KIND_REPLACED): REPLACED,
        (RETURNED, KIND_LOST): LOST,
        (RETURNED, KIND_SCRAPPED): SCRAPPED,
        (RETURNING, KIND_ARRIVED): IN_DEPOT,
        (RETURNING, KIND_IN_REPAIR): IN_REPAIR,
        (RETURNING, KIND_REPLACED): REPLACED,
        (RETURNING, KIND_LOST): LOST,
        (RETURNING, KIND_SCRAPPED): SCRAPPED,
        (IN_REPAIR, KIND_REPAIRED): IN_DEPOT,
        (IN_REPAIR, KIND_SHIPPED): SHIPPED,  # straight back to a shop
        (IN_REPAIR, KIND_REPLACED): REPLACED,
        (IN_REPAIR, KIND_LOST): LOST,
        (IN_REPAIR, KIND_SCRAPPED): SCRAPPED,
        (REPLACED, KIND_ARRIVED): IN_DEPOT,
        (REPLACED, KIND_IN_REPAIR): IN_REPAIR,
        (REPLACED, KIND_SCRAPPED): SCRAPPED,
        (LOST, KIND_FOUND): IN_STOCK,
        (LOST, KIND_ARRIVED): IN_DEPOT,
    },
    "cannot be {}",
)

# The states in which an arriving shipment file only says where the unit came from.
_STAYS = frozenset({SOLD, RECEIVED, IN_STOCK})


def move(state: str, holder: str | None, kind: str, dealer: str | None) -> tuple[str, str | None]:
    """The state and holder after an event of `kind` at `dealer`, a shop or a depot; IllegalMove where the table has no
    such row.
    """
    if kind in MARKS:
        return state, holder
    after = LIFE.move(state, kind)
    if kind == KIND_SHIPPED and state in _STAYS:
        return after, holder
    if after in NOBODYS:
        return after, None
    if kind == KIND_SENT_BACK:
        return after, holder  # until it arrives
    return after, dealer


def replay(events: Iterable[UnitEvent]) -> tuple[str, str | None]:
    """The state and holder that a unit's whole trail, in order of seq, leads to.

    No event at all gives `UNBORN`. Raises IllegalMove for a trail that the table does not allow: an illegal step, a
    gap in seq, or a reversal of an event that is neither a mark nor the newest one standing.
    """
    now = UNBORN
    standing: list[tuple[int, tuple[str, str | None]]] = []  # seq and what was before it
    marks: set[int] = set()
    for number, event in enumerate(events, start=1):
        if event.seq != number:
            raise IllegalMove(f"event {number} of {event.imei} has seq {event.seq}")
        if event.reverses is not None:
            if event.reverses in marks:
                marks.discard(event.reverses)
                continue
            if not standing or standing[-1][0] != event.reverses:
                raise IllegalMove(f"event {number} of {event.imei} reverses {event.reverses}, not the newest standing")
            now = standing.pop()[1]
            continue
        if event.kind in MARKS:
            marks.add(event.seq)
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
    return state in (IN_STOCK, RECEIVED) or (state == SHIPPED and trade.receipt != "required")


def nobodys(unit: Unit) -> bool:
    """Whether no shop has ever had the unit: it is known by number only, so that a sale of it is one of unknown origin,
    or lies in a depot, which a sale takes it out of.
    """
    return unit.state in (MADE, IN_DEPOT)
