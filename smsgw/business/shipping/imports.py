"""The file of shipments: which set went to which dealer, under which delivery note, for which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from smsgw.business.importing.known import Directory, Tacs
from smsgw.business.shipping.rules import ShipmentLine
from smsgw.tables import fields
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Columns, Row

COLUMNS = Columns(("shipment", "order", "dealer", "imei", "model", "shipped_on"), ("imei2",))
NAME = 40


@dataclass(frozen=True, slots=True)
class Shipped:
    """A line to be booked, and its cells for what the books may hold against it."""

    cells: Cells
    line: ShipmentLine


def check(rows: Sequence[Row], known: Directory, faults: list[Fault]) -> list[Shipped]:
    """The lines of a file that are right in themselves; whether the books can take them is asked when booking."""
    dealers, models = Known("dealer", known.dealers), Known("model", known.products)
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
            line = ShipmentLine(kept, dealer, imei, model, shipped_on, order.upper() if order else None, imei2)
            found.append(Shipped(cells, line))
    return found
