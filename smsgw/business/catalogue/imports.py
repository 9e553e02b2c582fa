"""The file of products: what they are called, which type allocation codes are theirs, what they cost on the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smsgw.business.catalogue.books import ProductRow, all_products, put_products
from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportBooks, ImportKind
from smsgw.business.core.known import Snapshot
from smsgw.tables import fields
from smsgw.tables.cells import Cells
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row
from smsgw.values.names import fold

COLUMNS = columns(
    ("code", "name", "aliases", "tacs", "dealer_price", "retail_price", "currency"),
    also={"code": ("产品代码", "产品编码", "型号", "机型"), "name": ("产品名称", "品名")},
)
CODE, NAME = 12, 40


@dataclass(frozen=True, slots=True)
class Product:
    """A product to be written; prices in minor units, None where the file gives none."""

    code: str
    name: str
    aliases: tuple[str, ...]
    tacs: tuple[str, ...]
    dealer_price: int | None
    retail_price: int | None
    currency: str | None


def check(rows: Sequence[Row], known: Snapshot, faults: list[Fault]) -> list[Product]:
    """The products of a file. Its aliases and TACs replace those that a product had."""
    found: dict[str, tuple[Cells, Product]] = {}
    for row in rows:
        cells = Cells(row, faults)
        product = _product(cells)
        if not product.code:
            continue
        if product.code in found:
            cells.fault("code", f"stands on line {found[product.code][0].line} already")
            continue
        found[product.code] = cells, product
    _check_names(found, known)
    _check_tacs(found, known)
    return [product for cells, product in found.values() if cells.good]


def _product(cells: Cells) -> Product:
    code = cells.read("code", _code)
    name = cells.text("name", NAME)
    aliases = cells.parts("aliases", lambda text: fields.plain(text, NAME))
    tacs = cells.parts("tacs", fields.tac)
    priced = any(cells.has(column) for column in ("dealer_price", "retail_price"))
    currency = cells.currency("currency", needed=priced)
    dealer_price = cells.money("dealer_price", currency, needed=priced)
    retail_price = cells.money("retail_price", currency, needed=priced)
    return Product(code or "", name or "", aliases, tacs, dealer_price, retail_price, currency)


def _code(text: str) -> str:
    """A product's code as it is printed; it may have single spaces and any letters."""
    if "|" in text or "  " in text:
        raise fields.BadCell("a code has no | and no two spaces")
    return fields.plain(text, CODE)


def _check_names(found: dict[str, tuple[Cells, Product]], known: Snapshot) -> None:
    """No two models may be called alike, and none like a verb, a dealer, or a bare quantity."""
    owners: dict[str, str] = {}
    for other in known.products.values():
        if other.code not in found:
            for name in (other.code, other.name, *other.aliases):
                owners.setdefault(fold(name), other.code)
    for code in found:
        owners.setdefault(fold(code), code)
    dealers = {fold(code): code for code in known.dealers}
    for cells, product in found.values():
        names = [("code", product.code), ("name", product.name), *(("aliases", alias) for alias in product.aliases)]
        for column, name in names:
            folded = fold(name)
            owner = owners.setdefault(folded, product.code)
            if not folded:
                if name:
                    cells.fault(column, f"'{name}' has no letter and no digit")
            elif owner != product.code:
                cells.fault(column, f"'{name}' is ambiguous: product {owner} is called so too")
            elif folded in known.verb_words:
                cells.fault(column, f"'{name}' is a word of the command language")
            elif folded in dealers:
                cells.fault(column, f"'{name}' is the code of dealer {dealers[folded]}")
            elif folded.isdigit() and len(folded) < 3:
                cells.fault(column, f"'{name}' would read as a quantity; a number needs three digits at least")
            elif folded.isdigit() and len(folded) >= 14:
                cells.fault(column, f"'{name}' would read as an IMEI")


def _check_tacs(found: dict[str, tuple[Cells, Product]], known: Snapshot) -> None:
    owners = {tac: p.code for p in known.products.values() if p.code not in found for tac in p.tacs}
    for cells, product in found.values():
        for tac in product.tacs:
            owner = owners.setdefault(tac, product.code)
            if owner != product.code:
                cells.fault("tacs", f"TAC {tac} is that of product {owner}")


def write(books: ImportBooks, found: Sequence[Product], known: Snapshot, now: datetime) -> Changes:
    """Products with their names and TACs; what a product no longer has in the file is dropped.

    Their list prices are written by `smsgw.business.prices.imports`.
    """
    kept = all_products(books.connection)
    changes = Changes()
    rows = []
    for product in found:
        row = ProductRow(product.code, product.name, tuple(sorted(product.aliases)), tuple(sorted(product.tacs)))
        if changes.differs((product.code,), kept.get(product.code), row):
            rows.append(row)
    put_products(books.connection, rows)
    return changes


KINDS = {"products": ImportKind(COLUMNS, check, write)}
