"""Writing the directory: only what is new or different, so that the same file a second time changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from smsgw.business.catalogue.books import EVERYBODY, PriceRow, ProductRow, put_list_prices, put_prices, put_products
from smsgw.business.catalogue.imports import Product
from smsgw.business.directory.books.network import (
    ContactRow,
    DealerRow,
    RegionRow,
    put_contacts,
    put_dealers,
    put_regions,
)
from smsgw.business.directory.imports.contacts import Contact
from smsgw.business.directory.imports.dealers import Dealer
from smsgw.business.directory.imports.regions import Region
from smsgw.business.importing import snapshot
from smsgw.business.prices.imports import Price

TERMS_DAYS = 30

Key = tuple[Any, ...]


@dataclass(slots=True)
class Changes:
    """The keys of rows that were new or different, and remarks for whoever imports them."""

    new: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)

    def differs(self, key: Key, was: object | None, now: object) -> bool:
        """Note whether a row is new, changed or neither; true unless neither."""
        if was is None:
            self.new.add(key)
        elif was != now:
            self.changed.add(key)
        return was != now


def regions(connection: Connection, found: Sequence[Region]) -> Changes:
    """Regions, parents first; a manager or zone that the file does not give is kept."""
    kept = snapshot.regions(connection)
    changes = Changes()
    rows = []
    for region in found:
        was = kept.get(region.code)
        manager = region.manager or (was.manager if was else None)
        zone = region.timezone or (was.timezone if was else None)
        row = RegionRow(region.code, region.name, region.parent, manager, zone)
        if changes.differs((region.code,), was, row):
            rows.append(row)
    put_regions(connection, rows)
    return changes


def named_regions(connection: Connection, codes: Iterable[str]) -> None:
    """Create the regions that another file names first, with their code as their name."""
    fresh = sorted(set(codes) - snapshot.regions(connection).keys())
    put_regions(connection, [RegionRow(code, code) for code in fresh])


def dealers(connection: Connection, found: Sequence[Dealer]) -> Changes:
    """Dealers, parents first; terms and zone that the file does not give are kept."""
    kept = snapshot.dealers(connection)
    changes = Changes()
    rows = []
    for dealer in found:
        was = kept.get(dealer.code)
        terms = dealer.terms_days
        if terms is None:
            terms = was.terms_days if was else TERMS_DAYS
        row = DealerRow(
            dealer.code,
            dealer.name,
            dealer.region,
            dealer.tier,
            dealer.parent,
            dealer.credit_limit,
            dealer.currency,
            dealer.language,
            terms,
            dealer.timezone or (was.timezone if was else None),
            was.active if was else True,
        )
        if changes.differs((dealer.code,), was, row):
            rows.append(row)
    put_dealers(connection, rows)
    return changes


def products(connection: Connection, found: Sequence[Product], today: date) -> Changes:
    """Products with their names, TACs and list prices; what a product no longer has in the file is dropped."""
    kept = snapshot.products(connection)
    changes = Changes()
    rows = []
    for product in found:
        row = ProductRow(product.code, product.name, tuple(sorted(product.aliases)), tuple(sorted(product.tacs)))
        if changes.differs((product.code,), kept.get(product.code), row):
            rows.append(row)
    put_products(connection, rows)
    priced = _list_prices(connection, found)
    before = snapshot.prices(connection)
    put_list_prices(connection, priced, today)
    for key, price in snapshot.prices(connection).items():
        if before.get(key) != price and (price.model,) not in changes.new:
            changes.changed.add((price.model,))
            changes.remarks.append(f"{price.model} has a new list price from {price.valid_from}")
    return changes


def _list_prices(connection: Connection, found: Sequence[Product]) -> list[PriceRow]:
    """The list prices of a file but for those that are a model's very first.

    A file of prices may have set another one since, which the same old file of products must not take back.
    """
    first: dict[str, Price] = {}
    for price in snapshot.prices(connection).values():
        if price.tier == EVERYBODY:
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


def prices(connection: Connection, found: Sequence[Price]) -> Changes:
    """Prices by model, tier and first day, none of which is in the books as it is."""
    kept = snapshot.prices(connection)
    changes = Changes()
    for price in found:
        changes.differs(price.key, kept.get(price.key), price)
    put_prices(
        connection,
        [PriceRow(p.model, p.tier, p.dealer_price, p.retail_price, p.currency, p.valid_from) for p in found],
    )
    return changes


def contacts(connection: Connection, found: Sequence[Contact], language: str) -> Changes:
    """Contacts by phone; a language that the file does not give stays as the person has chosen it, else `language`."""
    kept = snapshot.contacts(connection)
    changes = Changes()
    rows = []
    for contact in found:
        was = kept.get(contact.phone)
        spoken = contact.language or (was.language if was else language)
        row = ContactRow(contact.phone, contact.name, contact.role, contact.dealer, contact.region, spoken)
        if changes.differs((contact.phone,), was, row):
            rows.append(row)
    put_contacts(connection, rows)
    return changes
