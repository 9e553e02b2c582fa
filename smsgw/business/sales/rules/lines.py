"""What a sale books: a line for each set, or for so many of a model; and the report that nothing was sold."""

from __future__ import annotations

from datetime import date

from smsgw.business.core.decision import Record
from smsgw.values.value import value

NAME, LETTER = "sale", "S"  # of the verb, and of its references


@value
class SaleLineBooked(Record):
    reference: str
    dealer: str
    on: date
    model: str
    quantity: int
    imei: str | None
    fills: str | None = None  # the sale by number of which this is an IMEI that came later
    customer: str | None = None  # the phone that the set was sold to, where it is told


@value
class NilBooked(Record):
    reference: str
    dealer: str
    on: date
    undid: tuple[str, ...] = ()  # the sales of that day that it took back


@value
class SaleLineReturned(Record):
    """The live line of a set in a sale is taken back by a return (`by`); the rest of the sale stands."""

    reference: str
    imei: str
    by: str


@value
class SaleLineRestored(Record):
    """The line of a set in a sale that a return (`by`) had taken back is live again."""

    reference: str
    imei: str
    by: str


@value
class SaleLine:
    reference: str
    dealer: str
    on: date
    model: str
    quantity: int
    imei: str | None  # None: sold by model and quantity; the IMEIs that came later are not counted here any more
    fills: str | None = None
    customer: str | None = None


@value
class Wanting:
    """So many sets of a model that a shop sold by number on a day, of which the IMEIs are still wanted."""

    reference: str
    model: str
    on: date
    missing: int
