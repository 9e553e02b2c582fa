"""What the fields of a notice say of each recipient, asked once for a stretch of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from smsgw.business.broadcasts.rules.merge_fields import Field
from smsgw.business.catalogue.tables import product
from smsgw.business.conversation.tables import booking
from smsgw.business.core.vocabulary import reporting
from smsgw.business.directory.books.regions import Regions
from smsgw.business.directory.tables import contact, dealer
from smsgw.business.orders.books import balance
from smsgw.business.protection.books.exposure import Exposed, exposure, planned_cut
from smsgw.business.sales.tables import sales_day
from smsgw.business.stock.tables import stock_level
from smsgw.calendar.days import business_date, month_start, week_start
from smsgw.store.driver import Driver
from smsgw.values.money import decimal

OF_A_PERSON = ("name",)  # fields that need no dealer


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a text goes to; `contact` and `dealer` None where the directory does not know."""

    phone: str
    contact: int | None
    dealer: str | None
    language: str


def of_dealer(fields: Iterable[Field]) -> bool:
    """Whether any of the fields says something of a dealer."""
    return any(field.name not in OF_A_PERSON for field in fields)


def unknown_models(connection: Connection, models: Collection[str]) -> list[str]:
    """Those of these that the catalogue does not have."""
    there = set(connection.scalars(select(product.c.code).where(product.c.code.in_(models))))
    return [model for model in models if model not in there]


def merge_values(
    connection: Connection, recipients: Sequence[Recipient], fields: Collection[Field], tree: Regions, now: int
) -> list[Mapping[str, str]]:
    """For each recipient, the value of each field by its key, as it stands at `now` (milliseconds)."""
    if not fields:
        return [{}] * len(recipients)
    named = {field.name for field in fields}
    shops = _Shops(connection, {who.dealer for who in recipients if who.dealer is not None}, tree, now)
    names: dict[int, str] = {}
    if "name" in named:
        people = {who.contact for who in recipients if who.contact is not None}
        names = {
            row[0]: row[1]
            for row in connection.execute(select(contact.c.id, contact.c.name).where(contact.c.id.in_(people)))
        }
    values: list[Mapping[str, str]] = []
    for who in recipients:
        said: dict[str, str] = {}
        for field in fields:
            if field.name == "name":
                said[field.key] = names.get(who.contact, "") if who.contact is not None else ""
            else:
                said[field.key] = shops.value(who.dealer, field) if who.dealer is not None else ""
        values.append(said)
    return values


