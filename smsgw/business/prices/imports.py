"""The file of prices: what a model costs a tier, a region, a dealer or everybody from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from smsgw.business import registry
from smsgw.business.catalogue.imports import Product
from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportBooks, ImportKind
from smsgw.business.core.known import Snapshot
from smsgw.business.directory.imports.dealers import TIER
from smsgw.business.prices.books import (
    EVERYBODY,
    PriceRow,
    all_prices,
    lists_of,
    prices_of,
    put_list_prices,
    put_prices,
)
from smsgw.business.prices.rules import EVERYBODYS, FOR_DEALER, FOR_REGION, Price, PriceKey, price_on
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row
from smsgw.values.money import decimal

COLUMNS = columns(("model", "tier", "dealer_price", "retail_price", "valid_from"), ("region", "dealer", "valid_to"))


def check(
    rows: Sequence[Row], known: Snapshot, kept: Mapping[PriceKey, PriceRow], faults: list[Fault]
) -> list[PriceRow]:
    """The prices of a file that `kept` does not hold yet; one that has come into force is not edited.

    A row is for one tier, one region or one dealer, or for everybody. A price is in the currency of the model's list
    price.
    """
    found: dict[PriceKey, int] = {}
    fresh: list[PriceRow] = []
    models, regions, dealers = Known("model", known.products), Known("region", known.regions), known.dealers
    shops = Known("dealer", dealers)
    today = known.latest_today
    for row in rows:
        cells = Cells(row, faults)
        model = cells.read("model", models.find)
        currency = known.products[model].currency if model else "CNY"
        if currency is None:
            cells.fault("model", f"{model} has no list price yet, so no currency; import it with its price first")
        price = PriceRow(
            model or "",
            cells.code("tier", TIER, needed=False) or "",
            cells.money("dealer_price", currency) or 0,
            cells.money("retail_price", currency) or 0,
            currency or "",
            cells.day("valid_from") or date.min,
            cells.read("region", regions.find, needed=False) or "",
            cells.read("dealer", shops.find, needed=False) or "",
            cells.day("valid_to", needed=False),
        )
        if sum(map(bool, (price.tier, price.region, price.dealer))) > 1:
            cells.fault("", "a price is for one tier, one region or one dealer, or for everybody")
        if price.dealer and currency and dealers[price.dealer].currency != currency:
            cells.fault("dealer", f"{price.dealer} pays in {dealers[price.dealer].currency}, {model} costs {currency}")
        if price.valid_to is not None and price.valid_to < price.valid_from:
            cells.fault("valid_to", "lies before the first day")
        if price.dealer_price > price.retail_price and not known.retail_below_dealer:
            cells.fault("retail_price", "is below the dealer price; if it is meant, say --retail-below-dealer")
        if not cells.good:
            continue
        was = kept.get(price.key)
        if price.key in found:
            whom = {FOR_REGION: "region", FOR_DEALER: "dealer"}.get(price.list[0], "tier")
            cells.fault("valid_from", f"line {found[price.key]} has a price of {model} for that {whom} and day already")
        elif was is not None and was != price and price.valid_from <= today:
            cells.fault("valid_from", "another price is in force since that day; a new one needs a later day")
        elif was != price:
            fresh.append(price)
        found.setdefault(price.key, cells.line)
    return fresh


def foresee(books: ImportBooks, found: Sequence[PriceRow], known: Snapshot, before: dict[Any, Any]) -> Changes:
    """What would be new, and what would change; each price that falls is remarked."""
    models = {price.model for price in found}
    kept = prices_of(books.connection, models)
    lists = lists_of(books.connection, models)
    changes = Changes()
    for price in found:
        if not changes.differs(price.key, kept.get(price.key), price) or price.valid_from <= known.today:
            continue
        now = price_on(lists.get(price.model, {}), (price.list, EVERYBODYS), price.valid_from - timedelta(1))
        if now is not None and now.currency == price.currency and price.dealer_price < now.dealer_price:
            changes.remarks.append(_falls(price, now))
    return changes


def _falls(price: PriceRow, now: Price) -> str:
    kind, code = price.list
    whom = f" for {kind} {code}" if code else ""
    return (
        f"{price.model}{whom} falls from {decimal(now.dealer_price, now.currency)} to "
        f"{decimal(price.dealer_price, price.currency)} on {price.valid_from}"
    )


def write(books: ImportBooks, found: Sequence[PriceRow], known: Snapshot, now: datetime) -> Changes:
    """Prices by model, tier and first day; those that the books hold as they are stay."""
    changes = foresee(books, found, known, {})
    put = [price for price in found if price.key in changes.new or price.key in changes.changed]
    put_prices(books.connection, put)
    registry.tell("priced", books, [price.key for price in put], now)
    return changes


def write_list_prices(
    books: ImportBooks, found: Sequence[Product], known: Snapshot, now: datetime, changes: Changes
) -> None:
    """The list prices that a file of products brings: from today on where they differ, from ever for a new model."""
    connection = books.connection
    before = all_prices(connection)
    put_list_prices(connection, _list_prices(before, found), known.today)
    repriced = [
        price
        for key, price in all_prices(connection).items()
        if before.get(key) != price and (price.model,) not in changes.new
    ]
    for price in repriced:
        changes.changed.add((price.model,))
        changes.remarks.append(f"{price.model} has a new list price from {price.valid_from}")
    registry.tell("priced", books, [price.key for price in repriced], now)


def _list_prices(kept: Mapping[PriceKey, PriceRow], found: Sequence[Product]) -> list[PriceRow]:
    """The list prices of a file but for those that are a model's very first.

    A file of prices may have set another one since, which the same old file of products must not take back.
    """
    first: dict[str, PriceRow] = {}
    for price in kept.values():
        if price.list == EVERYBODYS:
            was = first.get(price.model)
            first[price.model] = price if was is None or price.valid_from < was.valid_from else was
    rows = []
    for product in found:
        if product.dealer_price is None or product.retail_price is None or product.currency is None:
            continue
        old = first.get(product.code)
        terms = (product.dealer_price, product.retail_price, product.currency)
        if old is None or (old.dealer_price, old.retail_price, old.currency) != terms:
            rows.append(PriceRow(product.code, EVERYBODY, *terms, date.min))
    return rows


KINDS = {
    "prices": ImportKind(COLUMNS, check, write, kept=lambda connection: (all_prices(connection),), foresee=foresee)
}
ALSO = {"products": write_list_prices}
