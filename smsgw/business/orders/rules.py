"""The life of an order: one table of states, its draft with prices, and the credit check that places it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from smsgw.business.core.decision import Record
from smsgw.business.core.trade import Trade
from smsgw.business.directory.rules import Dealer
from smsgw.business.money.rules import MoneyBooks
from smsgw.values import money
from smsgw.values.state_table import StateTable
from smsgw.values.value import value


@value
class Balance:
    """What a dealer owes and has open, in minor units of its currency."""

    owed: int
    open_orders: int
    overdue: int


@value
class OrderDrafted(Record):
    order: Order


@value
class OrderMoved(Record):
    reference: str
    state: str
    why: str | None = None  # the reason that a person gave


@value
class OrderDecided(Record):
    """An order was approved, rejected or (`cancelled`) taken back by somebody who is not of its shop: these phones are
    told, each once. Its OrderMoved says what it is now."""

    reference: str
    phones: tuple[str, ...]
    cancelled: bool = False


@value
class SecondAsked(Record):
    """An order waits for the YES of another phone of the shop: these are told, each once."""

    reference: str
    phones: tuple[str, ...]


@value
class OrderShipped(Record):
    """`sets` more of a model have left for an order, which is now in `state` (part_shipped or shipped)."""

    reference: str
    model: str
    sets: int
    state: str


@value
class OrderLine:
    model: str
    quantity: int
    price: int  # minor units a set, frozen when the draft was made
    shipped: int = 0  # sets of it shipped so far


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
        (CONFIRMED, "ship_some"): PART_SHIPPED,  # whoever ships what waits for approval has approved it
        (CONFIRMED, "ship_rest"): SHIPPED,
        (APPROVED, "ship_some"): PART_SHIPPED,
        (APPROVED, "ship_rest"): SHIPPED,
        (ALLOCATED, "ship_some"): PART_SHIPPED,
        (ALLOCATED, "ship_rest"): SHIPPED,
        (PART_SHIPPED, "ship_some"): PART_SHIPPED,
        (PART_SHIPPED, "ship_rest"): SHIPPED,
        (SHIPPED, "receive"): RECEIVED,
        (RECEIVED, "close"): CLOSED,
    },
)
move, can = LIFE.move, LIFE.can

# The orders whose value not yet shipped counts against the credit limit.
OPEN = (CONFIRMED, APPROVED, ALLOCATED, PART_SHIPPED)


def draft(reference: str, dealer: Dealer, lines: Sequence[OrderLine], now: datetime, minutes: int) -> Order:
    """A draft of the dealer's that waits `minutes` for its YES; its prices and total are frozen here."""
    total = sum(line.quantity * line.price for line in lines)
    return Order(
        reference=reference,
        dealer=dealer.code,
        state=DRAFT,
        lines=tuple(lines),
        total=total,
        currency=dealer.currency,
        at=now,
        expires_at=now + timedelta(minutes=minutes),
    )


def expired(order: Order, now: datetime) -> bool:
    """Whether a draft is past its deadline, whatever its stored state says."""
    return order.state == EXPIRED or (order.state == DRAFT and order.expires_at is not None and order.expires_at <= now)


def credit_left(dealer: Dealer, balance: Balance) -> int:
    """What the dealer may still order, in minor units; below zero when over the limit. A limit of 0 is no credit."""
    return dealer.credit_limit - balance.owed - balance.open_orders


def placed(order: Order, dealer: Dealer, balance: Balance) -> str:
    """The state that a YES brings a draft to: approved within the credit limit, else confirmed (waits for approval)."""
    within = order.total <= credit_left(dealer, balance)
    return move(order.state, "place_within_limit" if within else "place")


def wants_second(order: Order, trade: Trade) -> bool:
    """Whether an order is so large that the phone that sent it is not enough: its number could be forged."""
    above: Decimal = Decimal(trade.second_phone_above) * 10 ** money.places(order.currency)
    return 0 < above < order.total


def quantity(order: Order) -> int:
    """The sets ordered in all."""
    return sum(line.quantity for line in order.lines)


def shipped(order: Order, record: OrderShipped) -> Order:
    """An order when sets of a model have left for it: they go to its lines in turn, what is over to the last one."""
    left = record.sets
    lines = list(order.lines)
    places = [place for place, line in enumerate(lines) if line.model == record.model]
    for place in places:
        line = lines[place]
        sets = left if place == places[-1] else max(0, min(left, line.quantity - line.shipped))
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


class OrderBooks(MoneyBooks, Protocol):
    """The books as far as orders and what they stand on."""

    @property
    def orders(self) -> Orders: ...


def on_order(dealer: str, model: str, books: OrderBooks) -> int:
    """The sets of a model that a dealer has ordered and that have not left yet."""
    placed = books.orders.of_dealer(dealer, OPEN)
    return sum(line.quantity - line.shipped for order in placed for line in order.lines if line.model == model)
