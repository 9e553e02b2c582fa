"""The file of prices: what a model costs on a tier from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from smsgw.business.directory.imports.dealers import TIER
from smsgw.business.importing.known import Directory
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Columns, Row

COLUMNS = Columns(("model", "tier", "dealer_price", "retail_price", "valid_from"))
Key = tuple[str, str, date]


@dataclass(frozen=True, slots=True)
class Price:
    """A price to be written, in minor units; tier '' is that of every tier without one of its own."""

    model: str
    tier: str
    dealer_price: int
    retail_price: int
    currency: str
    valid_from: date

    @property
    def key(self) -> Key:
        return self.model, self.tier, self.valid_from


def check(rows: Sequence[Row], known: Directory, kept: Mapping[Key, Price], faults: list[Fault]) -> list[Price]:
    """The prices of a file that `kept` does not hold yet; one that has come into force is not edited.

    A price is in the currency of the model's list price.
    """
    found: dict[Key, int] = {}
    fresh: list[Price] = []
    models = Known("model", known.products)
    for row in rows:
        cells = Cells(row, faults)
        model = cells.read("model", models.find)
        currency = known.products[model].currency if model else "CNY"
        if currency is None:
            cells.fault("model", f"{model} has no list price yet, so no currency; import it with its price first")
        price = Price(
            model or "",
            cells.code("tier", TIER, needed=False) or "",
            cells.money("dealer_price", currency) or 0,
            cells.money("retail_price", currency) or 0,
            currency or "",
            cells.day("valid_from") or date.min,
        )
        if not cells.good:
            continue
        was = kept.get(price.key)
        if price.key in found:
            cells.fault("valid_from", f"line {found[price.key]} has a price of {model} for that tier and day already")
        elif was is not None and was != price and price.valid_from <= known.today:
            cells.fault("valid_from", "another price is in force since that day; a new one needs a later day")
        elif was != price:
            fresh.append(price)
        found.setdefault(price.key, cells.line)
    return fresh
