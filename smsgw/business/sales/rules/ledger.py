"""What may be asked about what was sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from smsgw.business.sales.rules.lines import SaleLine
from smsgw.business.stock.rules import StockBooks


class Sales(Protocol):
    """What may be asked about what was sold."""

    def sold(self, dealer: str, since: date, until: date) -> Mapping[str, int]:
        """Sets sold and not undone, by model, on business dates from `since` to `until`, both included."""

    def sold_this_week(self, dealer: str, today: date, monday: date) -> tuple[int, int]:
        """Sets sold and not undone of all models: of today, and from Monday to today."""

    def last_sale_on(self, dealer: str) -> date | None: ...

    def lines(self, reference: str) -> Sequence[SaleLine]:
        """The live sale lines of a reference, in their order."""


class SalesBooks(StockBooks, Protocol):
    """The books as far as sales and what they stand on."""

    @property
    def sales(self) -> Sales: ...
