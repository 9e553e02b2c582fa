"""The file of dealers: who they are, where, on which tier, with how much credit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportBooks, ImportKind
from smsgw.business.core.known import Snapshot
from smsgw.business.directory.books.network import DealerRow, all_dealers, create_named_regions, put_dealers
from smsgw.business.directory.imports.regions import CODE as REGION_CODE
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row
from smsgw.tables.trees import loop, parents_first
from smsgw.values.names import fold

COLUMNS = columns(
    ("code", "name", "region", "tier", "parent", "credit_limit", "currency", "language"),
    ("terms_days", "timezone"),
    also={
        "code": ("经销商代码", "经销商编码", "经销商编号", "门店代码", "门店编号"),
        "name": ("经销商名称", "门店名称"),
    },
)
CODE, NAME, TIER = 12, 60, 8
TERMS_DAYS = 30  # of a new dealer whose terms the file does not give


@dataclass(frozen=True, slots=True)
class Dealer:
    """A dealer to be written; the limit in minor units, `terms_days` None where the file does not say."""

    code: str
    name: str
    region: str
    tier: str
    parent: str | None
    credit_limit: int
    currency: str
    language: str
    terms_days: int | None
    timezone: str | None


def check(rows: Sequence[Row], known: Snapshot, faults: list[Fault]) -> list[Dealer]:
    """The dealers of a file, parents before the dealers below them."""
    found: dict[str, tuple[Cells, Dealer]] = {}
    alike = {fold(code): code for code in known.dealers}
    models = {fold(n): p.code for p in known.products.values() for n in (p.code, p.name, *p.aliases)}
    for row in rows:
        cells = Cells(row, faults)
        dealer = _dealer(cells, known)
        if not dealer.code:
            continue
        folded = fold(dealer.code)
        if dealer.code in found:
            cells.fault("code", f"stands on line {found[dealer.code][0].line} already")
        elif alike.setdefault(folded, dealer.code) != dealer.code:
            cells.fault("code", f"is too like dealer {alike[folded]}")
        elif folded in models:
            cells.fault("code", f"is a name of product {models[folded]}")
        elif dealer.code in known.depots:
            cells.fault("code", "is the code of a depot")
        elif folded in known.verb_words:
            cells.fault("code", "is a word of the command language")
        elif (was := known.dealers.get(dealer.code)) and was.postings and dealer.currency not in ("", was.currency):
            cells.fault("currency", f"the account of {dealer.code} is kept in {was.currency}")
        else:
            found[dealer.code] = cells, dealer
    _check_parents(found, known)
    return parents_first([dealer for cells, dealer in found.values() if cells.good])


def _dealer(cells: Cells, known: Snapshot) -> Dealer:
    currency = cells.currency("currency")
    return Dealer(
        cells.code("code", CODE) or "",
        cells.text("name", NAME) or "",
        cells.code("region", REGION_CODE) or "",
        cells.code("tier", TIER) or "",
        cells.code("parent", CODE, needed=False),
        cells.money("credit_limit", currency, needed=False) or 0,
        currency or "",
        cells.one_of("language", known.languages, needed=False) or known.language,
        cells.number("terms_days", 0, 365, needed=False),
        cells.timezone("timezone"),
    )


def _check_parents(found: dict[str, tuple[Cells, Dealer]], known: Snapshot) -> None:
    parents = {code: dealer.parent for code, dealer in known.dealers.items()}
    parents |= {code: dealer.parent for code, (_, dealer) in found.items()}
    names = Known("dealer", parents)
    for code, (cells, dealer) in found.items():
        if dealer.parent and dealer.parent not in parents:
            cells.read("parent", names.find)
        elif way := loop(parents, code):
            cells.fault("parent", "a dealer cannot stand below itself: " + " below ".join(way))


def foresee(books: ImportBooks, found: Sequence[Dealer], known: Snapshot, before: dict[Any, Any]) -> Changes:
    """What would be new, and what would change."""
    return _compare(books, found, known)[0]


def write(books: ImportBooks, found: Sequence[Dealer], known: Snapshot, now: datetime) -> Changes:
    """Dealers, parents first; terms and zone that the file does not give stay as they are."""
    create_named_regions(books.connection, (dealer.region for dealer in found))
    changes, rows = _compare(books, found, known)
    put_dealers(books.connection, rows)
    return changes


def _compare(books: ImportBooks, found: Sequence[Dealer], known: Snapshot) -> tuple[Changes, list[DealerRow]]:
    kept = all_dealers(books.connection, [dealer.code for dealer in found])
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
    return changes, rows


DEALERS = ImportKind(COLUMNS, check, write, foresee=foresee)
