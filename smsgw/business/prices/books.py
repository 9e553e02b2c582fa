"""What models cost: the lists of dealers, regions and tiers, and the list price of everybody else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.business.core.opening import Opening
from smsgw.business.core.versions import PRICES
from smsgw.business.directory import tables as directory_tables
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.directory.rules import Dealer
from smsgw.business.prices import tables as prices_tables
from smsgw.business.prices.rules import (
    EVERYBODYS,
    FOR_ALL,
    FOR_DEALER,
    FOR_REGION,
    FOR_TIER,
    Change,
    ListKey,
    Price,
    PriceKey,
    lists_for,
    next_change,
    price_on,
)
from smsgw.store.driver import Driver
from smsgw.store.upserts import upsert
from smsgw.store.versions import bump

EVERYBODY = ""  # the tier whose price holds for tiers without one of their own
ALWAYS = date(2000, 1, 1)  # the first list price of a model holds for days past as well


@dataclass(frozen=True, slots=True)
class PriceRow:
    """Prices in minor units; tier '' is that of every tier without one of its own. A row of a list for one dealer or
    one region names it, and no tier."""

    model: str
    tier: str
    dealer_price: int
    retail_price: int
    currency: str
    valid_from: date
    region: str = ""
    dealer: str = ""
    valid_to: date | None = None

    @property
    def list(self) -> ListKey:
        """Whom it is for."""
        named = ((FOR_DEALER, self.dealer), (FOR_REGION, self.region), (FOR_TIER, self.tier))
        return next((key for key in named if key[1]), EVERYBODYS)

    @property
    def key(self) -> PriceKey:
        return self.model, *self.list, self.valid_from

    @property
    def price(self) -> Price:
        return Price(self.model, self.dealer_price, self.retail_price, self.currency, self.valid_from, self.valid_to)


def all_prices(connection: Connection) -> dict[PriceKey, PriceRow]:
    """Every price, by model, list and first day."""
    return {row.key: row for row in _read(connection, None)}


def prices_of(connection: Connection, models: Collection[str]) -> dict[PriceKey, PriceRow]:
    """Every price of some models, by model, list and first day."""
    return {row.key: row for row in _read(connection, models)}


def lists_of(connection: Connection, models: Collection[str]) -> dict[str, dict[ListKey, list[Price]]]:
    """Every price of some models, by model and list."""
    found: dict[str, dict[ListKey, list[Price]]] = {}
    for row in _read(connection, models):
        found.setdefault(row.model, {}).setdefault(row.list, []).append(row.price)
    return found


def _read(connection: Connection, models: Collection[str] | None) -> Iterable[PriceRow]:
    common, special = prices_tables.price, prices_tables.special_price
    for row in connection.execute(_among(select(common), common, models)):
        last = date.fromisoformat(row.valid_to) if row.valid_to else None
        first = date.fromisoformat(row.valid_from)
        terms = row.dealer_price, row.retail_price, row.currency, first
        yield PriceRow(row.model, row.tier, *terms, valid_to=last)
    for row in connection.execute(_among(select(special), special, models)):
        last = date.fromisoformat(row.valid_to) if row.valid_to else None
        first = date.fromisoformat(row.valid_from)
        terms = row.dealer_price, row.retail_price, row.currency, first
        region, shop = (row.code, "") if row.used_for == FOR_REGION else ("", row.code)
        yield PriceRow(row.model, "", *terms, region, shop, last)


def _among(wanted: Any, table: Any, models: Collection[str] | None) -> Any:
    return wanted if models is None else wanted.where(table.c.model.in_(sorted(models)))


def put_prices(connection: Connection, rows: Iterable[PriceRow]) -> None:
    """Write prices, and the tiers they are first to name; one of the same model, list and day is replaced."""
    found = list(rows)
    if not found:
        return
    tiers = sorted({row.tier for row in found if row.tier != EVERYBODY})
    upsert(connection, directory_tables.tier, [{"code": code} for code in tiers], ("code",))
    common: list[dict[str, Any]] = []
    special: list[dict[str, Any]] = []
    for row in found:
        values = {
            "model": row.model,
            "valid_from": row.valid_from.isoformat(),
            "dealer_price": row.dealer_price,
            "retail_price": row.retail_price,
            "currency": row.currency,
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        }
        kind, code = row.list
        if kind in (FOR_TIER, FOR_ALL):
            common.append({**values, "tier": code})
        else:
            special.append({**values, "used_for": kind, "code": code})
    upsert(connection, prices_tables.price, common, ("model", "tier", "valid_from"))
    upsert(connection, prices_tables.special_price, special, ("model", "used_for", "code", "valid_from"))
    bump(connection, PRICES)


def list_prices(connection: Connection, on: date) -> dict[str, PriceRow]:
    """The price of everybody in force on a day, by model."""
    found: dict[str, PriceRow] = {}
    price = prices_tables.price
    models = connection.scalars(select(price.c.model).where(price.c.tier == EVERYBODY).distinct()).all()
    for model, lists in lists_of(connection, models).items():
        now = price_on(lists, (EVERYBODYS,), on)
        if now is not None:
            found[model] = PriceRow(model, EVERYBODY, *now.terms, now.valid_from, valid_to=now.valid_to)
    return found


def put_list_prices(connection: Connection, rows: Iterable[PriceRow], today: date) -> None:
    """Write the list prices of a catalogue: from `today` on where they differ, always for a model new to them.

    The `valid_from` and `tier` of the rows do not count.
    """
    now = list_prices(connection, today)
    fresh: list[PriceRow] = []
    for row in rows:
        was = now.get(row.model)
        same = (row.dealer_price, row.retail_price, row.currency)
        if was is None or (was.dealer_price, was.retail_price, was.currency) != same:
            fresh.append(PriceRow(row.model, EVERYBODY, *same, ALWAYS if was is None else today))
    put_prices(connection, fresh)


class Memory:
    """The prices of the models that were asked for, while prices are unchanged: by list."""

    def __init__(self) -> None:
        self._prices: dict[str, Mapping[ListKey, Sequence[Price]]] = {}

    def refresh(self, changed: Collection[str]) -> None:
        if PRICES in changed:
            self._prices.clear()

    def forget(self) -> None:
        self._prices.clear()

    def lists(self, driver: Driver, model: str) -> Mapping[ListKey, Sequence[Price]]:
        """Every price of a model, by list."""
        found = self._prices.get(model)
        if found is None:
            found = self._prices[model] = self._fetch_prices(driver, model)
        return found

    def _fetch_prices(self, driver: Driver, model: str) -> dict[ListKey, list[Price]]:
        rows = driver.ask(
            f"SELECT CASE WHEN tier = '' THEN '' ELSE '{FOR_TIER}' END, tier, "
            f"valid_from, valid_to, dealer_price, retail_price, currency FROM price WHERE model = ? UNION ALL "
            "SELECT used_for, code, valid_from, valid_to, dealer_price, retail_price, currency FROM special_price "
            "WHERE model = ?",
            model,
            model,
        )
        lists: dict[ListKey, list[Price]] = {}
        for kind, code, first, last, dealer_price, retail_price, currency in rows:
            days = date.fromisoformat(first), date.fromisoformat(last) if last else None
            lists.setdefault((kind, code), []).append(Price(model, dealer_price, retail_price, currency, *days))
        return lists


class StoredPrices:
    """See `smsgw.business.prices.rules.Prices`."""

    def __init__(self, opening: Opening) -> None:
        self._driver = opening.work.driver
        self._memory = opening.memories.of(Memory)
        self._directory = opening.books(StoredDirectory)
        self._keys_of: dict[tuple[str, str, str], Sequence[ListKey]] = {}

    def in_force(self, model: str, shop: Dealer | None, on: date) -> Price | None:
        return price_on(self._memory.lists(self._driver, model), self._keys(shop), on)

    def coming(self, model: str, shop: Dealer | None, after: date) -> Change | None:
        return next_change(self._memory.lists(self._driver, model), self._keys(shop), after)

    def _keys(self, shop: Dealer | None) -> Sequence[ListKey]:
        if shop is None:
            return (EVERYBODYS,)
        of = shop.code, shop.region, shop.tier
        keys = self._keys_of.get(of)
        if keys is None:
            keys = self._keys_of[of] = lists_for(shop.code, self._directory.above(shop.region), shop.tier)
        return keys


BOOKS = StoredPrices
