"""What a shop holds: movements and levels, opening stock, and numbers out of all proportion, which are asked back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

from smsgw.business.core.decision import Record
from smsgw.business.core.reply import Reply
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.ledger import UnitBooks
from smsgw.business.units.rules.states import ORIGIN_SHIPPED, Unit, UnitMoved
from smsgw.errors import CannotBook
from smsgw.values.value import value


@value
class StockMoved(Record):
    """A change of a shop's book: `quantity` sets in all, `units` of them known by IMEI."""

    dealer: str
    model: str
    quantity: int
    units: int
    kind: str  # one of those below
    reference: str | None


@value
class CountLineBooked(Record):
    """One line of a stock-take; the difference to the book is a StockMoved of kind counted."""

    reference: str
    dealer: str
    model: str
    counted: int
    book: int


@value
class Level:
    """What a shop holds of a model: `quantity` in all, of which `units` are known by IMEI."""

    quantity: int
    units: int


# What any shop may report without being asked.
UNASKED = 200
_TIMES = 10


def absurd_count(counted: int, book: int, sold: int) -> bool:
    """Whether a stock-take of a model is asked back, given the book and the sets sold in the last 30 days.

    A shop that never had the model may count up to 200; any shop up to ten times what it holds and sells in a month.
    """
    usual = max(book, 0) + max(sold, 0)
    return counted > UNASKED and counted > _TIMES * usual


EMPTY = Level(0, 0)

SHIPPED, RECEIVED, FOUND, SOLD, COUNTED, OPENING, UNDONE = (
    "shipped",
    "received",
    "found",
    "sold",
    "counted",
    "opening",
    "undone",
)
GIVEN, TAKEN, KEPT, LOST, RETURNED, RESTOCKED, SHORT, SURPLUS = (
    "given",  # to another shop, which has yet to say YES
    "taken",
    "kept",  # it said NO, or nothing
    "lost",  # missing at a count
    "returned",  # to a depot, which has yet to decide
    "restocked",  # what came back is the shop's to sell again
    "short",  # of a delivery
    "surplus",  # in a delivery
)


def after(level: Level | None, quantity: int, units: int) -> Level:
    """The level after a movement."""
    was = level or EMPTY
    return Level(was.quantity + quantity, was.units + units)


def unlisted(level: Level | None) -> int:
    """How many sets of the book are not known by IMEI; a set sold by an unknown IMEI is taken for one of those."""
    return max(0, level.quantity - level.units) if level else 0


def total(levels: Mapping[str, Level]) -> int:
    return sum(level.quantity for level in levels.values())


class Stock(Protocol):
    """What may be asked about what shops hold."""

    def levels(self, dealer: str) -> Mapping[str, Level]:
        """What the shop holds, by model; models it never had are absent."""

    def entries(self, reference: str) -> Sequence[StockMoved]:
        """Every stock row that a reference wrote, in their order."""


class StockBooks(UnitBooks, Protocol):
    """The books as far as stock and what they stand on."""

    @property
    def stock(self) -> Stock: ...


class Turnover(Protocol):
    """What stock must know of sales, which stand on it."""

    def sold(self, dealer: str, since: date, until: date) -> Mapping[str, int]:
        """Sets sold and not undone, by model, on business dates from `since` to `until`, both included."""


class TurnoverBooks(StockBooks, Protocol):
    """The books as far as stock, with what is sold of it."""

    @property
    def sales(self) -> Turnover: ...


def sold_lately(books: TurnoverBooks, dealer: str, today: date) -> Mapping[str, int]:
    """The sets sold in the last 30 days, by model: what a shop usually moves."""
    return books.sales.sold(dealer, today - timedelta(days=30), today)


_WEEKS = 4  # whose sales say how long a stock lasts
MANY_WEEKS = "99+"


def sold_in_four_weeks(books: TurnoverBooks, dealer: str, today: date) -> Mapping[str, int]:
    """The sets sold in the last four weeks, today among them, by model."""
    return books.sales.sold(dealer, today - timedelta(days=7 * _WEEKS - 1), today)


def cover(quantity: int, sold: int) -> str:
    """For how many weeks a stock lasts, where `sold` were sold in four: `1.6`; '' where nothing is sold or there."""
    if quantity <= 0 or sold <= 0:
        return ""
    weeks = quantity * _WEEKS / sold
    return MANY_WEEKS if weeks > 99 else f"{weeks:.1f}"


def open_stock(
    unit: Unit | None, *, dealer: str, model: str, quantity: int, imei: str | None, reference: str
) -> tuple[UnitMoved | StockMoved, ...]:
    """The records of a shop's opening stock: so many sets of a model, or one set by IMEI, which is `unit` where it is
    known already. Raises CannotBook.
    """
    if imei is None:
        return (StockMoved(dealer, model, quantity, 0, OPENING, reference),)
    if unit is not None and not units.nobodys(unit):
        where = f"sold at {unit.holder}" if unit.state == units.SOLD else f"{unit.state} at {unit.holder}"
        raise CannotBook(f"{imei} is known already: {where}")
    if unit is not None and unit.model != model:
        raise CannotBook(f"{imei} is a {unit.model}, not a {model}")
    before = units.UNBORN if unit is None else (unit.state, unit.holder)
    state, holder = units.move(*before, units.KIND_FOUND, dealer)
    origin = ORIGIN_SHIPPED if unit is None else unit.origin
    moved = UnitMoved(unit.imei if unit else imei, model, units.KIND_FOUND, dealer, state, holder, origin, reference)
    return (moved, StockMoved(dealer, model, 1, 1, OPENING, reference))


def reverse(reference: str, books: StockBooks) -> list[Record] | Reply:
    """The stock rows that take those of a reference back."""
    return [
        StockMoved(row.dealer, row.model, -row.quantity, -row.units, UNDONE, reference)
        for row in books.stock.entries(reference)
    ]