class _Shops:
    """What is asked of some dealers; each table is read when a field first needs it."""

    def __init__(self, connection: Connection, codes: Collection[str], tree: Regions, now: int) -> None:
        self._connection = connection
        self._codes = sorted(codes)
        self._tree = tree
        self._at = datetime.fromtimestamp(now / 1000, UTC)
        self._rows = {row.code: row for row in connection.execute(select(dealer).where(dealer.c.code.in_(self._codes)))}
        self._stock: dict[str, dict[str, int]] | None = None
        self._sales: dict[str, list[tuple[str, str, int]]] | None = None
        self._reports: dict[str, str] | None = None
        self._balances: dict[str, Any] = {}
        self._exposed: dict[str, dict[str, Exposed]] = {}

    def value(self, code: str, field: Field) -> str:
        row = self._rows.get(code)
        return "" if row is None else _VALUES[field.name](self, row, field.model)

    def today(self, row: Any) -> date:
        return business_date(self._at, row.timezone or self._tree.zone(row.region))

    def region(self, row: Any) -> str:
        place = self._tree.places.get(row.region)
        return place.name if place is not None else row.region

    def stock(self, row: Any, model: str | None) -> int:
        if self._stock is None:
            self._stock = {}
            level = stock_level.c
            rows = select(level.dealer, level.model, level.quantity).where(level.dealer.in_(self._codes))
            for shop, of, quantity in self._connection.execute(rows):
                self._stock.setdefault(shop, {})[of] = quantity
        levels = self._stock.get(row.code, {})
        return sum(levels.values()) if model is None else levels.get(model, 0)

    def sold(self, row: Any, since: date, model: str | None = None) -> int:
        if self._sales is None:
            self._sales = {}
            day = sales_day.c
            first = min(month_start(self.today(each)) for each in self._rows.values())
            first = min([first, *(week_start(self.today(each)) for each in self._rows.values())])
            rows = select(day.dealer, day.sold_on, day.model, day.quantity).where(
                day.dealer.in_(self._codes), day.sold_on >= first.isoformat()
            )
            for shop, on, of, quantity in self._connection.execute(rows):
                self._sales.setdefault(shop, []).append((on, of, quantity))
        last = self.today(row).isoformat()
        return sum(
            quantity
            for on, of, quantity in self._sales.get(row.code, ())
            if since.isoformat() <= on <= last and model in (None, of)
        )

    def money(self, row: Any, which: str) -> str:
        if row.code not in self._balances:
            self._balances[row.code] = balance(Driver(self._connection).ask, row.code, row.currency, self.today(row))
        found = self._balances[row.code]
        amounts = {
            "balance": found.owed,
            "free": row.credit_limit + found.lent - found.owed - found.open_orders,
            "overdue": found.overdue,
        }
        return f"{decimal(amounts[which], row.currency)} {row.currency}"

    def protected(self, row: Any, model: str) -> Exposed | None:
        """What the newest planned cut of a model comes to at a shop; None where nothing is due."""
        if model not in self._exposed:
            planned = planned_cut(self._connection, model)
            found = exposure(self._connection, planned[0], self._tree, self._codes) if planned else []
            self._exposed[model] = {each.dealer: each for each in found}
        return self._exposed[model].get(row.code)

    def protected_sets(self, row: Any, model: str) -> str:
        found = self.protected(row, model)
        return str(found.held + found.in_transit if found is not None else 0)

    def protection(self, row: Any, model: str) -> str:
        found = self.protected(row, model)
        return f"{decimal(found.with_transit if found is not None else 0, row.currency)} {row.currency}"

    def last_report(self, row: Any) -> str:
        if self._reports is None:
            rows = (
                select(booking.c.dealer, func.max(booking.c.booked_on))
                .where(
                    booking.c.dealer.in_(self._codes), booking.c.verb.in_(reporting()), booking.c.undone_at.is_(None)
                )
                .group_by(booking.c.dealer)
            )
            self._reports = {row[0]: row[1] for row in self._connection.execute(rows)}
        return self._reports.get(row.code, "-")


_VALUES: dict[str, Callable[[_Shops, Any, str | None], str]] = {
    "dealer": lambda shops, row, model: row.code,
    "dealer_name": lambda shops, row, model: row.name,
    "region": lambda shops, row, model: shops.region(row),
    "balance": lambda shops, row, model: shops.money(row, "balance"),
    "free": lambda shops, row, model: shops.money(row, "free"),
    "overdue": lambda shops, row, model: shops.money(row, "overdue"),
    "stock": lambda shops, row, model: str(shops.stock(row, None)),
    "model_stock": lambda shops, row, model: str(shops.stock(row, model)),
    "sold_today": lambda shops, row, model: str(shops.sold(row, shops.today(row))),
    "sold_week": lambda shops, row, model: str(shops.sold(row, week_start(shops.today(row)))),
    "sold_month": lambda shops, row, model: str(shops.sold(row, month_start(shops.today(row)))),
    "model_sold": lambda shops, row, model: str(shops.sold(row, month_start(shops.today(row)), model)),
    "protected": lambda shops, row, model: shops.protected_sets(row, model or ""),
    "protection": lambda shops, row, model: shops.protection(row, model or ""),
    "last_report": lambda shops, row, model: shops.last_report(row),
}
