"""How far an order is: the one that is named, or those of a shop or a region that are open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import (
    BRIEF,
    CODE,
    COUNT,
    DATE,
    MONEY,
    NUMBER,
    REASON,
    REFERENCE,
    SETS,
    many,
    phrase,
)
from smsgw.business.core.phrases import digits, sets
from smsgw.business.core.principal import ABOVE_SHOPS, MANAGERS, Actor
from smsgw.business.core.reply import Example, Money, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, covers, shop
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import Order, OrderBooks
from smsgw.business.orders.verbs.standing import COMING, LETTER, LOOKED_THROUGH, ORDER_STATE, coming, full_reference
from smsgw.calendar.days import business_date


def decide_status(command: Command, actor: Actor, books: OrderBooks) -> Decision:
    """Tell how far an order is; one outside the sender's scope is as unknown as one that does not exist.

    Where none is named, those that are under way, the newest first, each with its next date; of one, all about it.
    """
    if not command.order:
        open_ = _open(command, actor, books)
        if not isinstance(open_, str):
            return Decision(replies=(open_,))
        command = replace(command, order=open_)
    reference = full_reference(command.order or "")
    order = books.orders.find(reference)
    dealer = books.directory.dealer(order.dealer) if order else None
    if order is None or dealer is None or not covers(actor, dealer, books):
        return Decision(replies=(Reply("order_unknown", {"reference": reference}),))
    records = orders.expire(order) if orders.expired(order, books.now) else ()
    return Decision(records, (_told(order, dealer, books),))


def _told(order: Order, dealer: Dealer, books: OrderBooks) -> Reply:
    """All about one order: its state, and of one of which sets have left when they did, and when they should arrive."""
    state = orders.EXPIRED if orders.expired(order, books.now) else order.state
    values: dict[str, object] = {
        "reference": order.reference,
        "state": Reply(f"order_is_{state}"),
        "lines": sets(orders.sets_wanted(order)),
        "total": Money(orders.worth(order), order.currency),
        "on": business_date(order.at, dealer.timezone),
    }
    if state == orders.REJECTED:
        return Reply("order_status_rejected", {**values, "why": order.why, "brief": order.why})
    values |= {"shipped": order.shipped, "quantity": orders.quantity(order)}
    left = books.orders.shipments(order.reference)
    if not left or state not in (orders.PART_SHIPPED, orders.SHIPPED):
        return Reply("order_status", values)
    del values["state"]
    values["on"] = left[-1].shipped_on
    due = coming(left[-1].carrier, left[-1].due_on)
    if due is None:
        return Reply("order_status_left", values)
    return Reply("order_status_coming", {**values, "coming": due})


def _open(command: Command, actor: Actor, books: OrderBooks) -> str | Reply:
    """The one order under way; where there is none or several, what to say of them.

    They are those of a shop; of who sees to several shops and names none, those that wait for the decision, or of
    field staff those that they placed themselves.
    """
    if actor.role in ABOVE_SHOPS and command.dealer is None:
        return _of_area(actor, books)
    at = shop(command, actor, books)
    if isinstance(at, Reply):
        return at
    found = books.orders.of_dealer(at.code, orders.UNDER_WAY)
    if len(found) == 1:
        return found[0].reference
    if not found:
        return Reply("orders_none", {"dealer": at.code})
    far = tuple(_far(order, at, books) for order in found)
    return Reply(
        "orders_open", {"dealer": at.code, "orders": TruncatableList(far), "number": digits(found[0].reference)}
    )


def _of_area(actor: Actor, books: OrderBooks) -> str | Reply:
    if actor.role not in MANAGERS:
        mine = list(_placed_by(actor, books))
        if len(mine) == 1:
            return mine[0][0].reference
        if mine:
            far = tuple(_far(order, dealer, books) for order, dealer in mine)
            return Reply("orders_placed", {"orders": TruncatableList(far), "number": digits(mine[0][0].reference)})
    waiting = books.orders.waiting(None if actor.role == "hq" else actor.region)
    if not waiting:
        return Reply("orders_waiting_none")
    values = {"count": len(waiting), "orders": TruncatableList(tuple(waiting)), "number": digits(waiting[0])}
    return Reply("orders_waiting", values)


def _placed_by(actor: Actor, books: OrderBooks) -> Iterator[tuple[Order, Dealer]]:
    """The orders under way among the newest that a phone placed, the newest first."""
    for booking in books.conversation.bookings(actor.phone, LOOKED_THROUGH):
        order = books.orders.find(booking.reference) if booking.reference.startswith(LETTER) else None
        dealer = books.directory.dealer(order.dealer) if order is not None else None
        if order is None or dealer is None or order.state not in orders.UNDER_WAY or not covers(actor, dealer, books):
            continue
        yield order, dealer


def _far(order: Order, dealer: Dealer, books: OrderBooks) -> Reply:
    """An order as one of several, with its next date: when its sets should arrive, else since when it is as it is."""
    values: dict[str, object] = {"reference": order.reference}
    left = books.orders.shipments(order.reference) if order.shipped else ()
    if left:
        values |= {"shipped": order.shipped, "quantity": orders.quantity(order)}
        due = next((one.due_on for one in reversed(left) if one.due_on), None)
        if due is not None:
            return Reply("order_far_due", {**values, "due": due})
        return Reply("order_far_left", {**values, "on": left[-1].shipped_on})
    since = books.orders.reached_at(order.reference)
    values["state"] = Reply(f"order_is_{order.state}")
    if since is None:
        return Reply("order_far", values)
    return Reply("order_far_on", {**values, "on": business_date(since, dealer.timezone)})


def list_open(command: Command, actor: Actor, books: OrderBooks) -> Decision | None:
    """ORD alone: the orders under way; None where there is none, so that it is told how to order."""
    if command.order or command.items or [problem.code for problem in command.problems] != ["incomplete"]:
        return None
    told = decide_status(Command("order_status", dealer=command.dealer), actor, books)
    return told if told.replies[0].key in _LISTED else None


def example_of_open(verb: str, actor: Actor, books: OrderBooks) -> Example | None:
    """The newest open order of a shop, or the one of an area that has waited longest, by its digits.

    None where there is none: what is over may be of years, and is no example.
    """
    if actor.dealer:
        found = [order.reference for order in books.orders.of_dealer(actor.dealer, orders.OPEN)]
    else:
        found = [*books.orders.waiting(None if actor.role == "hq" else actor.region)]
    return Example(verb, number=digits(found[0])) if found else None


_FAR = phrase("order_far", "order_far_on", "order_far_left", "order_far_due")
_LEFT = {
    "reference": REFERENCE,
    "shipped": COUNT,
    "quantity": COUNT,
    "on": DATE,
    "lines": SETS,
    "total": MONEY,
}
# What ORD alone may be answered with; where none of it can be said, it is told how to order.
_LISTED = ("order_status", "order_status_left", "order_status_coming", "orders_open", "orders_placed", "orders_waiting")

ORDER_STATUS = Verb(
    name="order_status",
    place=80,
    arguments=("order", "dealer"),
    roles=("owner", *ABOVE_SHOPS),
    decide=decide_status,
    on_rejected=list_open,
    example=lambda actor, books: example_of_open("order_status", actor, books),
    reads_only=True,
    fragment="order",
    replies=ReplyTable(
        answers={
            "order_status": {
                "reference": REFERENCE,
                "state": ORDER_STATE,
                "lines": SETS,
                "total": MONEY,
                "shipped": COUNT,
                "quantity": COUNT,
                "on": DATE,
            },
            "order_status_left": _LEFT,
            "order_status_coming": {**_LEFT, "coming": COMING},
            "orders_placed": {"orders": many(_FAR), "number": NUMBER},
            "orders_none": {"dealer": CODE},
            "orders_waiting": {"count": COUNT, "orders": many(REFERENCE), "number": NUMBER},
            "orders_waiting_none": {},
            "orders_open": {"dealer": CODE, "orders": many(_FAR), "number": NUMBER},
            "order_status_rejected": {
                "reference": REFERENCE,
                "state": ORDER_STATE,
                "lines": SETS,
                "total": MONEY,
                "on": DATE,
                "why": REASON,
                "brief": BRIEF,
            },
        },
        phrases={
            "order_far": {"reference": REFERENCE, "state": ORDER_STATE},
            "order_far_on": {"reference": REFERENCE, "state": ORDER_STATE, "on": DATE},
            "order_far_left": {"reference": REFERENCE, "shipped": COUNT, "quantity": COUNT, "on": DATE},
            "order_far_due": {"reference": REFERENCE, "shipped": COUNT, "quantity": COUNT, "due": DATE},
            "coming_by_on": {"carrier": BRIEF, "due": DATE},
            "coming_by": {"carrier": BRIEF},
            "coming_on": {"due": DATE},
        },
    ),
    examples=("ORD 7731",),
    examples_zh=("订单 7731",),
)
