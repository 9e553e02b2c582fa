"""A stock-take: the list that it is taken on, what was found of each set, and what a decision makes of the book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from smsgw.business.consent.rules import COUNTS
from smsgw.business.core.decision import Record
from smsgw.business.core.trade import Trade
from smsgw.business.orders.rules import OrderBooks
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import CountLineBooked, StockMoved
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.states import Unit, UnitMoved
from smsgw.values.state_table import StateTable
from smsgw.values.value import value

NAME, LETTER = "count", "K"  # of the verb whose bookings counts are, and of their references

# ---- the list of a count by IMEI, while texts add to it

OPEN, ENDED, LAPSED, DROPPED = "open", "ended", "lapsed", "dropped"
LIST_STATES = (OPEN, ENDED, LAPSED, DROPPED)
LIST_LIFE = StateTable(
    "a list of a count",
    LIST_STATES,
    {(OPEN, "end"): ENDED, (OPEN, "lapse"): LAPSED, (OPEN, "drop"): DROPPED},
)

# ---- a count, and what is decided of it

# Everything is in the book; nothing is, for headquarters decides; all is but the missing sets, which wait for that.
BOOKED, WAITING, PART, APPROVED, REJECTED, UNDONE = "booked", "waiting", "part", "approved", "rejected", "undone"
STATES = (BOOKED, WAITING, PART, APPROVED, REJECTED, UNDONE)
UNDECIDED = (WAITING, PART)
LIFE = StateTable(
    "a count",
    STATES,
    {
        (WAITING, "approve"): APPROVED,
        (WAITING, "reject"): REJECTED,
        (PART, "approve"): APPROVED,
        (PART, "reject"): REJECTED,
        **{(state, "undo"): UNDONE for state in (BOOKED, WAITING, PART, APPROVED, REJECTED)},
    },
)

# ---- what a set turns out to be

HERE = "here"  # in the shop's book and on the list, or sold since it was listed
NEW = "new"  # in nobody's book, or written off: a decision takes it into this shop's stock
MISSING = "missing"  # in the shop's book and not on the list: a decision writes it off as lost
ELSEWHERE = "elsewhere"  # in the book of another shop
SOLD = "sold"  # before it was listed
MOVING = "moving"  # in a transfer, or shipped to the shop and not received
UNKNOWN = "unknown"  # not a set that may be booked: never shipped where that is refused, or of no known model
OTHER = "other"  # returned or on its way back, in repair, replaced, scrapped
FINDINGS = (HERE, NEW, MISSING, ELSEWHERE, SOLD, MOVING, UNKNOWN, OTHER)
TOLD = (MISSING, ELSEWHERE, SOLD, MOVING, UNKNOWN, OTHER, NEW)  # in the order in which answers name them


@value
class CountList:
    """The open list of a shop; `sets` is how many IMEIs are on it."""

    reference: str
    dealer: str
    phone: str | None
    state: str
    opened_at: datetime
    expires_at: datetime
    sets: int
    result: str | None = None


@value
class Listed:
    """A set on a list, and when it was listed."""

    imei: str
    at: datetime


@value
class CountedSet:
    """What became of one set of a count. `model` is '' where none is known."""

    imei: str
    model: str
    finding: str


@value
class Count:
    """A stock-take with its lines by model and, where it was taken set by set, its sets."""

    reference: str
    dealer: str
    state: str
    lines: tuple[CountLineBooked, ...]
    sets: tuple[CountedSet, ...]
    why: str = ""  # that was given with the decision

    @property
    def variance(self) -> Mapping[str, int]:
        """What was counted over the book (below it, if negative), by model; models that agree are absent."""
        return {line.model: line.counted - line.book for line in self.lines if line.counted != line.book}


# ---- records


@value
class ListOpened(Record):
    reference: str
    dealer: str
    expires_at: datetime


@value
class SetsListed(Record):
    """Sets for an open list, by first IMEI; its time runs anew."""

    reference: str
    imeis: tuple[str, ...]
    expires_at: datetime


@value
class ListEnded(Record):
    reference: str
    state: str
    result: str | None = None


@value
class Counted(Record):
    """A stock-take as it stands after its text; its lines are CountLineBooked of the same reference."""

    reference: str
    dealer: str
    state: str
    sets: tuple[CountedSet, ...] = ()
    list: str | None = None


@value
class CountDecided(Record):
    """What was decided of a count that waited, by whom and why."""

    reference: str
    state: str
    who: str
    why: str = ""


@value
class CountTold(Record):
    """These phones are to be told of a count that was decided, or of a list that nobody ended."""

    reference: str
    phones: tuple[str, ...]
    lapsed: bool = False


class Counts(Protocol):
    """What may be asked about stock-takes."""

    def open_list(self, dealer: str) -> CountList | None:
        """The list that a shop's count is taken on now."""

    def open_list_of(self, phone: str) -> CountList | None:
        """The newest open list that a phone has opened."""

    def list(self, reference: str) -> CountList | None: ...

    def listed(self, reference: str, imeis: Iterable[str] | None = None) -> Sequence[Listed]:
        """The sets of a list in the order of their IMEIs; of `imeis` those that are on it."""

    def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        """The open lists whose time is over, by reference, `limit` at most."""

    def find(self, reference: str) -> Count | None: ...

    def undecided(self, region: str | None) -> Sequence[str]:
        """The counts that wait for a decision, the oldest first: of a region and what lies in it, or all."""


