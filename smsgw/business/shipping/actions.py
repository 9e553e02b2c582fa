"""Shipping at the desk: sets of an order that leave now, by IMEI, under a delivery note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Protocol

from smsgw.business import registry
from smsgw.business.core.decision import Record
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.directory.books.reach import within_reach
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import OrderBooks
from smsgw.business.shipping import rules
from smsgw.business.shipping.rules import ShipmentLine
from smsgw.business.units.rules.states import IN_DEPOT
from smsgw.errors import NOT_FOUND, CannotBook, Faults, refuse
from smsgw.tables import fields
from smsgw.values.unreadable import Unreadable
from smsgw.values.value import value


class ShippingBooks(OrderBooks, Protocol):
    """The books of a transaction in which is shipped."""

    def apply(self, records: Sequence[Record]) -> None: ...

    def fetch(self, *, imeis: Iterable[str]) -> None: ...


@value
class Leaving:
    """Sets that leave, by IMEI as somebody wrote it: under which delivery note and when, by which number of the
    carrier, due when."""

    shipment: str
    imeis: tuple[str, ...]
    on: date
    carrier: str | None = None
    due_on: date | None = None


def _read(said: Sequence[str], faults: Faults) -> dict[int, str]:
    """The IMEIs by their place, those that are none left out and among the faults."""
    found: dict[int, str] = {}
    for place, one in enumerate(said):
        try:
            found[place] = fields.imei(one)
        except Unreadable as error:
            faults.add(f"imeis.{place}", f"'{one}' {error}")
    return found


def _line(books: ShippingBooks, dealer: str, reference: str, imei: str, leaving: Leaving) -> ShipmentLine | str:
    """One set that leaves; a sentence where its model is not known."""
    unit = books.units.find(imei)
    model = unit.model if unit is not None else books.catalogue.model_of(imei)
    if model is None:
        return f"{imei} is of no model in the catalogue; import its shipment with the model"
    return ShipmentLine(
        leaving.shipment,
        dealer,
        imei,
        model,
        leaving.on,
        reference,
        carrier=leaving.carrier,
        due_on=leaving.due_on,
    )


def _promised_to_others(reference: str, lines: Sequence[ShipmentLine], books: ShippingBooks) -> Iterator[str]:
    """Of depots that sets of an order are to leave, a sentence each where they are promised to other orders."""
    leaving: Counter[tuple[str, str]] = Counter()
    for line in lines:
        unit = books.units.find(line.imei)
        if unit is not None and unit.state == IN_DEPOT and unit.holder:
            leaving[unit.holder, line.model] += 1
    if not leaving:
        return
    free = books.depots.free({model for _, model in leaving}, "", None)
    may = Counter({(share.depot, share.model): share.sets for share in free})
    may.update({(share.depot, share.model): share.sets for share in books.depots.allocated(reference)})
    for (depot, model), sets in sorted(leaving.items()):
        if sets > may[depot, model]:
            yield (
                f"of the {model} in {depot} only {may[depot, model]} may leave for {reference}, not {sets}: the others "
                "are allocated to other orders; `smsgw order release` frees them"
            )


@action(Right.SHIP_ORDERS)
def ship_order(session: Session, books: ShippingBooks, reference: str, leaving: Leaving) -> int:
    """Book sets shipped for an order, all or none, as the import of shipments does; how many are new.

    Sets that this delivery note has already are left alone. Raises Refused with everything that is wrong.
    """
    held = orders.hold_order(reference, books)
    order = held.order if held is not None else None
    if order is None or not within_reach(session, order.dealer):
        refuse(f"there is no order {reference}; `smsgw order list` shows them", NOT_FOUND)
    faults = Faults()
    if leaving.on > session.today + timedelta(days=1):
        faults.add("on", f"{leaving.on} lies in the future")
    if leaving.due_on is not None and leaving.due_on < leaving.on:
        faults.add("due", f"{leaving.due_on} is before {leaving.on}, when they leave")
    # Everything is checked before anything is booked: what books hold in memory is not taken back.
    lines: list[ShipmentLine] = []
    sets_ = _read(leaving.imeis, faults)
    books.fetch(imeis=sets_.values())
    for place, imei in sets_.items():
        line = _line(books, order.dealer, reference, imei, leaving)
        if isinstance(line, str):
            faults.add(f"imeis.{place}", line)
            continue
        if any(imei == other.imei for other in lines):
            faults.add(f"imeis.{place}", f"{imei} stands here twice")
            continue
        try:
            records = rules.ship(line, books)
        except CannotBook as refused:
            faults.add(f"imeis.{place}", str(refused))
            continue
        if records:
            lines.append(line)
    room = {each.model: orders.wanted(each, order.state) - each.shipped for each in order.lines}
    for model, sets in orders.summed((line.model, 1) for line in lines).items():
        if sets > room.get(model, 0):
            faults.add("imeis", f"{reference} waits for {room.get(model, 0)} more {model}, not for {sets}")
    for fault in _promised_to_others(reference, lines, books):
        faults.add("imeis", fault)
    faults.settle()
    for line in lines:
        books.apply(rules.ship(line, books))
    new = len(lines)
    if new:
        registry.tell("shipped", books, {(order.dealer, reference, leaving.on): new}, session.at)
        detail = {"shipment": leaving.shipment, "sets": new, "carrier": leaving.carrier}
        session.record("order shipped", reference, detail, in_journal=False)
    return new
