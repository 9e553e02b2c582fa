"""The file of opening stock: what lay in a shop when the books began, by number or set by set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportKind, morning
from smsgw.business.core.known import Snapshot, Tacs
from smsgw.business.stock import rules as movements
from smsgw.business.stock import tables as stock_tables
from smsgw.business.units import tables as units_tables
from smsgw.business.units.rules.states import KIND_FOUND
from smsgw.errors import CannotBook
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row

COLUMNS = columns(("dealer", "model", "quantity", "as_of"), ("imei",))
MOST = 99_999
Key = tuple[str, str, str]  # dealer, model, reference


@dataclass(frozen=True, slots=True)
class Opening:
    """A line to be booked: one set by IMEI, or with how many sets in all the books shall have opened."""

    cells: Cells
    dealer: str
    model: str
    quantity: int
    imei: str | None
    as_of: date
    reference: str

    @property
    def key(self) -> Key:
        """Under which the books sum up sets without IMEI."""
        return self.dealer, self.model, self.reference


def reference(as_of: date) -> str:
    """Under which name the books keep an opening stock."""
    return f"opening {as_of.isoformat()}"


def check(
    rows: Sequence[Row],
    known: Snapshot,
    kept: Mapping[Key, int],
    kept_units: AbstractSet[tuple[str, str, str]],
    faults: list[Fault],
) -> list[Opening]:
    """The lines of a file that the books do not hold yet.

    `kept` are the sets without IMEI that each opening holds; of another number the difference will be booked.
    `kept_units` are dealer, IMEI and reference of sets that an opening holds.
    """
    dealers, models = Known("dealer", known.dealers), Known("model", known.products)
    tacs = Tacs(known)
    latest = known.today + timedelta(days=1)
    seen: dict[tuple[str, ...], int] = {}
    found: list[Opening] = []
    for row in rows:
        cells = Cells(row, faults)
        dealer = cells.read("dealer", dealers.find)
        model = cells.read("model", models.find)
        imei = cells.imei("imei", needed=False)
        by_imei = cells.has("imei")
        quantity = cells.number("quantity", 0, MOST)
        as_of = cells.day("as_of")
        if as_of and as_of > latest:
            cells.fault("as_of", "lies in the future")
        if by_imei and quantity not in (None, 1):
            cells.fault("quantity", "a line with an IMEI is one set, so 1")
        if imei and model and (wrong := tacs.against(imei, model)):
            cells.fault("imei", wrong)
        if not cells.good or not dealer or not model or as_of is None or quantity is None:
            continue
        name = reference(as_of)
        mark: tuple[str, ...] = (imei,) if imei else (dealer, model, name)
        if seen.setdefault(mark, row.line) != row.line:
            cells.fault("imei" if imei else "model", f"stands on line {seen[mark]} already")
        elif imei:
            if (dealer, imei, name) not in kept_units:
                found.append(Opening(cells, dealer, model, 1, imei, as_of, name))
        elif quantity != kept.get((dealer, model, name), 0):
            found.append(Opening(cells, dealer, model, quantity, None, as_of, name))
    return found


def kept_openings(connection: Connection) -> tuple[dict[Key, int], set[tuple[str, str, str]]]:
    """What openings the books hold: sets without IMEI by dealer, model and reference; and sets by IMEI."""
    return _quantities(connection), _units(connection)


def _held(connection: Connection, found: Sequence[Opening]) -> dict[Key, int]:
    """The sets without IMEI that the openings of these entries hold."""
    entry = stock_tables.stock_entry.c
    keys = {one.key for one in found if not one.imei}
    if not keys:
        return {}
    dealers, models, references = (sorted(set(part)) for part in zip(*keys, strict=True))
    return _quantities(connection, entry.dealer.in_(dealers), entry.model.in_(models), entry.reference.in_(references))


def _held_units(connection: Connection, imeis: Sequence[str]) -> set[tuple[str, str, str]]:
    """The openings that hold these sets: dealer, IMEI and reference."""
    return _units(connection, units_tables.unit_event.c.imei.in_(imeis)) if imeis else set()


def _quantities(connection: Connection, *where: Any) -> dict[Key, int]:
    entry = stock_tables.stock_entry.c
    sums = connection.execute(
        select(entry.dealer, entry.model, entry.reference, func.sum(entry.quantity))
        .where(entry.kind == movements.OPENING, entry.units == 0, *where)
        .group_by(entry.dealer, entry.model, entry.reference)
    )
    return {(dealer, model, reference): int(quantity) for dealer, model, reference, quantity in sums}


def _units(connection: Connection, *where: Any) -> set[tuple[str, str, str]]:
    event = units_tables.unit_event.c
    found = connection.execute(
        select(event.dealer, event.imei, event.reference).where(
            event.kind == KIND_FOUND, event.reference.like("opening %"), *where
        )
    )
    return {(dealer, imei, reference) for dealer, imei, reference in found}


def foresee(books: Any, found: Sequence[Opening], known: Snapshot, before: dict[Any, Any]) -> Changes:
    """The lines that would be booked; what the books refuse becomes a fault of its line."""
    changes = Changes()
    for entry, _ in _decided(books, found):
        changes.new.add((entry.cells.line,))
    return changes


def write(books: Any, found: Sequence[Opening], known: Snapshot, now: datetime) -> Changes:
    """Book opening stock, as of its day. What is booked already is left alone."""
    changes = Changes()
    for entry, records in _decided(books, found):
        books.begin(morning(entry.as_of, known.dealers[entry.dealer].timezone))
        books.apply(records)
        changes.new.add((entry.cells.line,))
    return changes


def _decided(books: Any, found: Sequence[Opening]) -> Iterator[tuple[Opening, Sequence[Any]]]:
    """Entries that the books do not hold, with their records; what the books refuse becomes a fault of its line."""
    books.fetch(dealers={entry.dealer for entry in found}, imeis=(entry.imei for entry in found if entry.imei))
    held = _held(books.connection, found)
    units = _held_units(books.connection, [entry.imei for entry in found if entry.imei])
    for entry in found:
        if entry.imei and (entry.dealer, entry.imei, entry.reference) in units:
            continue
        quantity = entry.quantity if entry.imei else entry.quantity - held.get(entry.key, 0)
        if not quantity:
            continue
        try:
            records = movements.open_stock(
                books.units.find(entry.imei) if entry.imei else None,
                dealer=entry.dealer,
                model=entry.model,
                quantity=quantity,
                imei=entry.imei,
                reference=entry.reference,
            )
        except CannotBook as refused:
            entry.cells.fault("imei", str(refused))
            continue
        yield entry, records


KINDS = {"stock": ImportKind(COLUMNS, check, write, kept=kept_openings, foresee=foresee, books_decide=True)}
