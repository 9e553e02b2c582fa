"""What may be asked about what was sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from smsgw.business.sales.rules.holds import Holds
from smsgw.business.sales.rules.lines import SaleLine, Wanting
from smsgw.business.stock.rules import StockBooks
from smsgw.values.value import value


@value
class Sold:
    """Sets sold and not undone in some days: by dealer (empty where one shop was asked about) and by model."""

    by_dealer: dict[str, int]
    by_model: Mapping[str, int]

    @property
    def sets(self) -> int:
        return sum(self.by_model.values())


class Sales(Protocol):
    """What may be asked about what was sold."""

    @property
    def holds(self) -> Holds: ...

    def sold(self, dealer: str, since: date, until: date) -> Mapping[str, int]:
        """Sets sold and not undone, by model, on business dates from `since` to `until`, both included."""

    def sold_this_week(self, dealer: str, today: date, monday: date) -> tuple[int, int]:
        """Sets sold and not undone of all models: of today, and from Monday to today."""

    def sold_in(self, region: str | None, since: date, until: date) -> Sold:
        """Sets sold in a region (None: in all), by dealer and by model, on business dates from `since` to `until`; a
        question of those above shops, asked of the database."""

    def last_sale_on(self, dealer: str) -> date | None: ...

    def lines(self, reference: str) -> Sequence[SaleLine]:
        """The live sale lines of a reference, in their order."""

    def undone_lines(self, reference: str) -> Sequence[SaleLine]:
        """The lines of a sale that were live until its booking was taken back, in their order."""

    def bookings_of(self, dealer: str, on: date, phones: Sequence[str], since: datetime) -> Sequence[str]:
        """The sales of a shop on a business date that these phones booked since a moment and that stand, by reference,
        the oldest first."""

    def nil_of(self, dealer: str, on: date) -> str | None:
        """The newest report of a shop, not taken back, that it sold nothing on a business date: it holds while the book
        has no sale of that day."""

    def undone_by_nil(self, reference: str) -> Sequence[str]:
        """The sales that a report of nothing sold took back."""

    def wanting(self, dealer: str) -> Sequence[Wanting]:
        """What a shop sold by number lately and may still send the IMEIs of, the oldest day first."""

    def filled_by(self, reference: str) -> str | None:
        """The newest live booking that brought IMEIs of a sale by number."""

    def came_back(self, reference: str) -> bool:
        """Whether a return took back a set of a sale."""


class SalesBooks(StockBooks, Protocol):
    """The books as far as sales and what they stand on."""

    @property
    def sales(self) -> Sales: ...
