"""An order as verbs find it: by its number, held while it is changed, who may know it, and who hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from smsgw.business.core.decision import Record
from smsgw.business.core.field_kinds import phrase
from smsgw.business.core.phrases import sets
from smsgw.business.core.principal import ABOVE_SHOPS
from smsgw.business.core.reply import Money, Reply
from smsgw.business.depots.rules import promise
from smsgw.business.directory.rules import Dealer, covers
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import Balance, Order, OrderBooks, OrderMoved
from smsgw.calendar.days import business_date

LETTER = "O"
ROLES = ("owner", *ABOVE_SHOPS)  # who orders, asks how far an order is, and cancels it
# So many of a phone's newest bookings are looked through for its open orders.
LOOKED_THROUGH = 20

ORDER_STATE = phrase(*(f"order_is_{state}" for state in orders.STATES))
# By which number the carrier knows what left, and when it should arrive.
COMING = phrase("coming_by_on", "coming_by", "coming_on")
TOLD = phrase("dealer_told", "dealer_not_told")  # whether anybody of the shop will be told


def full_reference(reference: str) -> str:
    """The reference of an order typed with or without its letter."""
    return reference if reference[:1] == LETTER else LETTER + reference


def coming(carrier: str | None, due_on: date | None) -> Reply | None:
    """By which number the carrier knows what left, and when it should arrive; None where nothing is known."""
    if carrier and due_on:
        return Reply("coming_by_on", {"carrier": carrier, "due": due_on})
    if carrier:
        return Reply("coming_by", {"carrier": carrier})
    return Reply("coming_on", {"due": due_on}) if due_on else None


def told_reply(heard: bool) -> Reply:
    """Whether anybody of the shop will be told."""
    return Reply("dealer_told" if heard else "dealer_not_told")


def may_know(phone: str, order: Order, books: OrderBooks) -> bool:
    """Whether the sender behind a phone may be told of an order, and say of it what its verb does."""
    actor = books.directory.actor(phone)
    dealer = books.directory.dealer(order.dealer)
    if actor is None or dealer is None or actor.role not in ROLES:
        return False
    return covers(actor, dealer, books)


def may_not_order(dealer: Dealer, balance: Balance, books: OrderBooks) -> Reply | None:
    """Why no order of a dealer is taken: it is out of use, or owes something for too long; None where one is."""
    if not dealer.active:
        return Reply("order_inactive", {"dealer": dealer.code})
    if orders.is_stopped(balance, business_date(books.now, dealer.timezone), books.trade):
        values = {"dealer": dealer.code, "overdue": Money(balance.overdue, dealer.currency), "since": balance.since}
        return Reply("order_overdue", values)
    return None


def not_draft(order: Order) -> Reply:
    return Reply("order_not_draft", {"reference": order.reference, "state": Reply(f"order_is_{order.state}")})


def promise_from_depots(
    order: Order, approved: Mapping[str, int], region: str, books: OrderBooks
) -> tuple[tuple[Record, ...], tuple[Reply, ...]]:
    """What depots promise to an order of which so many sets are approved now, and that they lack some."""
    step = OrderMoved(order.reference, orders.move(orders.APPROVED, "allocate"))
    promised, missing = promise(order.reference, approved, region, books, step)
    if not missing:
        return promised, ()
    return promised, (Reply("order_lacks", {"reference": order.reference, "missing": sets(missing)}),)
