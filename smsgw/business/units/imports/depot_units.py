"""The file of sets in depots: what was made, and arrived where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportKind, morning
from smsgw.business.core.known import Snapshot, Tacs
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.states import KIND_ARRIVED, KIND_MADE, ORIGIN_SHIPPED, Unit, UnitMoved
from smsgw.business.units.tables import unit_event
from smsgw.errors import CannotBook
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row

COLUMNS = columns(("depot", "imei", "model", "arrived_on"), ("imei2", "made_on"))
# Where a set may be that a file says is in a depot: what a shop has, or has sent, comes back by a record of its own.
_FREE = frozenset({units.MADE, units.IN_DEPOT, units.REPLACED, units.LOST})


@dataclass(frozen=True, slots=True)
class Arrival:
    """One set in a depot, and its cells for what the books may hold against it."""

    cells: Cells
    depot: str
    imei: str
    model: str
    arrived_on: date
    imei2: str | None
    made_on: date | None

    @property
    def reference(self) -> str:
        """Under which name the books keep what arrived in a depot on a day."""
        return f"{self.depot} {self.arrived_on.isoformat()}"


def check(rows: Sequence[Row], known: Snapshot, faults: list[Fault]) -> list[Arrival]:
    """The lines of a file that are right in themselves; whether the books can take them is asked when booking."""
    depots, models = Known("depot", known.depots), Known("model", known.products)
    tacs = Tacs(known)
    latest = known.today + timedelta(days=1)  # today has begun somewhere before it has here
    seen: dict[str, int] = {}
    found: list[Arrival] = []
    for row in rows:
        cells = Cells(row, faults)
        depot = cells.read("depot", depots.find)
        imei = cells.imei("imei")
        model = cells.read("model", models.find)
        arrived_on = cells.day("arrived_on")
        imei2 = cells.imei("imei2", needed=False)
        made_on = cells.day("made_on", needed=False)
        for column, day in (("arrived_on", arrived_on), ("made_on", made_on)):
            if day and day > latest:
                cells.fault(column, "lies in the future")
        if made_on and arrived_on and made_on > arrived_on:
            cells.fault("made_on", "is after arrived_on")
        if imei and model and (wrong := tacs.against(imei, model)):
            cells.fault("imei", wrong)
        for column, number in (("imei", imei), ("imei2", imei2)):
            if number and seen.setdefault(number, row.line) != row.line:
                cells.fault(column, f"stands on line {seen[number]} already")
        if imei and imei == imei2:
            cells.fault("imei2", "is the same as imei")
        if cells.good and depot and imei and model and arrived_on:
            found.append(Arrival(cells, depot, imei, model, arrived_on, imei2, made_on))
    return found


def foresee(books: Any, found: Sequence[Arrival], known: Snapshot, before: dict[Any, Any]) -> Changes:
    """The sets that would be booked; what the books refuse becomes a fault of its line."""
    changes = Changes()
    for entry, _ in _decided(books, found, known):
        changes.new.add((entry.imei,))
    return changes


def write(books: Any, found: Sequence[Arrival], known: Snapshot, now: datetime) -> Changes:
    """Book sets into depots, as of their days. What is booked already is left alone."""
    changes = Changes()
    for entry, records in _decided(books, found, known):
        changes.new.add((entry.imei,))
        books.begin(now)
        books.apply(records)
    return changes


def _decided(books: Any, found: Sequence[Arrival], known: Snapshot) -> Iterator[tuple[Arrival, list[UnitMoved]]]:
    """Entries that the books do not hold, with their records; what the books refuse becomes a fault of its line."""
    books.fetch(imeis=[number for entry in found for number in (entry.imei, entry.imei2) if number])
    units_there = [unit.imei for entry in found if (unit := books.units.find(entry.imei)) is not None]
    booked = _booked(books.connection, {entry.reference for entry in found}, units_there)
    for entry in found:
        try:
            records = arrive(entry, books, booked, known.timezone)
        except CannotBook as refused:
            entry.cells.fault("imei", str(refused))
            continue
        if records:
            yield entry, records


def arrive(entry: Arrival, books: Any, booked: set[tuple[str, str]], timezone: str) -> list[UnitMoved]:
    """The events of one set that arrived in a depot; none where the books have them. Raises CannotBook."""
    unit: Unit | None = books.units.find(entry.imei)
    if unit is None and entry.imei2 is not None and books.units.find(entry.imei2) is not None:
        raise CannotBook(f"{entry.imei2} belongs to another unit")
    if unit is not None and unit.model != entry.model:
        raise CannotBook(f"{entry.imei} is a {unit.model}, not a {entry.model}")
    if unit is not None and (unit.imei, entry.reference) in booked:
        return []
    state, holder = units.UNBORN if unit is None else (unit.state, unit.holder)
    if state == units.IN_DEPOT and holder == entry.depot:
        raise CannotBook(f"{entry.imei} lies in {holder} already")
    if state not in _FREE:
        raise CannotBook(f"{entry.imei} is {state}{f' at {holder}' if holder else ''} and cannot arrive in a depot")
    steps = [(KIND_ARRIVED, entry.arrived_on)]
    if unit is None and entry.made_on is not None:
        steps.insert(0, (KIND_MADE, entry.made_on))
    records = []
    for kind, day in steps:
        state, holder = units.move(state, holder, kind, entry.depot)
        records.append(
            UnitMoved(
                imei=unit.imei if unit else entry.imei,
                model=entry.model,
                kind=kind,
                dealer=None if kind == KIND_MADE else entry.depot,
                state=state,
                holder=holder,
                origin=ORIGIN_SHIPPED,
                reference=entry.reference,
                imei2=(unit.imei2 if unit else None) or entry.imei2,
                at=morning(day, timezone),
            )
        )
    return records


def _booked(connection: Connection, references: set[str], imeis: Sequence[str]) -> set[tuple[str, str]]:
    """Which of some sets arrived under some names, as the books hold them."""
    if not imeis:
        return set()
    event = unit_event.c
    rows = connection.execute(
        select(event.imei, event.reference).where(
            event.imei.in_(imeis),
            event.kind == KIND_ARRIVED,
            event.reference.in_(sorted(references)),
            event.reverses.is_(None),
        )
    )
    return {(imei, reference) for imei, reference in rows}


DEPOT_UNITS = ImportKind(COLUMNS, check, write, foresee=foresee, books_decide=True)
