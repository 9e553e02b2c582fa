"""The file of shipments: which set went to which dealer, under which delivery note, for which order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from smsgw.business import registry
from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportKind, morning
from smsgw.business.core.known import Snapshot, Tacs
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import Order, OrderShipped, ShipmentLeft
from smsgw.business.orders.tables import shipment as shipment_table
from smsgw.business.shipping import rules
from smsgw.business.shipping.rules import ShipmentLine
from smsgw.business.units import tables as units_tables
from smsgw.business.units.rules.states import KIND_SHIPPED
from smsgw.errors import CannotBook
from smsgw.tables import fields
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row

COLUMNS = columns(
    ("shipment", "order", "dealer", "imei", "model", "shipped_on"),
    ("imei2", "from", "carrier", "due_on"),
    also={"from": ("发货仓库", "发货仓", "仓库", "分仓")},
)
NAME = 40
CARRIER = 30  # characters of a carrier's number: it must go into an answer


@dataclass(frozen=True, slots=True)
class Shipped:
    """A line to be booked, and its cells for what the books may hold against it."""

    cells: Cells
    line: ShipmentLine


def check(rows: Sequence[Row], known: Snapshot, faults: list[Fault]) -> list[Shipped]:
    """The lines of a file that are right in themselves; whether the books can take them is asked when booking."""
    dealers, models = Known("dealer", known.dealers), Known("model", known.products)
    depots = Known("depot", known.depots)
    tacs = Tacs(known)
    latest = known.today + timedelta(days=1)  # today has begun somewhere before it has here
    seen: dict[str, int] = {}
    found: list[Shipped] = []
    for row in rows:
        cells = Cells(row, faults)
        shipment = cells.text("shipment", NAME)
        order = cells.text("order", 16, needed=False)
        dealer = cells.read("dealer", dealers.find)
        imei = cells.imei("imei")
        model = cells.read("model", models.find)
        shipped_on = cells.day("shipped_on")
        imei2 = cells.imei("imei2", needed=False)
        depot = cells.read("from", depots.find, needed=False)
        carrier = cells.text("carrier", CARRIER, needed=False)
        due_on = cells.day("due_on", needed=False)
        if shipped_on and due_on and due_on < shipped_on:
            cells.fault("due_on", "lies before shipped_on")
        if shipped_on and shipped_on > latest:
            cells.fault("shipped_on", "lies in the future")
        if imei and model and (wrong := tacs.against(imei, model)):
            cells.fault("imei", wrong)
        for column, number in (("imei", imei), ("imei2", imei2)):
            if number and seen.setdefault(number, row.line) != row.line:
                cells.fault(column, f"stands on line {seen[number]} already")
        if imei and imei == imei2:
            cells.fault("imei2", "is the same as imei")
        if cells.good and shipment and dealer and imei and model and shipped_on:
            kept = fields.outside("shipment", shipment)
            line = ShipmentLine(
                kept, dealer, imei, model, shipped_on, order.upper() if order else None, imei2, depot, carrier, due_on
            )
            found.append(Shipped(cells, line))
    return found


class _OrdersAhead:
    """Orders as the lines before leave them, though nothing of those is booked."""

    def __init__(self, books: Any, known: dict[Any, Any]) -> None:
        self._books = books
        self._known = known

    def find(self, reference: str) -> Order | None:
        if reference not in self._known:
            self._known[reference] = self._books.orders.find(reference)
        found: Order | None = self._known[reference]
        return found

    def ship(self, records: Sequence[Any]) -> None:
        for record in records:
            if isinstance(record, OrderShipped):
                self._known[record.reference] = orders.shipped(self._known[record.reference], record)


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What deciding a line asks of the books."""

    directory: Any
    catalogue: Any
    units: Any
    prices: Any
    trade: Any
    orders: _OrdersAhead


def foresee(books: Any, found: Sequence[Shipped], known: Snapshot, before: dict[Any, Any]) -> Changes:
    """The sets that would be booked; what the books refuse becomes a fault of its line."""
    changes = Changes()
    ahead = _Ahead(
        books.directory, books.catalogue, books.units, books.prices, books.trade, _OrdersAhead(books, before)
    )
    fresh, held = _fresh(books, found)
    changes.changed |= _carriers(books, held).keys()
    for entry in fresh:
        try:
            records = rules.ship(entry.line, ahead)  # type: ignore[arg-type]  # the books as far as it asks them
        except CannotBook as refused:
            entry.cells.fault("", str(refused))
            continue
        if records:
            ahead.orders.ship(records)
            changes.new.add((entry.line.imei,))
    return changes


