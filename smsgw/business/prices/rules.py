"""What a model costs on a tier from a day on."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.values.value import value


@value
class Price:
    model: str
    dealer_price: int  # minor units
    retail_price: int
    currency: str
    valid_from: date


class Prices(Protocol):
    """What may be asked about prices."""

    def in_force(self, model: str, tier: str, on: date) -> Price | None:
        """The price in force on a day: the tier's own where there is one, else the general one."""


class PriceBooks(SalesBooks, Protocol):
    """The books as far as prices and what they stand on."""

    @property
    def prices(self) -> Prices: ...
