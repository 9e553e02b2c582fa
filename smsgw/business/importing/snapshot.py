"""The directory as the database holds it, read whole for the checks of a file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select

from smsgw.business.catalogue import tables as catalogue_tables
from smsgw.business.catalogue.books import EVERYBODY, ProductRow
from smsgw.business.directory import tables as directory_tables
from smsgw.business.directory.books.network import ContactRow, DealerRow, RegionRow
from smsgw.business.importing.known import Directory, KnownDealer, KnownProduct, KnownRegion
from smsgw.business.money import tables as money_tables
from smsgw.business.prices import tables as prices_tables
from smsgw.business.prices.imports import Key, Price


def directory(connection: Connection, setting: Directory) -> Directory:
    """`setting`, which holds what the deployment sets, with what the database knows."""
    posted = set(connection.scalars(select(money_tables.account_balance.c.dealer).distinct()))
    currencies = {p.model: p.currency for p in prices(connection).values() if p.tier == EVERYBODY}
    return replace(
        setting,
        regions={r.code: KnownRegion(r.code, r.parent) for r in regions(connection).values()},
        dealers={
            d.code: KnownDealer(d.code, d.parent, d.tier, d.currency, d.timezone or setting.timezone, d.code in posted)
            for d in dealers(connection).values()
        },
        products={
            p.code: KnownProduct(p.code, p.name, p.aliases, p.tacs, currencies.get(p.code))
            for p in products(connection).values()
        },
    )


def regions(connection: Connection) -> dict[str, RegionRow]:
    """Every region, by code."""
    r = directory_tables.region.c
    rows = connection.execute(select(r.code, r.name, r.parent, r.manager, r.timezone))
    return {row.code: RegionRow(*row) for row in rows}


def dealers(connection: Connection) -> dict[str, DealerRow]:
    """Every dealer, by code."""
    columns = (directory_tables.dealer.c[name] for name in DealerRow.__dataclass_fields__)
    return {row.code: DealerRow(*row) for row in connection.execute(select(*columns))}


def products(connection: Connection) -> dict[str, ProductRow]:
    """Every product, by code, its aliases and TACs in order."""
    alias, tac, product = catalogue_tables.product_alias.c, catalogue_tables.product_tac.c, catalogue_tables.product.c
    aliases, tacs = defaultdict(list), defaultdict(list)
    for code, name in connection.execute(select(alias.product, alias.alias)):
        aliases[code].append(name)
    for code, number in connection.execute(select(tac.product, tac.tac)):
        tacs[code].append(number)
    return {
        code: ProductRow(code, name, tuple(sorted(aliases[code])), tuple(sorted(tacs[code])))
        for code, name in connection.execute(select(product.code, product.name))
    }


def prices(connection: Connection) -> dict[Key, Price]:
    """Every price, by model, tier and first day."""
    p = prices_tables.price.c
    rows = connection.execute(select(p.model, p.tier, p.dealer_price, p.retail_price, p.currency, p.valid_from))
    found = (Price(*row[:5], date.fromisoformat(row.valid_from)) for row in rows)
    return {price.key: price for price in found}


def contacts(connection: Connection) -> dict[str, ContactRow]:
    """Everybody, by phone."""
    p, c = directory_tables.phone.c, directory_tables.contact.c
    rows = connection.execute(select(p.number, c.name, c.role, c.dealer, c.region, c.language).where(c.id == p.contact))
    return {row.number: ContactRow(*row) for row in rows}
