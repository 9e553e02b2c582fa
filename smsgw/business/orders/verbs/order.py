"""ORDER: a draft at the shop's own prices. Its YES and NO: `answers`; how far one is: `status`; what managers decide:
`approval`; how it is taken back or put right: `changes` and `cancel`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from smsgw.business.conversation.rules.questions import ask_of_draft
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.examples import example_of
from smsgw.business.core.field_kinds import (
    CODE,
    COUNT,
    DATE,
    MONEY,
    NUMBER,
    OWED,
    REFERENCE,
    SETS,
    TIME,
    phrase,
)
from smsgw.business.core.phrases import digits, sets, summary
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Example, Money, Reply, Syntax
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import OrderBooks, OrderDrafted, OrderLine
from smsgw.business.orders.verbs.answers import drop, lapse, place, tell_state
from smsgw.business.orders.verbs.changes import restate, undo
from smsgw.business.orders.verbs.standing import LETTER, LOOKED_THROUGH, ORDER_STATE, ROLES, TOLD, may_not_order
from smsgw.business.orders.verbs.status import list_open
from smsgw.calendar.days import business_date, local


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: OrderBooks) -> Decision:
    """Draft an order at today's prices of the dealer; it is placed by YES. One bad line stops it whole.

    That a model is announced to cost less is told with it.
    """
    balance = books.orders.balance(dealer.code, business_date(books.now, dealer.timezone))
    stopped = may_not_order(dealer, balance, books)
    if stopped is not None:
        return Decision(replies=(stopped,))
    if not command.items:
        example = example_of(ORDER, actor, books)
        return Decision(replies=(Reply("help_verb", {"syntax": Syntax(ORDER.name), "example": example}),))
    now = local(books.now, dealer.timezone)
    wanted: dict[str, int] = {}
    for item in command.items:
        wanted[item.model] = wanted.get(item.model, 0) + item.quantity
    lines: list[OrderLine] = []
    cheaper: list[tuple[date, int, str]] = []  # from when on, what a set costs then, which model
    for model, quantity in wanted.items():
        price = books.prices.in_force(model, dealer, now.date())
        if price is None or price.currency != dealer.currency:
            return Decision(replies=(Reply("order_no_price", {"model": model}),))
        lines.append(OrderLine(model, quantity, price.dealer_price))
        change = books.prices.coming(model, dealer, now.date())
        if change is not None and change.price is not None and change.price.currency == price.currency:
            then = change.price.dealer_price
            if then < price.dealer_price:
                cheaper.append((change.on, then, model))
    reference = command.asked or books.reference(LETTER)
    order = orders.draft(reference, dealer, lines, books.now, books.trade.order_minutes)
    short = summary(wanted.items())
    until = order.expires_at or books.now
    records: tuple[Record, ...] = (
        Booked(reference, ORDER.name, dealer.code, now.date(), short),
        OrderDrafted(order),
        ask_of_draft(books, actor.phone, ORDER.name, reference, short, until),
    )
    left = orders.credit_left(dealer, balance) - order.total
    values = {
        "reference": reference,
        "number": digits(reference),
        "lines": sets(wanted),
        "total": Money(order.total, order.currency),
        "until": local(until, dealer.timezone),
    }
    if left >= 0:
        key, values = "order_draft", {**values, "left": Money(left, order.currency)}
    else:
        key, values = "order_draft_over", {**values, "over": Money(-left, order.currency)}
    lying = _in_depots(wanted, books)
    if lying is not None:
        key, values = f"{key}_depot", {**values, "depot": lying}
    replies = [Reply(key, values)]
    if cheaper:
        on, then, model = min(cheaper)
        soon = {"model": model, "price": Money(then, order.currency), "on": on}
        replies.append(Reply("order_cheaper_soon", soon))
    return Decision(records, tuple(replies))


def _in_depots(wanted: Mapping[str, int], books: OrderBooks) -> Reply | None:
    """What lies in the depots, promised to nobody, of the sets that are wanted; None where there are no depots."""
    free = books.depots.available(wanted)
    if free is None:
        return None
    now, count = sum(min(sets, free[model]) for model, sets in wanted.items()), sum(wanted.values())
    if now == count:
        return Reply("in_depot", {"count": count})
    return Reply("in_depot_later", {"count": now}) if now else Reply("in_depot_none")


def cancel_open(actor: Actor, books: OrderBooks) -> Command | None:
    """What would cancel the newest open order of a sender; None where there is none."""
    for booking in books.conversation.bookings(actor.phone, LOOKED_THROUGH):
        if booking.verb != ORDER.name or booking.undone:
            continue
        order = books.orders.find(booking.reference)
        if order is not None and not orders.expired(order, books.now) and orders.can(order.state, "cancel"):
            return Command("undo", reference=order.reference)
    return None


def is_repeat(booking: Booking, phone: str, books: OrderBooks) -> bool:
    """Whether the same text again would order the same again: the order is neither expired nor turned down."""
    order = books.orders.find(booking.reference)
    return order is not None and not (
        orders.expired(order, books.now) or order.state in (orders.CANCELLED, orders.REJECTED)
    )


def already_reply(booking: Booking, actor: Actor, books: OrderBooks) -> Reply | None:
    """That a draft by the same text still waits for its answer; None where it is more than a draft."""
    order = books.orders.find(booking.reference)
    if order is None or order.state != orders.DRAFT or order.expires_at is None:
        return None
    values = {"reference": booking.reference, "number": digits(booking.reference)}
    dealer = books.directory.dealer(booking.dealer) if booking.dealer else None
    zone = dealer.timezone if dealer else books.trade.timezone
    return Reply("already_draft", {**values, "until": local(order.expires_at, zone)})


def example_order(actor: Actor, books: OrderBooks) -> Example | None:
    """An order of today's prices that the sender could send: two sets of the first model that has a price."""
    code = actor.dealer or books.directory.some_dealer(None if actor.role == "hq" else actor.region)
    dealer = books.directory.dealer(code) if code else None
    if dealer is None:
        return None
    today = business_date(books.now, dealer.timezone)
    models = sorted((p.code for p in books.catalogue.find_products("")), key=lambda code: (code.isdigit(), code))
    priced = (model for model in models if books.prices.in_force(model, dealer, today) is not None)
    model = next(priced, None)
    of = "" if actor.dealer else f" @{dealer.code}"
    return Example(ORDER.name, f"{model} 2{of}") if model is not None else None


