"""How far an order is: the one that is named, or those of a shop or a region that are open."""

from __future__ import annotations

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
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Example, Money, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import covers, shop
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import OrderBooks
from smsgw.business.orders.verbs.order import ORDER_STATE, expire, full_reference
from smsgw.calendar.days import business_date


def decide_status(command: Command, actor: Actor, books: OrderBooks) -> Decision:
    """Tell how far an order is; one outside the sender's scope is as unknown as one that does not exist.

    Where none is named, the shop's orders that are not all shipped, the newest first; of one, all about it.
    """
    if command.order is None:
        open_ = _open(command, actor, books)
        if not isinstance(open_, str):
            return Decision(replies=(open_,))
        command = replace(command, order=open_)
    reference = full_reference(command.order or "")
    order = books.orders.find(reference)
    dealer = books.directory.dealer(order.dealer) if order else None
    if order is None or dealer is None or not covers(actor, dealer, books):
        return Decision(replies=(Reply("order_unknown", {"reference": reference}),))
    records = expire(order) if orders.expired(order, books.now) else ()
    state = orders.EXPIRED if records else order.state
    values = {
        "reference": reference,
        "state": Reply(f"order_is_{state}"),
        "lines": sets({line.model: line.quantity for line in order.lines}),
        "total": Money(order.total, order.currency),
        "shipped": order.shipped,
        "quantity": orders.quantity(order),
        "on": business_date(order.at, dealer.timezone),
    }
    if order.why:
        del values["shipped"], values["quantity"]
        return Decision(records, (Reply("order_status_rejected", {**values, "why": order.why, "brief": order.why}),))
    return Decision(records, (Reply("order_status", values),))


def _open(command: Command, actor: Actor, books: OrderBooks) -> str | Reply:
    """The one open order of a shop; where there is none or several, or for who sees to several shops, what to say."""
    if actor.role in ABOVE_SHOPS and command.dealer is None:
        waiting = books.orders.waiting(None if actor.role == "hq" else actor.region)
        if not waiting:
            return Reply("orders_waiting_none")
        values = {"count": len(waiting), "orders": TruncatableList(tuple(waiting)), "number": digits(waiting[0])}
        return Reply("orders_waiting", values)
    at = shop(command, actor, books)
    if isinstance(at, Reply):
        return at
    found = books.orders.of_dealer(at.code, orders.OPEN)
    if len(found) == 1:
        return found[0].reference
    if not found:
        return Reply("orders_none", {"dealer": at.code})
    far = [Reply("order_far", {"reference": o.reference, "state": Reply(f"order_is_{o.state}")}) for o in found]
    values = {"dealer": at.code, "orders": TruncatableList(tuple(far)), "number": digits(found[0].reference)}
    return Reply("orders_open", values)


def example_of_open(verb: str, actor: Actor, books: OrderBooks) -> Example | None:
    """The newest open order of a shop, or the one of an area that has waited longest, by its digits.

    None where there is none: what is over may be of years, and is no example.
    """
    if actor.dealer:
        found = [order.reference for order in books.orders.of_dealer(actor.dealer, orders.OPEN)]
    else:
        found = [*books.orders.waiting(None if actor.role == "hq" else actor.region)]
    return Example(verb, number=digits(found[0])) if found else None


ORDER_STATUS = Verb(
    name="order_status",
    place=80,
    arguments=("order", "dealer"),
    roles=("owner", *ABOVE_SHOPS),
    decide=decide_status,
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
            "orders_none": {"dealer": CODE},
            "orders_waiting": {"count": COUNT, "orders": many(REFERENCE), "number": NUMBER},
            "orders_waiting_none": {},
            "orders_open": {"dealer": CODE, "orders": many(phrase("order_far")), "number": NUMBER},
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
        phrases={"order_far": {"reference": REFERENCE, "state": ORDER_STATE}},
    ),
    examples=("ORD 7731",),
    examples_zh=("订单 7731",),
)
