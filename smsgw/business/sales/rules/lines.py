"""What a sale books: a line for each set, or for so many of a model; and the report that nothing was sold."""

from __future__ import annotations

from datetime import date

from smsgw.business.core.decision import Record
from smsgw.values.value import value


@value
class SaleLineBooked(Record):
    reference: str
    dealer: str
    on: date
    model: str
    quantity: int
    imei: str | None


@value
class NilBooked(Record):
    reference: str
    dealer: str
    on: date


@value
class SaleLine:
    reference: str
    dealer: str
    on: date
    model: str
    quantity: int
    imei: str | None  # None: sold by model and quantity
