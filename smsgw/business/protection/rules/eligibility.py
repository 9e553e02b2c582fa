"""Whether a set is protected when its price falls: where its trail says that it was at the moment of the cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from smsgw.business.core.trade import Trade
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.states import UnitEvent, events_in_force
from smsgw.calendar.days import business_date, zone
from smsgw.values.value import value

# What can be said of a set.
(
    PROTECTED,
    TOO_OLD,  # it had come to the shop too long before the cut
    SOLD,  # before the cut
    ACTIVE,  # it was in use before the cut
    ELSEWHERE,  # it was not the shop's at that moment
    LATER,  # it came to the shop at the new price
    NOT_YET,  # it was on its way, and is not received yet
    TOO_LATE,  # it was on its way, and was received too late
    FAULTY,  # it had come back, and was not for sale
    CLAIMED,  # it is in a claim for the same cut
    OTHER_MODEL,
    UNKNOWN,
) = VERDICTS = (
    "protected",
    "too_old",
    "sold",
    "active",
    "elsewhere",
    "later",
    "not_yet",
    "too_late",
    "faulty",
    "claimed",
    "other_model",
    "unknown",
)


@value
class Cut:
    """A model costs a shop less from midnight of a day on its own clock: `old` and `new` in minor units."""

    model: str
    on: date
    old: int
    new: int
    currency: str
    timezone: str

    @property
    def off(self) -> int:
        return self.old - self.new

    @property
    def at(self) -> datetime:
        """The moment from which it holds."""
        return datetime(self.on.year, self.on.month, self.on.day, tzinfo=zone(self.timezone))


@value
class History:
    """What is known of a set: its trail, the day of each sale by its reference, and when it was first active."""

    trail: Sequence[UnitEvent]
    sold_on: Mapping[str, date]
    activated_at: datetime | None = None


# What brings a set to a shop; the last such event before the cut says since when the shop has it.
BRINGS = frozenset(
    {
        units.KIND_SHIPPED,
        units.KIND_RECEIVED,
        units.KIND_DELIVERED,
        units.KIND_FOUND,
        units.KIND_TAKEN,
        units.KIND_MOVED,
    }
)
# What shows that a set on its way has arrived.
_ARRIVES = frozenset(
    {units.KIND_RECEIVED, units.KIND_DELIVERED, units.KIND_SOLD, units.KIND_GIVEN, units.KIND_RETURNED}
    | {units.KIND_SENT_BACK, units.KIND_FOUND}
)
_HELD = frozenset({units.SHIPPED, units.RECEIVED, units.IN_STOCK, units.IN_TRANSFER})


def judge(history: History, shop: str, cut: Cut, trade: Trade) -> str:
    """Whether a cut is made good for a set at a shop, as one of VERDICTS; whether it is claimed is not asked here.

    It is, if at that moment the shop held it for sale, having had it for `protection_days` at most, or it was on its
    way there and is received within `protection_transit_days`; and if it had been neither sold nor in use before. What
    was taken back since never happened; a sale is of the day that it was told for.
    """
    standing = [event for event in events_in_force(history.trail) if event.kind not in units.MARKS]
    before = [event for event in standing if _is_before(event, history, cut)]
    after = [event for event in standing if not _is_before(event, history, cut)]
    state, holder = units.UNBORN
    since: datetime | None = None
    for event in before:
        if not units.LIFE.can(state, event.kind):
            continue  # a file told of it late: without what came first it says nothing
        held = holder
        state, holder = units.move(state, holder, event.kind, event.dealer)
        if event.kind in BRINGS and (holder != held or event.kind != units.KIND_SHIPPED):
            since = event.at
    if holder != shop or state not in _HELD:
        return _elsewhere(state, holder, shop, after)
    if history.activated_at is not None and history.activated_at < cut.at:
        return ACTIVE
    if state == units.SHIPPED and not units.in_stock(state, trade):
        return _on_its_way(after, shop, cut, trade)
    if since is not None and trade.protection_days:
        age = cut.on - business_date(since, cut.timezone)
        if age > timedelta(days=trade.protection_days):
            return TOO_OLD
    return PROTECTED


def _is_before(event: UnitEvent, history: History, cut: Cut) -> bool:
    told = history.sold_on.get(event.reference or "") if event.kind == units.KIND_SOLD else None
    return event.at < cut.at or (told is not None and told < cut.on)


def _elsewhere(state: str, holder: str | None, shop: str, after: Sequence[UnitEvent]) -> str:
    if holder == shop:
        return SOLD if state == units.SOLD else FAULTY
    return LATER if any(event.dealer == shop for event in after) else ELSEWHERE


def _on_its_way(after: Sequence[UnitEvent], shop: str, cut: Cut, trade: Trade) -> str:
    arrived = next((event for event in after if event.kind in _ARRIVES and event.dealer == shop), None)
    if arrived is None:
        return NOT_YET if not after else ELSEWHERE
    last = cut.on + timedelta(days=trade.protection_transit_days)
    return PROTECTED if business_date(arrived.at, cut.timezone) <= last else TOO_LATE