# What of a draft lies in the depots.
DEPOT = phrase("in_depot", "in_depot_later", "in_depot_none")

ORDER = Verb(
    name="order",
    place=70,
    help_place=70,
    arguments=("items", "dealer"),
    roles=ROLES,
    decide=decide,
    letter=LETTER,
    example=example_order,
    told_as=("order", "drafted"),
    drafts=True,
    on_rejected=list_open,
    cancel_open=cancel_open,
    on_yes=place,
    on_no=drop,
    on_lapse=lapse,
    on_answer=tell_state,
    is_repeat=is_repeat,
    already_reply=already_reply,
    restate=restate,
    undo=undo,
    undo_any_time=lambda booking, books: True,
    replies=ReplyTable(
        bookings={
            "order_placed": {"reference": REFERENCE, "number": NUMBER, "total": MONEY, "time": TIME},
            "order_approved": {"reference": REFERENCE, "number": NUMBER, "total": MONEY, "time": TIME, "left": OWED},
            "undone_order": {"reference": REFERENCE, "total": MONEY},
            "undone_order_for": {"reference": REFERENCE, "dealer": CODE, "total": MONEY, "told": TOLD},
            "undone_draft_for": {"reference": REFERENCE, "dealer": CODE, "total": MONEY},
        },
        answers={
            "order_lacks": {"reference": REFERENCE, "missing": SETS},
            "order_draft": {
                "reference": REFERENCE,
                "number": NUMBER,
                "lines": SETS,
                "total": MONEY,
                "left": OWED,
                "until": TIME,
            },
            "order_draft_over": {
                "reference": REFERENCE,
                "number": NUMBER,
                "lines": SETS,
                "total": MONEY,
                "over": MONEY,
                "until": TIME,
            },
            "order_draft_depot": {
                "reference": REFERENCE,
                "number": NUMBER,
                "lines": SETS,
                "total": MONEY,
                "left": OWED,
                "until": TIME,
                "depot": DEPOT,
            },
            "order_draft_over_depot": {
                "reference": REFERENCE,
                "number": NUMBER,
                "lines": SETS,
                "total": MONEY,
                "over": MONEY,
                "until": TIME,
                "depot": DEPOT,
            },
            "order_second": {"reference": REFERENCE, "number": NUMBER, "total": MONEY, "until": TIME},
            "order_cheaper_soon": {"model": CODE, "price": MONEY, "on": DATE},
            "order_no_price": {"model": CODE},
            "order_inactive": {"dealer": CODE},
            "order_overdue": {"dealer": CODE, "overdue": MONEY, "since": DATE},
            "order_unknown": {"reference": REFERENCE},
            "order_not_draft": {"reference": REFERENCE, "state": ORDER_STATE},
            "order_expired": {"reference": REFERENCE},
            "order_dropped": {"reference": REFERENCE},
            "already_draft": {"reference": REFERENCE, "number": NUMBER, "until": TIME},
            "order_left": {"reference": REFERENCE, "shipped": COUNT, "quantity": COUNT},
            "undo_shipped": {"reference": REFERENCE, "state": ORDER_STATE},
        },
        whole=frozenset(("order_draft", "order_draft_over", "order_draft_depot", "order_draft_over_depot")),
        phrases={
            "in_depot": {"count": COUNT},
            "in_depot_later": {"count": COUNT},
            "in_depot_none": {},
            "dealer_told": {},
            "dealer_not_told": {},
            **{f"order_is_{state}": {} for state in orders.STATES},
        },
    ),
    examples=("ORD A350 20 B200 10",),
    examples_zh=("订货 A350 20 B200 10",),
)