class CountBooks(OrderBooks, Protocol):
    """The books as far as stock-takes and what they stand on."""

    @property
    def counts(self) -> Counts: ...


# ---- the arithmetic


def place(unit: Unit | None, model: str, listed: Listed, code: str, books: CountBooks) -> str:
    """What a listed set is to the shop `code` at this moment."""
    trade: Trade = books.trade
    if not model:
        return UNKNOWN
    if unit is None or units.nobodys(unit):
        refused = trade.unknown_units == "refuse" and (unit is None or unit.origin == units.ORIGIN_UNKNOWN)
        return UNKNOWN if refused else NEW
    mine = unit.holder == code
    if unit.state == units.SOLD:
        return HERE if mine and _moved_at(unit, books) > listed.at else SOLD
    if unit.state == units.IN_TRANSFER:
        return HERE if mine and _moved_at(unit, books) > listed.at else MOVING
    if units.in_stock(unit.state, trade):
        return HERE if mine else ELSEWHERE
    if unit.state == units.SHIPPED:
        return MOVING if mine else ELSEWHERE
    if unit.state == units.LOST:
        return NEW
    return OTHER


def _moved_at(unit: Unit, books: CountBooks) -> datetime:
    """When a unit last moved."""
    return books.units.trail(unit.imei)[-1].at


def missing(code: str, listed: Iterable[str], models: Iterable[str], since: datetime, books: CountBooks) -> list[Unit]:
    """The sets of these models in a shop's book that are not on its list, and lay there when it was opened."""
    known, counted = set(listed), set(models)
    found: dict[str, Unit] = {}
    for imei, model in books.units.held(code).items():
        if model not in counted:
            continue
        unit = books.units.find(imei)
        if unit is None or unit.imei in known or unit.imei in found or not units.in_stock(unit.state, books.trade):
            continue
        if _moved_at(unit, books) <= since:
            found[unit.imei] = unit
    return list(found.values())


def to_book(count: Count, books: CountBooks, *, numbers: bool, lost: bool) -> list[Record]:
    """The records that bring the book to a count: `numbers` its differences and new sets, `lost` its missing ones.

    A set that has moved since it was counted stays where it is. What was counted over or under the book and is no set
    known by IMEI is a movement of its own; so sales between the count and the decision count in both.
    """
    records: list[Record] = []
    if numbers:
        for model, change in unexplained(count).items():
            records.append(StockMoved(count.dealer, model, change, 0, stock.COUNTED, count.reference))
    for one in count.sets:
        if one.finding == NEW and numbers:
            records += _find(one, count, books)
        elif one.finding == MISSING and lost:
            records += _lose(one, count, books)
    return records


def unexplained(count: Count) -> Mapping[str, int]:
    """The variance by model without what new and missing sets make of it; models without any are absent."""
    left = dict(count.variance)
    for one in count.sets:
        if one.finding in (NEW, MISSING):
            left[one.model] = left.get(one.model, 0) + (-1 if one.finding == NEW else 1)
    return {model: change for model, change in left.items() if change}


def _find(one: CountedSet, count: Count, books: CountBooks) -> list[Record]:
    unit = books.units.find(one.imei)
    state, holder = (units.MADE, None) if unit is None else (unit.state, unit.holder)
    if not units.LIFE.can(state, units.KIND_FOUND):  # sold or registered since
        return []
    state, holder = units.move(state, holder, units.KIND_FOUND, count.dealer)
    origin = units.ORIGIN_UNKNOWN if unit is None else unit.origin
    moved = UnitMoved(one.imei, one.model, units.KIND_FOUND, count.dealer, state, holder, origin, count.reference)
    return [moved, StockMoved(count.dealer, one.model, 1, 1, stock.FOUND, count.reference)]


def _lose(one: CountedSet, count: Count, books: CountBooks) -> list[Record]:
    unit = books.units.find(one.imei)
    if unit is None or unit.holder != count.dealer or not units.in_stock(unit.state, books.trade):
        return []
    state, holder = units.move(unit.state, unit.holder, units.KIND_LOST, count.dealer)
    moved = UnitMoved(unit.imei, unit.model, units.KIND_LOST, count.dealer, state, holder, unit.origin, count.reference)
    return [moved, StockMoved(count.dealer, unit.model, -1, -1, stock.LOST, count.reference)]


# ---- decisions


def settle(found: Count, books: CountBooks, *, approved: bool, who: str, why: str = "") -> list[Record]:
    """The records of a decision on a count that waits; who counted, and the shop's owners, are told once."""
    state = LIFE.move(found.state, "approve" if approved else "reject")
    records: list[Record] = [CountDecided(found.reference, state, who, " ".join(why.split()))]
    if approved:
        records += to_book(found, books, numbers=found.state == WAITING, lost=True)
    return [*records, CountTold(found.reference, told_of(found.reference, found.dealer, books, who))]


def told_of(reference: str, dealer: str, books: CountBooks, by: str = "") -> tuple[str, ...]:
    """The phones that hear what became of a count: the shop's owners and whoever counted, but not who decided."""
    phones = [*books.consent.owners_hearing(dealer, COUNTS)]
    booking = books.conversation.booking(reference)
    if booking is not None and booking.phone is not None and booking.phone not in phones:
        phones.append(booking.phone)
    return tuple(phone for phone in phones if phone != by)
