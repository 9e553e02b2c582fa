"""What a model costs whom from a day on: of the lists that are for a shop, the most special one that has a price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

from smsgw.business.directory.rules import Dealer
from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.values.value import value

# Whom a list is for: a dealer, a region with all that lie in it, a tier, or (the last) everybody; and its code.
FOR_DEALER, FOR_REGION, FOR_TIER, FOR_ALL = "dealer", "region", "tier", ""
ListKey = tuple[str, str]
EVERYBODYS: ListKey = (FOR_ALL, "")

PriceKey = tuple[str, str, str, date]  # model, whom the list is for, its code, first day


@value
class Price:
    """A row of a list: in force from its first day until a later row of the list is, or its last day is over."""

    model: str
    dealer_price: int  # minor units
    retail_price: int
    currency: str
    valid_from: date
    valid_to: date | None = None  # the last day; None: until another takes its place

    @property
    def terms(self) -> tuple[int, int, str]:
        """What it comes to, whatever its days."""
        return self.dealer_price, self.retail_price, self.currency


# The prices of one model, by list.
Lists = Mapping[ListKey, Sequence[Price]]


@value
class Change:
    """The next day on which a model costs a shop something else; `price` is None where it has none from then on."""

    on: date
    price: Price | None


def lists_for(dealer: str, regions: Sequence[str], tier: str) -> tuple[ListKey, ...]:
    """The lists that are for a shop, the most special first; `regions` is its own and those above it, nearest first.

    Empty codes stand for nobody in particular: of whom no shop is known the price of everybody is.
    """
    named = ((FOR_DEALER, dealer), *((FOR_REGION, code) for code in regions), (FOR_TIER, tier))
    return (*(key for key in named if key[1]), EVERYBODYS)


def price_on(prices: Lists, keys: Sequence[ListKey], on: date) -> Price | None:
    """The price in force on a day by the first of these lists that has one; of a list the row that began last."""
    for key in keys:
        in_force = [row for row in prices.get(key, ()) if row.valid_from <= on <= (row.valid_to or date.max)]
        if in_force:
            return max(in_force, key=lambda row: row.valid_from)
    return None


def next_change(prices: Lists, keys: Sequence[ListKey], after: date) -> Change | None:
    """The first day after one on which these lists come to something else than on that day; None: not that we know."""
    now = price_on(prices, keys, after)
    days = {row.valid_from for key in keys for row in prices.get(key, ())}
    days |= {row.valid_to + timedelta(1) for key in keys for row in prices.get(key, ()) if row.valid_to is not None}
    for day in sorted(day for day in days if day > after):
        then = price_on(prices, keys, day)
        if (then.terms if then else None) != (now.terms if now else None):
            return Change(day, then)
    return None


class Prices(Protocol):
    """What may be asked about prices. Days are those of the shop's own zone; no shop: what everybody's list says."""

    def in_force(self, model: str, shop: Dealer | None, on: date) -> Price | None:
        """What a model costs a shop on a day: by its own list, else its region's, else its tier's, else everybody's."""

    def coming(self, model: str, shop: Dealer | None, after: date) -> Change | None:
        """The next change of that after a day, as far as it is known."""


class PriceBooks(SalesBooks, Protocol):
    """The books as far as prices and what they stand on."""

    @property
    def prices(self) -> Prices: ...
