"""What models cost: the price of a tier from a day on, and the list price of everybody else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.business.core.opening import Opening
from smsgw.business.core.versions import PRICES
from smsgw.business.directory import tables as directory_tables
from smsgw.business.prices import tables as prices_tables
from smsgw.business.prices.rules import Price
from smsgw.store.driver import Driver
from smsgw.store.upserts import upsert
from smsgw.store.versions import bump

EVERYBODY = ""  # the tier whose price holds for tiers without one of their own
ALWAYS = date(2000, 1, 1)  # the first list price of a model holds for days past as well


@dataclass(frozen=True, slots=True)
class PriceRow:
    """Prices in minor units; tier '' is that of every tier without one of its own."""

    model: str
    tier: str
    dealer_price: int
    retail_price: int
    currency: str
    valid_from: date

    @property
    def key(self) -> tuple[str, str, date]:
        return self.model, self.tier, self.valid_from


def all_prices(connection: Connection) -> dict[tuple[str, str, date], PriceRow]:
    """Every price, by model, tier and first day."""
    return _prices(connection)


def prices_of(
    connection: Connection, models: Collection[str], tiers: Collection[str]
) -> dict[tuple[str, str, date], PriceRow]:
    """Every price of some models for some tiers, by model, tier and first day."""
    p = prices_tables.price.c
    return _prices(connection, p.model.in_(models), p.tier.in_(tiers))


def _prices(connection: Connection, *where: Any) -> dict[tuple[str, str, date], PriceRow]:
    p = prices_tables.price.c
    wanted = select(p.model, p.tier, p.dealer_price, p.retail_price, p.currency, p.valid_from).where(*where)
    found = (PriceRow(*row[:5], date.fromisoformat(row.valid_from)) for row in connection.execute(wanted))
    return {price.key: price for price in found}


def put_prices(connection: Connection, rows: Iterable[PriceRow]) -> None:
    """Write prices, and the tiers they are first to name; one of the same model, tier and day is replaced."""
    found = list(rows)
    if not found:
        return
    tiers = sorted({row.tier for row in found if row.tier != EVERYBODY})
    upsert(connection, directory_tables.tier, [{"code": code} for code in tiers], ("code",))
    values = [
        {
            "model": row.model,
            "tier": row.tier,
            "valid_from": row.valid_from.isoformat(),
            "dealer_price": row.dealer_price,
            "retail_price": row.retail_price,
            "currency": row.currency,
        }
        for row in found
    ]
    upsert(connection, prices_tables.price, values, ("model", "tier", "valid_from"))
    bump(connection, PRICES)


def list_prices(connection: Connection, on: date) -> dict[str, PriceRow]:
    """The price of everybody in force on a day, by model."""
    price = prices_tables.price.c
    found: dict[str, PriceRow] = {}
    for row in connection.execute(
        select(prices_tables.price)
        .where(price.tier == EVERYBODY, price.valid_from <= on.isoformat())
        .order_by(price.model, price.valid_from)
    ):
        day = date.fromisoformat(row.valid_from)
        found[row.model] = PriceRow(row.model, row.tier, row.dealer_price, row.retail_price, row.currency, day)
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
    """The prices of the models that were asked for, while prices are unchanged: by tier, from a day on."""

    def __init__(self) -> None:
        self._prices: dict[str, dict[str, list[tuple[str, Price]]]] = {}

    def refresh(self, changed: Collection[str]) -> None:
        if PRICES in changed:
            self._prices.clear()

    def forget(self) -> None:
        self._prices.clear()

    def in_force(self, driver: Driver, model: str, tier: str, on: date) -> Price | None:
        """The tier's own price in force on a day, else the price of everybody."""
        tiers = self._prices.get(model)
        if tiers is None:
            tiers = self._prices[model] = self._fetch_prices(driver, model)
        day = on.isoformat()
        for name in (tier, ""):
            series = tiers.get(name, [])
            found = bisect_right(series, day, key=lambda entry: entry[0])
            if found:
                return series[found - 1][1]
        return None

    def _fetch_prices(self, driver: Driver, model: str) -> dict[str, list[tuple[str, Price]]]:
        rows = driver.ask(
            "SELECT tier, valid_from, dealer_price, retail_price, currency FROM price "
            f"WHERE {driver.among('model')} ORDER BY valid_from",
            driver.listed([model]),
        )
        tiers: dict[str, list[tuple[str, Price]]] = {}
        for tier, valid_from, dealer_price, retail_price, currency in rows:
            price = Price(model, dealer_price, retail_price, currency, date.fromisoformat(valid_from))
            tiers.setdefault(tier, []).append((valid_from, price))
        return tiers


class StoredPrices:
    """See `smsgw.business.prices.rules.Prices`."""

    def __init__(self, opening: Opening) -> None:
        self._driver = opening.work.driver
        self._memory = opening.memories.of(Memory)

    def in_force(self, model: str, tier: str, on: date) -> Price | None:
        return self._memory.in_force(self._driver, model, tier, on)


BOOKS = StoredPrices
