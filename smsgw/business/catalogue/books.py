"""Writing and reading the catalogue: models with their names, aliases and TACs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.engine import Connection

from smsgw.business.catalogue import tables as catalogue_tables
from smsgw.business.catalogue.rules import Product
from smsgw.business.core.opening import Opening
from smsgw.business.core.versions import CATALOGUE
from smsgw.store.driver import Driver
from smsgw.store.upserts import upsert
from smsgw.store.versions import bump
from smsgw.values.names import fold


@dataclass(frozen=True, slots=True)
class ProductRow:
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    tacs: tuple[str, ...] = ()


def all_products(connection: Connection) -> dict[str, ProductRow]:
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


class Memory:
    """The models and their type allocation codes, while they are unchanged."""

    def __init__(self) -> None:
        self._products: dict[str, Product] | None = None
        self._tacs: dict[str, str] | None = None
        self._names: list[tuple[str, str]] | None = None  # folded, with the code of the model

    def refresh(self, changed: Collection[str]) -> None:
        if CATALOGUE in changed:
            self.forget()

    def forget(self) -> None:
        self._products = self._tacs = self._names = None

    def products(self, driver: Driver) -> dict[str, Product]:
        if self._products is None:
            rows = driver.ask("SELECT code, name FROM product WHERE active")
            self._products = {code: Product(code, name) for code, name in rows}
        return self._products

    def find_products(self, driver: Driver, text: str) -> list[Product]:
        products = self.products(driver)
        if self._names is None:
            aliases = [(alias, code) for code, alias in driver.ask("SELECT product, alias FROM product_alias")]
            named = [(name, each.code) for each in products.values() for name in (each.code, each.name)]
            self._names = [(fold(name), code) for name, code in (*named, *aliases) if code in products]
        sought = fold(text)
        return [products[code] for code in sorted({code for name, code in self._names if sought in name})]

    def some_model(self, driver: Driver) -> str | None:
        return min(self.products(driver), key=lambda code: (code.isdigit(), code), default=None)

    def model_of(self, driver: Driver, imei: str) -> str | None:
        if self._tacs is None:
            rows = driver.ask("SELECT tac, product FROM product_tac")
            self._tacs = {row[0]: row[1] for row in rows}
        return self._tacs.get(imei[:8])


class StoredCatalogue:
    """See `smsgw.business.catalogue.rules.Catalogue`."""

    def __init__(self, opening: Opening) -> None:
        self._driver = opening.work.driver
        self._memory = opening.memories.of(Memory)

    def product(self, code: str) -> Product | None:
        return self._memory.products(self._driver).get(code)

    def model_of(self, imei: str) -> str | None:
        return self._memory.model_of(self._driver, imei)

    def some_model(self) -> str | None:
        return self._memory.some_model(self._driver)

    def find_products(self, text: str) -> Sequence[Product]:
        return self._memory.find_products(self._driver, text)


BOOKS = StoredCatalogue
