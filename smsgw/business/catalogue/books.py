"""Writing and reading the catalogue: models with their names, aliases and TACs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.engine import Connection

from smsgw.business.audiences import tables as audiences_tables
from smsgw.business.catalogue import tables as catalogue_tables
from smsgw.business.catalogue.rules import Product
from smsgw.business.core.opening import Opening
from smsgw.business.core.versions import CATALOGUE
from smsgw.business.directory import tables as directory_tables
from smsgw.store import tables as kernel_tables
from smsgw.store.driver import Driver
from smsgw.store.upserts import upsert
from smsgw.store.versions import bump


@dataclass(frozen=True, slots=True)
class ProductRow:
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    tacs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LexiconRows:
    """What the language needs to know of the directory."""

    products: tuple[tuple[str, str, tuple[str, ...]], ...] = ()  # code, name, aliases
    dealers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    region_names: tuple[tuple[str, str], ...] = ()  # code, name
    audiences: tuple[str, ...] = ()  # the names of saved ones
    versions: dict[str, int] = field(default_factory=dict)


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


class Memory:
    """The models and their type allocation codes, while they are unchanged."""

    def __init__(self) -> None:
        self._products: dict[str, Product] | None = None
        self._tacs: dict[str, str] | None = None

    def refresh(self, changed: Collection[str]) -> None:
        if CATALOGUE in changed:
            self.forget()

    def forget(self) -> None:
        self._products = self._tacs = None

    def product(self, driver: Driver, code: str) -> Product | None:
        if self._products is None:
            rows = driver.ask("SELECT code, name FROM product WHERE active")
            self._products = {code: Product(code, name) for code, name in rows}
        return self._products.get(code)

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
        return self._memory.product(self._driver, code)

    def model_of(self, imei: str) -> str | None:
        return self._memory.model_of(self._driver, imei)


BOOKS = StoredCatalogue
