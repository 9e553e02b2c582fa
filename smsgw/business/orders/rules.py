"""The life of an order: one table of states, its draft with prices, and the credit check that places it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol, TypeAlias

from smsgw.business.consent.rules import ORDERS, has_stopped
from smsgw.business.conversation.rules.records import Answered, Undone
from smsgw.business.core.bookings import Booking
from smsgw.business.core.decision import Record
from smsgw.business.core.trade import Trade
from smsgw.business.depots.rules import DepotBooks
from smsgw.business.directory.rules import Dealer
from smsgw.calendar.days import business_date
from smsgw.values import money
from smsgw.values.state_table import StateTable
from smsgw.values.value import value

# By model, the sets of an order that are approved.
Approved: TypeAlias = tuple[tuple[str, int], ...]


@value
class Balance:
    """What a dealer owes and has open, in minor units; `since`: since when something is overdue; `lent`: how much above
    its limit it may go until the end of the day `lent_until`."""

    owed: int
    open_orders: int
    overdue: int
    since: date | None = None
    lent: int = 0
    lent_until: date | None = None


@value
class OrderDrafted(Record):
    order: Order


@value
class OrderMoved(Record):
    """An order is now in `state`. Of an approval, `approved` are the sets of each model; None: all that was ordered."""

    reference: str
    state: str
    why: str | None = None  # the reason that a person gave
    approved: Approved | None = None


@value
class OrderDecided(Record):
    """An order was approved, rejected or (`cancelled`) taken back from outside its shop: phones are told, each once."""

    reference: str
    phones: tuple[str, ...]
    cancelled: bool = False


@value
class OrderTold(Record):
    """These phones are told, each once, of an order that somebody else placed for the shop (`what`: confirmed,
    approved) or closed (closed), or that nobody confirmed in time (expired)."""

    reference: str
    what: str
    phones: tuple[str, ...]


@value
class SecondTold(Record):
    """Phones are told, each once: that an order waits for the YES of a second one, or which `state` that brought."""

    reference: str
    phones: tuple[str, ...]
    state: str = ""


@value
class OrderShipped(Record):
    """`sets` more of a model have left for an order, which is now in `state` (part_shipped or shipped)."""

    reference: str
    model: str
    sets: int
    state: str
    depot: str | None = None  # where they lay


@value
class ShipmentLeft(Record):
    """`sets` have left for a dealer under a delivery note, for an order or for none, and when they should arrive."""

    shipment: str
    dealer: str
    order: str | None
    sets: int
    shipped_on: date
    carrier: str | None = None  # the carrier's own number of it
    due_on: date | None = None


@value
class OrderReceived(Record):
    """`sets` of a model have arrived for an order (below zero: have not, after all), which is now in `state`."""

    reference: str
    model: str
    sets: int
    state: str


@value
class OrderLine:
    """A line of an order: of `quantity` sets that were ordered `approved` are to leave, once it is decided."""

    model: str
    quantity: int
    price: int  # minor units a set, frozen when the draft was made
    shipped: int = 0  # sets of it shipped so far
    approved: int = 0
    received: int = 0


@value
class Waiting:
    """An order that waits for approval."""

    reference: str
    dealer: str
    total: int  # minor units
    currency: str


@value
class Shipment:
    """What left for an order at once."""

    shipment: str
    sets: int
    shipped_on: date
    carrier: str | None
    due_on: date | None


@value
class Order:
    """An order.

    States: draft confirmed approved allocated part_shipped shipped received closed rejected cancelled expired.
    """

    reference: str
    dealer: str
    state: str
    lines: tuple[OrderLine, ...]
    total: int  # minor units
    currency: str
    at: datetime
    expires_at: datetime | None
    shipped: int = 0  # sets shipped against it so far
    why: str = ""  # it was rejected


DRAFT, CONFIRMED, APPROVED, ALLOCATED = "draft", "confirmed", "approved", "allocated"
PART_SHIPPED, SHIPPED, RECEIVED, CLOSED = "part_shipped", "shipped", "received", "closed"
REJECTED, CANCELLED, EXPIRED = "rejected", "cancelled", "expired"

STATES = (
    DRAFT,
    CONFIRMED,
    APPROVED,
    ALLOCATED,
    PART_SHIPPED,
    SHIPPED,
    RECEIVED,
    CLOSED,
    REJECTED,
    CANCELLED,
    EXPIRED,
)

LIFE = StateTable(
    "an order",
    STATES,
    {
        (DRAFT, "place"): CONFIRMED,
        (DRAFT, "place_within_limit"): APPROVED,
        (DRAFT, "expire"): EXPIRED,
        (DRAFT, "cancel"): CANCELLED,
        (CONFIRMED, "cancel"): CANCELLED,
        (APPROVED, "cancel"): CANCELLED,
        (ALLOCATED, "cancel"): CANCELLED,
        (CONFIRMED, "approve"): APPROVED,
        (CONFIRMED, "reject"): REJECTED,
        (APPROVED, "allocate"): ALLOCATED,
        (ALLOCATED, "release"): APPROVED,
        (CONFIRMED, "ship_some"): PART_SHIPPED,  # whoever ships what waits for approval has approved it
        (CONFIRMED, "ship_rest"): SHIPPED,
        (APPROVED, "ship_some"): PART_SHIPPED,
        (APPROVED, "ship_rest"): SHIPPED,
        (ALLOCATED, "ship_some"): PART_SHIPPED,
        (ALLOCATED, "ship_rest"): SHIPPED,
        (PART_SHIPPED, "ship_some"): PART_SHIPPED,
        (PART_SHIPPED, "ship_rest"): SHIPPED,
        (PART_SHIPPED, "receive_some"): PART_SHIPPED,
        (SHIPPED, "receive_some"): SHIPPED,
        (SHIPPED, "receive_rest"): RECEIVED,
        (CLOSED, "receive_some"): CLOSED,  # what was given up came after all
        (PART_SHIPPED, "receive_back"): PART_SHIPPED,  # a receipt was undone
        (SHIPPED, "receive_back"): SHIPPED,
        (RECEIVED, "receive_back"): SHIPPED,
        (CLOSED, "receive_back"): CLOSED,
        (PART_SHIPPED, "close"): CLOSED,  # the rest does not come any more
        (SHIPPED, "close"): CLOSED,  # what has not arrived will not
        (RECEIVED, "close"): CLOSED,
    },
)
move, can = LIFE.move, LIFE.can

# The orders whose value not yet shipped counts against the credit limit.
OPEN = (CONFIRMED, APPROVED, ALLOCATED, PART_SHIPPED)
# Those that a dealer still waits for.
UNDER_WAY = (*OPEN, SHIPPED)
# Those of which it is decided how much of them is to leave.
DECIDED = (APPROVED, ALLOCATED, PART_SHIPPED, SHIPPED, RECEIVED, CLOSED)


def draft(reference: str, dealer: Dealer, lines: Sequence[OrderLine], now: datetime, minutes: int) -> Order:
    """A draft of the dealer's that waits `minutes` for its YES; its prices and total are frozen here."""
    return Order(
        reference=reference,
        dealer=dealer.code,
        state=DRAFT,
        lines=tuple(lines),
        total=sum(line.quantity * line.price for line in lines),
        currency=dealer.currency,
        at=now,
        expires_at=now + timedelta(minutes=minutes),
    )


