"""The directory as the database holds it, read whole for the checks of a file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from smsgw.imports.directory import Directory, KnownDealer, KnownProduct, KnownRegion
from smsgw.imports.prices import Key, Price
from smsgw.store import schema


def directory(connection: Connection, setting: Directory) -> Directory:
    """`setting`, which holds what the deployment sets, with what the database knows."""
    regions = {code: KnownRegion(code, parent) for code, parent in _rows(connection, schema.region, "code parent")}
    posted = {code for (code,) in connection.execute(select(schema.account_balance.c.dealer).distinct())}
    dealers = {
        code: KnownDealer(code, parent, tier, currency, zone or setting.timezone, code in posted)
        for code, parent, tier, currency, zone in _rows(connection, schema.dealer, "code parent tier currency timezone")
    }
    aliases, tacs = defaultdict(list), defaultdict(list)
    for product, alias in _rows(connection, schema.product_alias, "product alias"):
        aliases[product].append(alias)
    for product, tac in _rows(connection, schema.product_tac, "product tac"):
        tacs[product].append(tac)
    currencies = dict(_rows(connection, schema.price, "model currency", tier=""))
    products = {
        code: KnownProduct(code, name, tuple(aliases[code]), tuple(tacs[code]), currencies.get(code))
        for code, name in _rows(connection, schema.product, "code name")
    }
    return replace(setting, regions=regions, dealers=dealers, products=products)


def prices(connection: Connection) -> dict[Key, Price]:
    """Every price, by model, tier and first day."""
    columns = "model tier dealer_price retail_price currency valid_from"
    found = (
        Price(model, tier, dealer, retail, currency, date.fromisoformat(on))
        for model, tier, dealer, retail, currency, on in _rows(connection, schema.price, columns)
    )
    return {price.key: price for price in found}


def versions(connection: Connection) -> dict[str, int]:
    """What daemons compare: raised with every change of the directory."""
    return dict(_rows(connection, schema.version, "name value"))


def _rows(connection: Connection, table: Table, columns: str, **equal: str) -> list[tuple[Any, ...]]:
    question = select(*(table.c[name] for name in columns.split())).where(*(table.c[k] == v for k, v in equal.items()))
    return [tuple(row) for row in connection.execute(question)]
