"""Writing and reading the catalogue: models with their names, aliases and TACs, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.engine import Connection

from smsgw.business.audiences import tables as audiences_tables
from smsgw.business.catalogue import tables as catalogue_tables
from smsgw.business.core.versions import CATALOGUE, PRICES
from smsgw.business.directory import tables as directory_tables
from smsgw.business.directory.books.network import upsert
from smsgw.business.prices import tables as prices_tables
from smsgw.store import tables as kernel_tables
from smsgw.store.versions import bump

EVERYBODY = ""  # the tier whose price holds for tiers without one of their own
ALWAYS = date(2000, 1, 1)  # the first list price of a model holds for days past as well


@dataclass(frozen=True, slots=True)
class ProductRow:
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    tacs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceRow:
    """Prices in minor units; tier '' is everybody's."""

    model: str
    tier: str
    dealer_price: int
    retail_price: int
    currency: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class LexiconRows:
    """What the language needs to know of the directory."""

    products: tuple[tuple[str, str, tuple[str, ...]], ...] = ()  # code, name, aliases
    dealers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    region_names: tuple[tuple[str, str], ...] = ()  # code, name
    audiences: tuple[str, ...] = ()  # the names of saved ones
    versions: dict[str, int] = field(default_factory=dict)


def put_products(connection: Connection, rows: Iterable[ProductRow]) -> None:
    """Create or change models; their aliases and TACs become those given."""
    found = list(rows)
    if not found:
        return
    upsert(
        connection,
        catalogue_tables.product,
        [{"code": r.code, "name": r.name, "active": True} for r in found],
        ("code",),
    )
    codes = [{"code": row.code} for row in found]
    for table in (catalogue_tables.product_alias, catalogue_tables.product_tac):
        connection.execute(delete(table).where(table.c.product == bindparam("code")), codes)
    aliases = [{"product": r.code, "alias": alias} for r in found for alias in dict.fromkeys(r.aliases)]
    if aliases:
        connection.execute(insert(catalogue_tables.product_alias), aliases)
    tacs = [{"tac": tac, "product": row.code} for row in found for tac in dict.fromkeys(row.tacs)]
    if tacs:
        connection.execute(insert(catalogue_tables.product_tac), tacs)
    bump(connection, CATALOGUE)


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


def lexicon_rows(connection: Connection) -> LexiconRows:
    """Models in use with their names and aliases, codes of active dealers, regions, and names of saved audiences."""
    product, alias = catalogue_tables.product, catalogue_tables.product_alias
    aliases: dict[str, list[str]] = {}
    for code, name in connection.execute(
        select(alias.c.product, alias.c.alias).order_by(alias.c.product, alias.c.alias)
    ):
        aliases.setdefault(code, []).append(name)
    products = tuple(
        (code, name, tuple(aliases.get(code, ())))
        for code, name in connection.execute(
            select(product.c.code, product.c.name).where(product.c.active).order_by(product.c.code)
        )
    )
    dealer = directory_tables.dealer.c
    dealers = tuple(connection.scalars(select(dealer.code).where(dealer.active).order_by(dealer.code)))
    region = directory_tables.region.c
    names = tuple(
        (code, name) for code, name in connection.execute(select(region.code, region.name).order_by(region.code))
    )
    audiences = tuple(
        connection.scalars(select(audiences_tables.audience.c.name).order_by(audiences_tables.audience.c.name))
    )
    versions = {row.name: row.value for row in connection.execute(select(kernel_tables.version))}
    return LexiconRows(products, dealers, tuple(code for code, _ in names), names, audiences, versions)
