"""Sell-in: what one set shipped to a dealer books: the unit, the dealer's stock, the invoice, the order it is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from smsgw.business.core.decision import Record
from smsgw.business.depots.rules import SetsLeft
from smsgw.business.directory.rules import Dealer
from smsgw.business.money.rules import INVOICE, RECEIVABLE, REVENUE, Posted, entry
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import Order, OrderBooks, OrderShipped, ShipmentLeft
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import StockMoved
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.states import (
    IN_A_SHOP,
    IN_DEPOT,
    IN_STOCK,
    IN_TRANSFER,
    KIND_ARRIVED,
    KIND_SHIPPED,
    ORIGIN_SHIPPED,
    RECEIVED,
    SHIPPED,
    SOLD,
    Unit,
    UnitMoved,
)
from smsgw.calendar.days import zone
from smsgw.errors import CannotBook


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """One set on its way to a dealer; `order` is the reference it is shipped for, `depot` where it left, if known;
    `carrier` the carrier's own number of it, `due_on` the day on which it should arrive."""

    shipment: str
    dealer: str
    imei: str
    model: str
    shipped_on: date
    order: str | None = None
    imei2: str | None = None
    depot: str | None = None
    carrier: str | None = None
    due_on: date | None = None


def ship(line: ShipmentLine, books: OrderBooks) -> tuple[Record, ...]:
    """The records of one shipped set; empty when this shipment of it is booked already.

    A unit already sold as unknown keeps its sale and becomes one of shipped origin, without touching stock; so does
    one that its shop had registered. The invoice is at the order line's price, else at the price in force for the
    dealer's tier on the day. Raises CannotBook with the reason.
    """
    dealer = books.directory.dealer(line.dealer)
    if dealer is None:
        raise CannotBook(f"no dealer {line.dealer}")
    if books.catalogue.product(line.model) is None:
        raise CannotBook(f"no product {line.model}")
    unit = books.units.find(line.imei)
    if unit is None and line.imei2 is not None and books.units.find(line.imei2) is not None:
        raise CannotBook(f"{line.imei2} belongs to another unit")
    if unit is not None and _booked(line, unit, books):
        return ()
    moved = _unit(line, unit, dealer, books)
    records: list[Record] = [moved]
    note = (line.shipment, dealer.code, line.order, 1, line.shipped_on, line.carrier, line.due_on)
    fresh = moved.state == SHIPPED
    depot = unit.holder if unit is not None and unit.state == IN_DEPOT else None
    if fresh and units.in_stock(SHIPPED, books.trade):
        records.append(StockMoved(dealer.code, line.model, 1, 1, stock.SHIPPED, line.shipment))
    price = None
    if line.order is not None:
        order = _order(line, books)
        price = next(item.price for item in order.lines if item.model == line.model)
        last = order.shipped + 1 >= orders.quantity(order)
        state = orders.move(order.state, "ship_rest" if last else "ship_some")
        records.append(OrderShipped(order.reference, line.model, 1, state, depot))
    if depot is not None:
        records.append(SetsLeft(depot, line.model, 1))
    records.append(ShipmentLeft(*note))
    if price is None:
        found = books.prices.in_force(line.model, dealer, line.shipped_on)
        if found is None:
            raise CannotBook(f"{line.model} has no price for tier {dealer.tier} on {line.shipped_on}")
        if found.currency != dealer.currency:
            raise CannotBook(f"{line.model} is priced in {found.currency}, {dealer.code} pays in {dealer.currency}")
        price = found.dealer_price
    due_on = line.shipped_on + timedelta(days=dealer.terms_days)
    records += entry(
        line.shipment,
        dealer.code,
        INVOICE,
        debit=RECEIVABLE,
        credit=REVENUE,
        amount=price,
        currency=dealer.currency,
        due_on=due_on,
    )
    return tuple(records)


def _booked(line: ShipmentLine, unit: Unit, books: OrderBooks) -> bool:
    return any(
        event.kind == units.KIND_SHIPPED and event.reference == line.shipment
        for event in units.events_in_force(books.units.trail(unit.imei))
    )


# Where a set that was shipped may be by now.
_OUT = frozenset({*IN_A_SHOP, SOLD, IN_TRANSFER})


def _left_a_depot(unit: Unit, books: OrderBooks) -> bool:
    """Whether a set was in a depot last and is gone from there without a shipment."""
    kinds = [event.kind for event in units.events_in_force(books.units.trail(unit.imei))]
    return next((kind == KIND_ARRIVED for kind in reversed(kinds) if kind in (KIND_ARRIVED, KIND_SHIPPED)), False)