def write(books: Any, found: Sequence[Shipped], known: Snapshot, now: datetime) -> Changes:
    """Book sets shipped. What is booked already is left alone; what the books refuse becomes a fault of its line."""
    changes = Changes()
    sets: Counter[tuple[str, str, date]] = Counter()
    pending: defaultdict[date, list[Any]] = defaultdict(list)
    fresh, before = _fresh(books, found)
    said = _carriers(books, before)
    if said:
        changes.changed |= said.keys()
        books.begin(now)
        books.apply(tuple(said.values()))
    for entry in fresh:
        try:
            records = rules.ship(entry.line, books)
        except CannotBook as refused:
            entry.cells.fault("", str(refused))
            continue
        if not records:
            continue
        changes.new.add((entry.line.imei,))
        sets[entry.line.dealer, entry.line.order or entry.line.shipment, entry.line.shipped_on] += 1
        ordered = [record for record in records if isinstance(record, OrderShipped)]
        if ordered:  # the next line of the same order must see it
            books.begin(now)
            books.apply(ordered)
        pending[entry.line.shipped_on] += [record for record in records if not isinstance(record, OrderShipped)]
    for day, of_the_day in pending.items():
        books.begin(morning(day, known.timezone))
        books.apply(rules.merged(of_the_day))
    registry.tell("shipped", books, sets, now)
    return changes


def _fresh(books: Any, found: Sequence[Shipped]) -> tuple[list[Shipped], list[Shipped]]:
    """The entries that the books do not hold, with their shops and units fetched; and those that they hold."""
    # All shops first and in one go: they are locked in the order of codes, as every writer does.
    books.fetch(dealers={entry.line.dealer for entry in found})
    booked = _booked(books.connection, {entry.line.shipment for entry in found})
    fresh = [entry for entry in found if (entry.line.imei, entry.line.shipment) not in booked]
    before = [entry for entry in found if (entry.line.imei, entry.line.shipment) in booked]
    books.fetch(imeis=[number for entry in fresh for number in (entry.line.imei, entry.line.imei2) if number])
    return fresh, before


def _carriers(books: Any, before: Sequence[Shipped]) -> dict[tuple[str, str, str], ShipmentLeft]:
    """What is new of the carriers of sets that left before, for a carrier's number often comes a day later."""
    said = {
        (line.dealer, line.shipment, line.order or ""): line
        for line in (entry.line for entry in before)
        if line.carrier or line.due_on
    }
    if not said:
        return {}
    row = shipment_table.c
    known = {
        (dealer, note, order): (carrier, due)
        for dealer, note, order, carrier, due in books.connection.execute(
            select(row.dealer, row.shipment, row.order_reference, row.carrier, row.due_on).where(
                row.shipment.in_(sorted({note for _, note, _ in said})),
                row.dealer.in_(sorted({dealer for dealer, _, _ in said})),
            )
        )
    }
    found: dict[tuple[str, str, str], ShipmentLeft] = {}
    for key, line in said.items():
        kept = known.get(key)
        due = line.due_on.isoformat() if line.due_on else None
        if kept is not None and (line.carrier or kept[0], due or kept[1]) != kept:
            found[key] = ShipmentLeft(
                line.shipment, line.dealer, line.order, 0, line.shipped_on, line.carrier, line.due_on
            )
    return found


def _booked(connection: Connection, names: set[str]) -> set[tuple[str, str]]:
    """The sets and shipments, of some shipments, that the books hold."""
    event, reversal = units_tables.unit_event, units_tables.unit_event.alias()
    taken_back = select(reversal.c.seq).where(reversal.c.imei == event.c.imei, reversal.c.reverses == event.c.seq)
    rows = connection.execute(
        select(event.c.imei, event.c.reference).where(
            event.c.kind == KIND_SHIPPED, event.c.reference.in_(sorted(names)), ~taken_back.exists()
        )
    )
    return {(imei, reference) for imei, reference in rows}


KINDS = {"shipments": ImportKind(COLUMNS, check, write, foresee=foresee, books_decide=True)}