def expired(order: Order, now: datetime) -> bool:
    """Whether a draft is past its deadline, whatever its stored state says."""
    return order.state == EXPIRED or (order.state == DRAFT and order.expires_at is not None and order.expires_at <= now)


def credit_left(dealer: Dealer, balance: Balance) -> int:
    """What the dealer may still order, in minor units; below zero when over the limit. A limit of 0 is no credit."""
    return dealer.credit_limit + balance.lent - balance.owed - balance.open_orders


def is_stopped(balance: Balance, today: date, trade: Trade) -> bool:
    """Whether a dealer owes something for so long past its day that it may not order ([trade] overdue_days)."""
    return bool(trade.overdue_days) and balance.since is not None and (today - balance.since).days > trade.overdue_days


def placed(order: Order, dealer: Dealer, balance: Balance) -> str:
    """The state that a YES brings a draft to: approved within the credit limit, else confirmed (waits for approval)."""
    within = order.total <= credit_left(dealer, balance)
    return move(order.state, "place_within_limit" if within else "place")


def wants_second(order: Order, trade: Trade) -> bool:
    """Whether an order is so large that the phone that sent it is not enough: its number could be forged."""
    above: Decimal = Decimal(trade.second_phone_above) * 10 ** money.places(order.currency)
    return 0 < above < order.total


def wanted(line: OrderLine, state: str) -> int:
    """The sets of a line that are to leave: those ordered, or of what has been decided those approved."""
    return line.approved if state in DECIDED else line.quantity


def quantity(order: Order) -> int:
    """The sets that are to leave in all."""
    return sum(wanted(line, order.state) for line in order.lines)


def sets_wanted(order: Order) -> dict[str, int]:
    """The sets of each model that are to leave."""
    lines = {line.model: wanted(line, order.state) for line in order.lines}
    return {model: sets for model, sets in lines.items() if sets}


def worth(order: Order) -> int:
    """What the sets that are to leave cost, in minor units: the total, or of an order approved in part less."""
    return sum(wanted(line, order.state) * line.price for line in order.lines)


