"""Receiving: which sets a delivery has, which of them came, and the records of it with a ticket for what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.decision import Record
from smsgw.business.core.phrases import summary
from smsgw.business.directory.rules import Dealer
from smsgw.business.orders.rules import Order
from smsgw.business.receipts.rules import arrivals
from smsgw.business.receipts.rules.arrivals import Arrival, ReceiptBooks, Sent
from smsgw.business.tickets import rules as tickets
from smsgw.business.tickets.rules import Ticket, TicketOpened
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.states import KIND_FLAGGED, Unit, UnitMoved
from smsgw.calendar.days import business_date
from smsgw.values.value import value

LETTER = "R"  # of the references of receipts
VERB = "receive"

ABOUT = 20  # characters of a delivery note's name that an answer has room for
SUMMARY = 20  # characters of a ticket that LAST tells


@value
class Delivery:
    """What is received: of an order, or of a delivery note; every set of it, and those still on their way."""

    dealer: Dealer
    order: Order | None
    about: str
    sent: Sequence[Sent]
    waiting: Sequence[Sent]


@value
class Received:
    """What came of a receipt: its reference ('' where nothing is booked), the ticket about what is wrong, how many
    sets of each model have come, and by how many the shop's stock changes; the records of both.
    """

    reference: str
    ticket: Ticket | None
    models: dict[str, int]
    changes: dict[str, int]
    opened: tuple[Record, ...]
    records: tuple[Record, ...]


def of_order(order: Order, dealer: Dealer, books: ReceiptBooks) -> Delivery | None:
    """What has left for an order; None where nothing has. Of an order that left in parts, the parts that are on their
    way: what came before is received already.
    """
    notes = tuple(dict.fromkeys(left.shipment for left in books.orders.shipments(order.reference)))
    if not notes:
        return None
    sent = books.receipts.sent(dealer.code, notes)
    waiting = arrivals.on_their_way(sent, dealer.code)
    open_ = {one.shipment for one in waiting}
    sent = [one for one in sent if one.shipment in open_ or not open_]
    return Delivery(dealer, order, order.reference, sent, waiting)


def of_notes(dealer: Dealer, notes: Sequence[str], books: ReceiptBooks) -> Delivery:
    """What was sent to a shop under delivery notes."""
    sent = books.receipts.sent(dealer.code, notes)
    about = notes[0] if len(notes) == 1 else ""
    return Delivery(dealer, None, about[:ABOUT], sent, arrivals.on_their_way(sent, dealer.code))


def by_number(delivery: Delivery, came: int) -> Arrival | None:
    """What has arrived where so many sets of those on their way came; None where some are missing, and of several
    models, so that only IMEIs say which.
    """
    waiting = delivery.waiting
    if came == 0:
        return Arrival(missing=tuple(waiting))
    models = arrivals.models_of(waiting)
    missing, extra = len(waiting) - came, came - len(waiting)
    if missing > 0 and len(models) > 1:
        return None
    model = next(iter(models))
    return Arrival(
        sent=tuple(waiting),
        short=((model, missing),) if missing > 0 else (),
        surplus=((model, extra),) if extra > 0 else (),
    )


def absurd(delivery: Delivery, came: int) -> bool:
    """Whether so many more sets came than were sent that somebody should say so twice."""
    waiting = len(delivery.waiting)
    return came - waiting > max(waiting, 10)


def receive(
    arrival: Arrival,
    delivery: Delivery,
    books: ReceiptBooks,
    *,
    phone: str | None,
    foreign: Sequence[Unit] = (),
    asked: str | None = None,
) -> Received:
    """Take what has arrived as received, under the reference `asked` or a new one.

    What is short, too much, or (`foreign`) another shop's is a ticket of whoever sees to the shop, and `phone` hears
    what becomes of it; without one there is no ticket.
    """
    dealer = delivery.dealer
    anything = arrival.sent or arrival.late or arrival.new or arrival.missing
    reference = (asked or books.reference(LETTER)) if anything else ""
    today = business_date(books.now, dealer.timezone)
    models = _came(arrival)
    wrong = _wrong(arrival, foreign)
    ticket = _ticket(reference, delivery, wrong, phone, books) if wrong and phone else None
    opened: list[Record] = []
    if ticket is not None:
        text = ticket.text[:SUMMARY]
        opened += [Booked(ticket.reference, tickets.VERB, dealer.code, today, text), TicketOpened(ticket)]
        opened += [_flagged(unit, dealer.code, ticket.reference) for unit in foreign]
    records: list[Record] = []
    changes: dict[str, int] = {}
    if reference:
        moved, changes = arrivals.book(
            arrival,
            reference=reference,
            dealer=dealer.code,
            order=delivery.order,
            about=delivery.about,
            ticket=ticket.reference if ticket else None,
            delivery=delivery.sent,
            books=books,
        )
        records += [Booked(reference, VERB, dealer.code, today, summary(models.items())), *moved]
    return Received(reference, ticket, models, changes, tuple(opened), tuple(records))


def elsewhere(unit: Unit, code: str) -> bool:
    """Whether another shop has a set, or is to get it."""
    return unit.holder not in (code, None) and unit.state in units.IN_A_SHOP


def _came(arrival: Arrival) -> dict[str, int]:
    """How many sets of each model have come, whoever sent them."""
    models = arrivals.models_of([*arrival.sent, *arrival.late])
    for _, model in arrival.new:
        models[model] = models.get(model, 0) + 1
    for model, number in arrival.surplus:
        models[model] = models.get(model, 0) + number
    for model, number in arrival.short:
        models[model] -= number
    return {model: number for model, number in models.items() if number}


def _wrong(arrival: Arrival, foreign: Sequence[Unit]) -> str:
    """What is not as it was sent, in no language; '' where all is."""
    missing = [f"{one.model} {one.imei}" for one in arrival.missing]
    short = [*(f"{model} x{number}" for model, number in arrival.short), *missing]
    surplus = [
        *(f"{model} x{number}" for model, number in arrival.surplus),
        *(f"{model} {imei}" for imei, model in arrival.new),
    ]
    told = (("short", short), ("surplus", surplus), ("wrong", [f"{unit.model} {unit.imei}" for unit in foreign]))
    return "; ".join(f"{what} {', '.join(which)}" for what, which in told if which)


def _ticket(reference: str, delivery: Delivery, wrong: str, phone: str, books: ReceiptBooks) -> Ticket:
    """A ticket about what is wrong with a delivery, with whoever sees to the shop to answer it."""
    dealer = delivery.dealer
    return Ticket(
        reference=books.reference(tickets.LETTER),
        dealer=dealer.code,
        subject=reference or (delivery.order.reference if delivery.order else None),
        phone=phone,
        assignee=books.tickets.assignee(dealer),
        state=tickets.OPEN,
        due_at=tickets.due_at(dealer, books),
        text=f"{delivery.about} {wrong}".strip(),
    )


def _flagged(unit: Unit, code: str, reference: str) -> UnitMoved:
    return UnitMoved(unit.imei, unit.model, KIND_FLAGGED, code, unit.state, unit.holder, unit.origin, reference)
