"""A receipt: what of a delivery has arrived, told as a whole, by number or by IMEI, and what each kind of it books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from smsgw.business.conversation.rules.records import Undone
from smsgw.business.core.decision import Record
from smsgw.business.core.reply import Reply
from smsgw.business.core.trade import Trade
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import Order, OrderReceived
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import StockMoved
from smsgw.business.tickets import rules as tickets
from smsgw.business.tickets.rules import TicketBooks, TicketMoved
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.states import UnitMoved
from smsgw.values.value import value


@value
class Sent:
    """A set that was sent under a delivery note, and where it is now; `told`: a receipt has named it."""

    imei: str
    model: str
    state: str
    holder: str | None
    shipment: str
    told: bool


@value
class ReceiptLine:
    """Of a model: sets that were sent and have arrived, those that have not, those that nobody sent.

    `units` of all that arrived are known by IMEI; `ordered` are counted for the order.
    """

    model: str
    received: int
    short: int
    surplus: int
    units: int
    ordered: int


@value
class Receipt:
    """What a shop says has arrived of `about`, an order or a delivery note; `ticket` is about what is wrong with it."""

    reference: str
    dealer: str
    order: str | None
    about: str
    lines: tuple[ReceiptLine, ...]
    ticket: str | None = None


@value
class ReceiptBooked(Record):
    receipt: Receipt


class Receipts(Protocol):
    """What may be asked about receipts."""

    def find(self, reference: str) -> Receipt | None: ...

    def sent(self, dealer: str, shipments: Sequence[str]) -> Sequence[Sent]:
        """Every set that was sent to a shop under these delivery notes, by IMEI."""


class ReceiptBooks(TicketBooks, Protocol):
    """The books as far as receipts and what they stand on."""

    @property
    def receipts(self) -> Receipts: ...


@value
class Arrival:
    """What has arrived, sorted out: sets by IMEI that were `sent`, those `late` (told to be short before), `new` ones
    that nobody sent, with their models; how many sets of a model are `short` or `surplus` by number; sets that are
    `missing` by IMEI.
    """

    sent: tuple[Sent, ...] = ()
    late: tuple[Sent, ...] = ()
    new: tuple[tuple[str, str], ...] = ()
    missing: tuple[Sent, ...] = ()
    short: tuple[tuple[str, int], ...] = ()
    surplus: tuple[tuple[str, int], ...] = ()


def on_their_way(sent: Iterable[Sent], dealer: str) -> tuple[Sent, ...]:
    """Those of a delivery that its shop has yet to receive."""
    return tuple(one for one in sent if one.state == units.SHIPPED and one.holder == dealer)


def arrived(sent: Iterable[Sent]) -> int:
    """How many of a delivery have come, whatever became of them: received, or sold, given or sent back since."""
    return sum(one.state not in (units.SHIPPED, units.LOST) for one in sent)


def came(number: int, waiting: int, there: int) -> int:
    """How many sets came of those that were `waiting`, where a shop says `number` and has had `there` before.

    The number may be that of all the delivery, or of what came now.
    """
    if number in (waiting, waiting + there):
        return waiting
    return number - there if 0 < there <= number else number


def models_of(sets: Iterable[Sent]) -> dict[str, int]:
    """How many of each model."""
    return dict(sorted(Counter(one.model for one in sets).items()))


def book(
    arrival: Arrival,
    *,
    reference: str,
    dealer: str,
    order: Order | None,
    about: str,
    ticket: str | None,
    delivery: Sequence[Sent],
    books: ReceiptBooks,
) -> tuple[list[Record], dict[str, int]]:
    """The records of a receipt but for its header and ticket, and the sets by which the shop's stock changes.

    Sets that were sent count as stock from now on where receipts are required, and did so before where they are not.
    """
    trade = books.trade
    moved: list[Record] = []
    for one in arrival.sent:
        moved.append(_moved(one, _received(trade), dealer, reference, books))
    for one in arrival.late:
        moved.append(_moved(one, units.KIND_FOUND, dealer, reference, books))
    for one in arrival.missing:
        moved.append(_moved(one, units.KIND_LOST, dealer, reference, books))
    for imei, model in arrival.new:
        unit = books.units.find(imei)
        before = units.UNBORN if unit is None else (unit.state, unit.holder)
        state, holder = units.move(*before, units.KIND_FOUND, dealer)
        origin = units.ORIGIN_UNKNOWN if unit is None else unit.origin
        moved.append(UnitMoved(imei, model, units.KIND_FOUND, dealer, state, holder, origin, reference))
    of_sent, of_late, of_missing = models_of(arrival.sent), models_of(arrival.late), models_of(arrival.missing)
    of_new = Counter(model for _, model in arrival.new)
    told_short, told_surplus = dict(arrival.short), dict(arrival.surplus)
    counted = units.in_stock(units.SHIPPED, trade)
    early = _early(arrival, delivery, dealer)
    lines: list[ReceiptLine] = []
    changes: dict[str, int] = {}
    named = (of_sent, of_late, of_missing, of_new, told_short, told_surplus)
    for model in sorted({model for part in named for model in part}):
        sent, late, missing = of_sent.get(model, 0), of_late.get(model, 0), of_missing.get(model, 0)
        new, short, surplus = of_new.get(model, 0), told_short.get(model, 0), told_surplus.get(model, 0)
        for kind, quantity, known in (
            (stock.RECEIVED, 0 if counted else sent - short, 0 if counted else sent),
            (stock.SHORT, -(short + missing) if counted else 0, -missing if counted else 0),
            (stock.FOUND, late, late),
            (stock.SURPLUS, new + surplus, new),
        ):
            if quantity or known:
                moved.append(StockMoved(dealer, model, quantity, known, kind, reference))
                changes[model] = changes.get(model, 0) + quantity
        ordered = _counted_for(order, model, sent + late - short + early.get(model, 0))
        lines.append(
            ReceiptLine(model, sent + late - short, short + missing, new + surplus, sent + late + new, ordered)
        )
    moved.insert(
        0, ReceiptBooked(Receipt(reference, dealer, order.reference if order else None, about, tuple(lines), ticket))
    )
    if order is not None:
        moved += counted_for_order(order, {line.model: line.ordered for line in lines if line.ordered})
    return moved, changes


def _received(trade: Trade) -> str:
    return units.KIND_DELIVERED if trade.receipt == "required" else units.KIND_RECEIVED


def _moved(one: Sent, kind: str, dealer: str, reference: str, books: ReceiptBooks) -> UnitMoved:
    unit = books.units.find(one.imei)
    assert unit is not None  # it was sent
    state, holder = units.move(unit.state, unit.holder, kind, dealer)
    return UnitMoved(unit.imei, unit.model, kind, dealer, state, holder, unit.origin, reference)


def _early(arrival: Arrival, delivery: Sequence[Sent], dealer: str) -> dict[str, int]:
    """Sets by model that the shop sold, registered or gave away before it said that they came; counted with the receipt
    after which nothing of the delivery is on its way any more, so once.
    """
    waiting = on_their_way(delivery, dealer)
    if not waiting or len(arrival.sent) + len(arrival.missing) < len(waiting):
        return {}
    away = (units.SHIPPED, units.LOST)
    return models_of(one for one in delivery if one.state not in away and not one.told)


def _counted_for(order: Order | None, model: str, arrived: int) -> int:
    """How many of the sets of a model that have arrived are counted for an order: no more than have left for it."""
    lines = [line for line in order.lines if line.model == model] if order is not None else []
    return max(0, min(sum(line.shipped - line.received for line in lines), arrived))


def counted_for_order(order: Order, sets: Mapping[str, int]) -> list[Record]:
    """The records by which sets of each model are received for an order (or, below zero, not received after all)."""
    records: list[Record] = []
    left = sum(line.shipped - line.received for line in order.lines)
    state = order.state
    for model, number in sets.items():
        left -= number
        step = "receive_back" if number < 0 else "receive_rest" if not left else "receive_some"
        if step == "receive_rest" and not orders.can(state, step):
            step = "receive_some"
        if not orders.can(state, step):
            continue
        state = orders.move(state, step)
        records.append(OrderReceived(order.reference, model, number, state))
    return records


def reverse(reference: str, books: ReceiptBooks) -> list[Record] | Reply:
    """What UNDO of a receipt takes back of the order, and of the ticket about it."""
    found = books.receipts.find(reference)
    if found is None:
        return []
    records: list[Record] = []
    order = books.orders.find(found.order) if found.order else None
    if order is not None:
        records += counted_for_order(order, {line.model: -line.ordered for line in found.lines if line.ordered})
    ticket = books.tickets.find(found.ticket) if found.ticket else None
    if ticket is not None and tickets.can(ticket.state, tickets.WITHDRAWN):
        records += [TicketMoved(ticket.reference, tickets.WITHDRAWN), Undone(ticket.reference)]
    return records