def summed(named: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Sets by model, where a model is named more than once those of all."""
    found: dict[str, int] = {}
    for model, sets in named:
        found[model] = found.get(model, 0) + sets
    return found


def not_in(order: Order, named: Iterable[tuple[str, int]]) -> tuple[str, int, int] | None:
    """Of sets that are named of an order the first that are not in it: the model, how many were named, how many were
    ordered; None where the order has all of them."""
    ordered = {line.model: line.quantity for line in order.lines}
    over = ((model, sets, ordered.get(model, 0)) for model, sets in summed(named).items())
    return next((found for found in over if found[1] > found[2]), None)


def part_of(order: Order, named: Iterable[tuple[str, int]]) -> Approved | None:
    """The sets that are named of an order, as they are approved; None where nothing is named or that is all of it."""
    found = summed(named)
    return None if found in ({}, {line.model: line.quantity for line in order.lines}) else tuple(found.items())


def price_of(order: Order, approved: Approved | None) -> int:
    """What the sets cost that are approved (None: all), in minor units."""
    if approved is None:
        return order.total
    prices = {line.model: line.price for line in order.lines}
    return sum(sets * prices[model] for model, sets in approved)


def not_approved(order: Order, approved: Approved) -> dict[str, int]:
    """The sets of each model that were ordered and are not among those approved."""
    sets = dict(approved)
    left = {line.model: line.quantity - sets.get(line.model, 0) for line in order.lines}
    return {model: rest for model, rest in left.items() if rest}


def shipped(order: Order, record: OrderShipped) -> Order:
    """An order when sets of a model have left for it: they go to its lines in turn, what is over to the last one.

    Whoever ships what waits for approval has approved it.
    """
    left = record.sets
    lines = [replace(line, approved=wanted(line, order.state)) for line in order.lines]
    places = [place for place, line in enumerate(lines) if line.model == record.model]
    for place in places:
        line = lines[place]
        sets = left if place == places[-1] else max(0, min(left, line.approved - line.shipped))
        lines[place] = replace(line, shipped=line.shipped + sets)
        left -= sets
    return replace(order, lines=tuple(lines), state=record.state, shipped=order.shipped + record.sets)


class Orders(Protocol):
    """What may be asked about orders."""

    def find(self, reference: str) -> Order | None: ...

    def of_dealer(self, dealer: str, states: Sequence[str]) -> Sequence[Order]:
        """The dealer's orders in any of the states, newest first."""

    def balance(self, dealer: str, today: date) -> Balance:
        """What a dealer owes and has on order; until the transaction ends no other daemon lends to it."""

    def waiting(self, region: str | None) -> Sequence[str]:
        """The orders of a region (None: all of them) that wait for approval, by reference, the oldest first."""

    def waiting_orders(self, region: str | None) -> Sequence[Waiting]:
        """The same, each with its shop and total."""

    def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        """Drafts past their deadline, by reference, so many of them at most."""

    def shipments(self, reference: str) -> Sequence[Shipment]:
        """What has left for an order, the newest last."""

    def reached_at(self, reference: str) -> datetime | None:
        """When an order came to the state that it has."""


class OrderBooks(DepotBooks, Protocol):
    """The books as far as orders and what they stand on."""

    @property
    def orders(self) -> Orders: ...


def on_order(dealer: str, model: str, books: OrderBooks) -> int:
    """The sets of a model that a dealer has ordered and that have not left yet."""
    placed = books.orders.of_dealer(dealer, OPEN)
    return sum(
        wanted(line, order.state) - line.shipped for order in placed for line in order.lines if line.model == model
    )


# ---- an order that is to be changed


@value
class Held:
    """An order with its dealer, and what the dealer owes: no other daemon changes them before this one has booked."""

    order: Order
    dealer: Dealer
    balance: Balance


def hold_order(reference: str, books: OrderBooks) -> Held | None:
    """An order that is to be changed; None where there is none.

    Asking for the balance holds the dealer. What was read before that may have changed while we waited for it.
    """
    order = books.orders.find(reference)
    dealer = books.directory.dealer(order.dealer) if order else None
    if dealer is None:
        return None
    balance = books.orders.balance(dealer.code, business_date(books.now, dealer.timezone))
    order = books.orders.find(reference)
    return Held(order, dealer, balance) if order else None


def hearing(order: Order, books: OrderBooks, by: str | None = None) -> tuple[bool, tuple[str, ...]]:
    """Who is told what the phone `by`, or nobody's phone, does to an order: whether anybody of its shop is, and the
    phones.

    They are those of the shop's owners, and the one it came from where that is not one of the shop: a field worker's.
    """
    owners = [*books.consent.owners_hearing(order.dealer, ORDERS)]
    booking = books.conversation.booking(order.reference)
    sender = books.directory.actor(booking.phone) if booking and booking.phone else None
    phones = [*owners]
    if (
        sender is not None
        and sender.dealer != order.dealer
        and not has_stopped(books.consent.history(sender.phone), ORDERS)
    ):
        phones.append(sender.phone)
    return bool(owners), tuple(phone for phone in phones if phone != by)


def expire(order: Order) -> tuple[Record, ...]:
    """The record that a draft past its deadline wants, if it has not got it yet."""
    if order.state == DRAFT:
        return (OrderMoved(order.reference, move(order.state, "expire")),)
    return ()


def take_back(order: Order, booking: Booking | None, books: OrderBooks, why: str | None = None) -> list[Record]:
    """The records by which an order is cancelled: its step, its booking undone, and the question about it closed."""
    records: list[Record] = [OrderMoved(order.reference, move(order.state, "cancel"), why)]
    if booking is None:
        return records
    records.append(Undone(order.reference))
    if booking.phone and any(q.reference == order.reference for q in books.conversation.questions(booking.phone)):
        records.append(Answered(order.reference, booking.phone, "no"))
    return records
