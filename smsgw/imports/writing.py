"""Writing the directory: only what is new or different, so that the same file a second time changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from smsgw.imports import snapshot
from smsgw.imports.contacts import Contact
from smsgw.imports.dealers import Dealer
from smsgw.imports.prices import Price
from smsgw.imports.products import Product
from smsgw.imports.regions import Region
from smsgw.store import schema

LISTED_SINCE = date(2000, 1, 1)  # a product's first list price holds for every day there are books of
TERMS_DAYS = 30

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(slots=True)
class Changes:
    """The keys of rows that were new, different, or there already, and remarks for whoever imports them."""

    new: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)
    same: set[Key] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(self.new or self.changed)

    def touch(self, keys: Iterable[Key]) -> None:
        """Rows of which something elsewhere changed."""
        for key in keys:
            if key in self.same:
                self.same.remove(key)
                self.changed.add(key)


def regions(connection: Connection, found: Sequence[Region]) -> Changes:
    """Regions, parents first; a manager or zone that the file does not give is kept."""
    return _put(connection, schema.region, [_given(asdict(region), "manager", "timezone") for region in found])


def named_regions(connection: Connection, codes: Iterable[str]) -> Changes:
    """Regions that another file names, with their code as their name where they are not there yet."""
    kept = {code for (code,) in connection.execute(select(schema.region.c.code))}
    return regions(connection, [Region(code, code) for code in sorted(set(codes) - kept)])


def tiers(connection: Connection, codes: Iterable[str]) -> Changes:
    """Tiers that were named."""
    return _put(connection, schema.tier, [{"code": code} for code in sorted(set(codes))])


def dealers(connection: Connection, found: Sequence[Dealer]) -> Changes:
    """Dealers, parents first; terms and zone that the file does not give are kept."""
    rows = [_given(asdict(dealer), "terms_days", "timezone") for dealer in found]
    return _put(connection, schema.dealer, rows, {"terms_days": TERMS_DAYS})


def products(connection: Connection, found: Sequence[Product], today: date) -> Changes:
    """Products with their names, TACs and list prices; what a product no longer has in the file is dropped."""
    changes = _put(connection, schema.product, [{"code": p.code, "name": p.name} for p in found])
    changes.touch(_replace(connection, schema.product_alias, "alias", {p.code: p.aliases for p in found}))
    changes.touch(_replace(connection, schema.product_tac, "tac", {p.code: p.tacs for p in found}))
    fresh = _list_prices(connection, found, today)
    prices(connection, fresh)
    changes.touch((price.model,) for price in fresh)
    changes.remarks += [f"{p.model} has a new list price from {p.valid_from}" for p in fresh if p.valid_from == today]
    return changes


def _list_prices(connection: Connection, found: Sequence[Product], today: date) -> list[Price]:
    """The list prices to be written: a first one holds since ever, another one from today on.

    The price that the file gave first is not taken for a new one when a file of prices has since set another.
    """
    kept: dict[str, list[Price]] = {}
    for price in snapshot.prices(connection).values():
        if price.tier == "":
            kept.setdefault(price.model, []).append(price)
    fresh = []
    for product in found:
        if product.dealer_price is None or product.retail_price is None or product.currency is None:
            continue
        terms = (product.dealer_price, product.retail_price, product.currency)
        history = sorted(kept.get(product.code, ()), key=lambda price: price.valid_from)
        in_force = [price for price in history if price.valid_from <= today]
        known = [(p.dealer_price, p.retail_price, p.currency) for p in (*history[:1], *in_force[-1:])]
        if terms not in known:
            fresh.append(Price(product.code, "", *terms, today if history else LISTED_SINCE))
    return fresh


def prices(connection: Connection, found: Sequence[Price]) -> Changes:
    """Prices by model, tier and first day."""
    rows = [asdict(price) | {"valid_from": price.valid_from.isoformat()} for price in found]
    return _put(connection, schema.price, rows)


def contacts(connection: Connection, found: Sequence[Contact]) -> Changes:
    """Contacts by phone; a language that the file does not give stays as the person has chosen it."""
    phone, contact = schema.phone, schema.contact
    people = dict(tuple(row) for row in connection.execute(select(phone.c.number, phone.c.contact)))
    changes = Changes()
    known = [_given(asdict(c), "language") | {"id": people[c.phone]} for c in found if c.phone in people]
    put = _put(connection, contact, [{k: v for k, v in row.items() if k != "phone"} for row in known])
    for row in known:
        (changes.changed if (row["id"],) in put.changed else changes.same).add((row["phone"],))
    fresh = [c for c in found if c.phone not in people]
    if fresh:
        rows = [{k: v for k, v in asdict(c).items() if k != "phone"} for c in fresh]
        ids = connection.execute(insert(contact).returning(contact.c.id, sort_by_parameter_order=True), rows).scalars()
        connection.execute(
            insert(phone), [{"number": c.phone, "contact": id_} for c, id_ in zip(fresh, ids, strict=True)]
        )
        changes.new.update((c.phone,) for c in fresh)
    return changes


def _given(row: Row, *optional: str) -> Row:
    """The row without those optional cells that hold nothing."""
    return {name: value for name, value in row.items() if value is not None or name not in optional}


def _put(
    connection: Connection, table: Table, rows: Sequence[Row], defaults: Mapping[str, Any] | None = None
) -> Changes:
    """Insert rows that are new (with the defaults for what they leave out), update those that differ."""
    keys = [column.name for column in table.primary_key]
    kept = {tuple(row[name] for name in keys): row for row in map(dict, connection.execute(select(table)).mappings())}
    changes = Changes()
    fresh: list[Row] = []
    for row in rows:
        key = tuple(row[name] for name in keys)
        old = kept.get(key)
        if old is None:
            fresh.append({**(defaults or {}), **row})
            changes.new.add(key)
        elif any(old[name] != value for name, value in row.items()):
            _change(connection, table, keys, row)
            changes.changed.add(key)
        else:
            changes.same.add(key)
    for group in _alike(fresh):
        connection.execute(insert(table), group)
    return changes


def _change(connection: Connection, table: Table, keys: Sequence[str], row: Row) -> None:
    values = {name: value for name, value in row.items() if name not in keys}
    connection.execute(update(table).where(*(table.c[name] == row[name] for name in keys)).values(values))


def _alike(rows: Sequence[Row]) -> list[list[Row]]:
    """Neighbours with the same columns together, as one INSERT takes them; their order, parents first, is kept."""
    groups: list[list[Row]] = []
    for row in rows:
        if groups and groups[-1][0].keys() == row.keys():
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _replace(connection: Connection, table: Table, column: str, wanted: Mapping[str, Sequence[str]]) -> set[Key]:
    """Make the names (aliases or TACs) of products what they should be; the keys of products that had others."""
    rows = connection.execute(select(table.c.product, table.c[column]))
    kept = {(product, name) for product, name in rows if product in wanted}
    right = {(product, name) for product, names in wanted.items() for name in names}
    gone, fresh = sorted(kept - right), sorted(right - kept)
    if gone:
        connection.execute(
            delete(table).where(table.c.product == bindparam("p"), table.c[column] == bindparam("n")),
            [{"p": product, "n": name} for product, name in gone],
        )
    if fresh:
        connection.execute(insert(table), [{"product": product, column: name} for product, name in fresh])
    return {(product,) for product, _ in (*gone, *fresh)}


def bump(connection: Connection, names: Iterable[str]) -> None:
    """Let daemons know that what they keep in memory has changed."""
    version = schema.version
    for name in sorted(set(names)):
        raised = connection.execute(update(version).where(version.c.name == name).values(value=version.c.value + 1))
        if not raised.rowcount:
            connection.execute(insert(version).values(name=name, value=1))