def _unit(line: ShipmentLine, unit: Unit | None, dealer: Dealer, books: OrderBooks) -> UnitMoved:
    at = datetime.combine(line.shipped_on, time(), tzinfo=zone(dealer.timezone))
    state, holder = units.UNBORN if unit is None else (unit.state, unit.holder)
    if unit is not None:
        if unit.model != line.model:
            raise CannotBook(f"{line.imei} is a {unit.model}, not a {line.model}")
        if unit.origin == ORIGIN_SHIPPED and state in _OUT and not _left_a_depot(unit, books):
            raise CannotBook(f"{line.imei} was shipped to {holder} before")
        if state in (RECEIVED, IN_STOCK) and holder != dealer.code:
            raise CannotBook(f"{line.imei} is in the stock of {holder}")
    if line.depot is not None and (state, holder) != (IN_DEPOT, line.depot) and state not in _OUT:
        lies = f"is {state}{f' at {holder}' if holder else ''}" if unit is not None else "is not known"
        raise CannotBook(f"{line.imei} {lies}, so it cannot leave {line.depot}; import depot-units first")
    if not units.LIFE.can(state, units.KIND_SHIPPED):
        raise CannotBook(f"{line.imei} is {state} and cannot be shipped")
    state, holder = units.move(state, holder, units.KIND_SHIPPED, dealer.code)
    return UnitMoved(
        imei=unit.imei if unit else line.imei,
        model=line.model,
        kind=units.KIND_SHIPPED,
        dealer=dealer.code,
        state=state,
        holder=holder,
        origin=ORIGIN_SHIPPED,
        reference=line.shipment,
        imei2=(unit.imei2 if unit else None) or line.imei2,
        at=at,
    )


def _order(line: ShipmentLine, books: OrderBooks) -> Order:
    order = books.orders.find(line.order or "")
    if order is None or order.dealer != line.dealer:
        raise CannotBook(f"{line.dealer} has no order {line.order}")
    item = next((item for item in order.lines if item.model == line.model), None)
    if item is None:
        raise CannotBook(f"order {order.reference} has no {line.model}")
    if not orders.can(order.state, "ship_some"):
        raise CannotBook(f"order {order.reference} is {order.state}")
    if item.shipped >= orders.wanted(item, order.state):
        wanted = orders.wanted(item, order.state)
        raise CannotBook(f"order {order.reference} has only {wanted} {line.model}, all shipped")
    return order


def merged(records: Iterable[Record]) -> tuple[Record, ...]:
    """The same effects in fewer rows: legs and stock movements that differ in amount alone become one, in order.

    For a shipment of many sets: its invoice is one entry per due date, its stock one row per model.
    """
    out: list[Record] = []
    left: dict[tuple[str, str, str | None], ShipmentLeft] = {}
    amounts: defaultdict[tuple[str, str, str, str, str, date | None], int] = defaultdict(int)
    sets: defaultdict[tuple[str, str, str, str | None], list[int]] = defaultdict(lambda: [0, 0])
    gone: defaultdict[tuple[str, str], int] = defaultdict(int)
    for record in records:
        if isinstance(record, Posted):
            leg = (record.reference, record.dealer, record.account, record.kind, record.currency, record.due_on)
            amounts[leg] += record.amount
        elif isinstance(record, StockMoved):
            moved = sets[record.dealer, record.model, record.kind, record.reference]
            moved[0] += record.quantity
            moved[1] += record.units
        elif isinstance(record, SetsLeft):
            gone[record.depot, record.model] += record.sets
        elif isinstance(record, ShipmentLeft):
            which = (record.dealer, record.shipment, record.order)
            before = left.get(which)
            left[which] = record if before is None else _together(before, record)
        else:
            out.append(record)
    for (dealer, model, movement, note), (quantity, known) in sets.items():
        out.append(StockMoved(dealer, model, quantity, known, movement, note))
    for (reference, dealer, account, kind, currency, due_on), amount in amounts.items():
        out.append(Posted(reference, dealer, account, kind, amount, currency, due_on))
    out += [SetsLeft(depot, model, number) for (depot, model), number in gone.items()]
    return (*out, *left.values())


def _together(first: ShipmentLeft, second: ShipmentLeft) -> ShipmentLeft:
    return ShipmentLeft(
        first.shipment,
        first.dealer,
        first.order,
        first.sets + second.sets,
        second.shipped_on,
        second.carrier or first.carrier,
        second.due_on or first.due_on,
    )
