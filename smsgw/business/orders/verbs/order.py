"""ORDER and its YES and NO. How far one is: `status`; what ends it: `cancel`; what managers decide: `approval`."""

from __future__ import annotations

from smsgw.business.consent.rules import ORDERS, has_stopped
from smsgw.business.conversation.rules.questions import ask_of_draft
from smsgw.business.conversation.rules.records import Answered, Booked, Undone
from smsgw.business.conversation.verbs.answer import YES
from smsgw.business.core import rights
from smsgw.business.core.bookings import Booking, Question
from smsgw.business.core.command import Command, Item
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.examples import example_of
from smsgw.business.core.field_kinds import (
    CODE,
    MONEY,
    NUMBER,
    OWED,
    REFERENCE,
    SETS,
    TIME,
    phrase,
)
from smsgw.business.core.phrases import digits, sets, summary
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Example, Money, Reply, Syntax
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop, covers
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import (
    Balance,
    OrderBooks,
    OrderDecided,
    OrderDrafted,
    OrderLine,
    OrderMoved,
    SecondAsked,
)
from smsgw.business.orders.rules import Order as OrderValue
from smsgw.calendar.days import business_date, local
from smsgw.values.value import value

# Whose YES confirms a large order of the shop, beside that of whoever orders.
SECOND = ("owner", "clerk")

# So many of a phone's newest bookings are looked through for an open order.
_LOOKED_THROUGH = 20


@value
class Held:
    """An order with its dealer, and what the dealer owes: no other daemon changes them before this one has booked."""

    order: OrderValue
    dealer: Dealer
    balance: Balance


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: OrderBooks) -> Decision:
    """Draft an order at today's prices of the dealer's tier; it is placed by YES. One bad line stops it whole."""
    if not dealer.active:
        return Decision(replies=(Reply("order_inactive", {"dealer": dealer.code}),))
    if not command.items:
        example = example_of(ORDER, actor, books)
        return Decision(replies=(Reply("help_verb", {"syntax": Syntax(ORDER.name), "example": example}),))
    now = local(books.now, dealer.timezone)
    wanted: dict[str, int] = {}
    for item in command.items:
        wanted[item.model] = wanted.get(item.model, 0) + item.quantity
    lines: list[OrderLine] = []
    for model, quantity in wanted.items():
        price = books.prices.in_force(model, dealer.tier, now.date())
        if price is None or price.currency != dealer.currency:
            return Decision(replies=(Reply("order_no_price", {"model": model}),))
        lines.append(OrderLine(model, quantity, price.dealer_price))
    reference = command.asked or books.reference(ORDER.letter)
    order = orders.draft(reference, dealer, lines, books.now, books.trade.order_minutes)
    short = summary(wanted.items())
    until = order.expires_at or books.now
    records: tuple[Record, ...] = (
        Booked(reference, ORDER.name, dealer.code, now.date(), short),
        OrderDrafted(order),
        ask_of_draft(books, actor.phone, ORDER.name, reference, short, until),
    )
    left = orders.credit_left(dealer, books.orders.balance(dealer.code, now.date())) - order.total
    values = {
        "reference": reference,
        "number": digits(reference),
        "lines": sets(wanted),
        "total": Money(order.total, order.currency),
        "until": local(until, dealer.timezone),
    }
    if left >= 0:
        reply = Reply("order_draft", {**values, "left": Money(left, order.currency)})
    else:
        reply = Reply("order_draft_over", {**values, "over": Money(-left, order.currency)})
    return Decision(records, (reply,))


def place(question: Question, books: OrderBooks) -> Decision:
    """Place the draft that a YES answers, if it still stands and is the sender's still; credit is counted again."""
    answered = Answered(question.reference, question.phone, "yes")
    draft = _draft(question, answered, books)
    if isinstance(draft, Decision):
        return draft
    order, dealer = draft.order, draft.dealer
    if not dealer.active:
        return Decision((answered,), (Reply("order_inactive", {"dealer": dealer.code}),))
    others = _second_phones(order, question.phone, books) if orders.wants_second(order, books.trade) else []
    if others:
        until = local(order.expires_at or question.expires_at, dealer.timezone)
        values = {"reference": order.reference, "number": digits(order.reference), "until": until}
        reply = Reply("order_second", {**values, "total": Money(order.total, order.currency)})
        return Decision((SecondAsked(order.reference, tuple(others)),), (reply,))
    return _placed(draft, answered, books)


def _placed(standing: Held, answered: Answered, books: OrderBooks) -> Decision:
    """Place a draft. One that no second phone of the shop can confirm waits for approval, whatever its credit."""
    order, dealer, balance = standing.order, standing.dealer, standing.balance
    now = local(books.now, dealer.timezone)
    state = orders.placed(order, dealer, balance)
    if orders.wants_second(order, books.trade) and not _second_phones(order, answered.phone, books):
        state = orders.move(order.state, "place")
    values = {
        "reference": order.reference,
        "number": digits(order.reference),
        "total": Money(order.total, order.currency),
        "time": now,
    }
    records = (answered, OrderMoved(order.reference, state))
    if state == orders.CONFIRMED:
        return Decision(records, (Reply("order_placed", values),))
    left = orders.credit_left(dealer, balance) - order.total
    return Decision(records, (Reply("order_approved", {**values, "left": Money(left, order.currency)}),))


def drop(question: Question, books: OrderBooks) -> Decision:
    """Cancel the draft that a NO answers."""
    answered = Answered(question.reference, question.phone, "no")
    draft = _draft(question, answered, books)
    if isinstance(draft, Decision):
        return draft
    order = draft.order
    moved = OrderMoved(order.reference, orders.move(order.state, "cancel"))
    return Decision((answered, moved), (Reply("order_dropped", {"reference": order.reference}),))


def _draft(question: Question, answered: Answered, books: OrderBooks) -> Held | Decision:
    """The draft of a question; a Decision where it is one no more, or is not the sender's any more."""
    found = hold_order(question.reference, books)
    if found is None or not _may_know(question.phone, found.order, books):
        return Decision((answered,), (Reply("order_unknown", {"reference": question.reference}),))
    order = found.order
    if orders.expired(order, books.now):
        return Decision((answered, *expire(order)), (Reply("order_expired", {"reference": order.reference}),))
    if order.state != orders.DRAFT:
        return Decision((answered,), (_not_draft(order),))
    return found


def expire(order: OrderValue) -> tuple[Record, ...]:
    """The record that a draft past its deadline wants, if it has not got it yet."""
    if order.state == orders.DRAFT:
        return (OrderMoved(order.reference, orders.move(order.state, "expire")),)
    return ()


def _not_draft(order: OrderValue) -> Reply:
    return Reply("order_not_draft", {"reference": order.reference, "state": Reply(f"order_is_{order.state}")})


def full_reference(reference: str) -> str:
    """The reference of an order typed with or without its letter."""
    return reference if reference[:1] == ORDER.letter else ORDER.letter + reference


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


def hearing(order: OrderValue, actor: Actor, books: OrderBooks) -> tuple[bool, tuple[str, ...]]:
    """Who is told what the actor does to an order: whether anybody of its shop is, and the phones.

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
    return bool(owners), tuple(phone for phone in phones if phone != actor.phone)


def told_reply(heard: bool) -> Reply:
    """Whether anybody of the shop will be told."""
    return Reply("dealer_told" if heard else "dealer_not_told")


def lapse(question: Question, books: OrderBooks) -> Decision:
    """Let the draft of a question go that is answered too late."""
    answered = Answered(question.reference, question.phone, "expired")
    draft = books.orders.find(question.reference)
    records = (answered, *(expire(draft) if draft else ()))
    return Decision(records, (Reply("order_expired", {"reference": question.reference}),))


def tell_state(command: Command, phone: str, books: OrderBooks) -> Decision | None:
    """The state of an order, placed or gone already, that a YES or NO names; None where it names none of the sender's.

    One that the sender could not ask for by ORD is as unknown as one that does not exist.
    """
    reference = command.reference or ""
    order = (
        books.orders.find(full_reference(reference)) if reference[:1] == ORDER.letter or reference.isdigit() else None
    )
    if order is None:
        return None
    seconded = _second(command, phone, order, books)
    if seconded is not None:
        return seconded
    return Decision(replies=(_not_draft(order),)) if _may_know(phone, order, books) else None


def _second_phones(order: OrderValue, first: str, books: OrderBooks) -> list[str]:
    """The phones of a shop, other than that which orders, whose YES an order can have."""
    return [phone for phone in books.directory.phones_of(order.dealer, SECOND) if phone != first]


def _second(command: Command, phone: str, order: OrderValue, books: OrderBooks) -> Decision | None:
    """What the YES or NO of another phone of the shop does to a draft that wants one; None where it does nothing."""
    booking = books.conversation.booking(order.reference)
    first = booking.phone if booking is not None and booking.phone else ""
    if order.state != orders.DRAFT or not orders.wants_second(order, books.trade):
        return None
    if phone not in _second_phones(order, first, books):
        return None
    standing = hold_order(order.reference, books)
    if standing is None or orders.expired(standing.order, books.now) or standing.order.state != orders.DRAFT:
        return None
    if command.verb == YES.name:
        if not standing.dealer.active:
            return Decision(replies=(Reply("order_inactive", {"dealer": standing.dealer.code}),))
        return _placed(standing, Answered(order.reference, first, "yes"), books)
    moved = OrderMoved(order.reference, orders.move(order.state, "cancel"))
    answered = Answered(order.reference, first, "no")
    return Decision((answered, moved), (Reply("order_dropped", {"reference": order.reference}),))


def _may_know(phone: str, order: OrderValue, books: OrderBooks) -> bool:
    """Whether the sender behind a phone may be told of an order, and say of it what its verb does."""
    actor = books.directory.actor(phone)
    dealer = books.directory.dealer(order.dealer)
    if actor is None or dealer is None or not rights.allowed(actor.role, ORDER):
        return False
    return covers(actor, dealer, books)


def undo(booking: Booking, actor: Actor, books: OrderBooks) -> Decision:
    """Cancel an order of which nothing has left; its shop is told when it was placed and somebody else does so."""
    found = hold_order(booking.reference, books)
    if found is None:
        return Decision(replies=(Reply("undo_unknown", {"reference": booking.reference}),))
    order = found.order
    if order.shipped or not orders.can(order.state, "cancel"):
        state = {"reference": order.reference, "state": Reply(f"order_is_{order.state}")}
        return Decision(replies=(Reply("undo_shipped", state),))
    records: list[Record] = [
        OrderMoved(order.reference, orders.move(order.state, "cancel")),
        Undone(order.reference),
    ]
    if booking.phone and any(q.reference == order.reference for q in books.conversation.questions(booking.phone)):
        records.append(Answered(order.reference, booking.phone, "no"))
    values: dict[str, object] = {"reference": order.reference, "total": Money(order.total, order.currency)}
    if actor.dealer != order.dealer:
        values["dealer"] = order.dealer
        if order.state == orders.DRAFT:
            return Decision(tuple(records), (Reply("undone_draft_for", values),))
        heard, phones = hearing(order, actor, books)
        records.append(OrderDecided(order.reference, phones, cancelled=True))
        return Decision(tuple(records), (Reply("undone_order_for", {**values, "told": told_reply(heard)}),))
    return Decision(tuple(records), (Reply("undone_order", values),))


def restate(booking: Booking, books: OrderBooks) -> Command | None:
    """The command that would order the same."""
    order = books.orders.find(booking.reference)
    if order is None:
        return None
    return Command(ORDER.name, items=tuple(Item(line.model, line.quantity) for line in order.lines))


def cancel_open(actor: Actor, books: OrderBooks) -> Command | None:
    """What would cancel the newest open order of a sender; None where there is none."""
    for booking in books.conversation.bookings(actor.phone, _LOOKED_THROUGH):
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
    priced = (model for model in models if books.prices.in_force(model, dealer.tier, today) is not None)
    model = next(priced, None)
    of = "" if actor.dealer else f" @{dealer.code}"
    return Example(ORDER.name, f"{model} 2{of}") if model is not None else None


ORDER_STATE = phrase(*(f"order_is_{state}" for state in orders.STATES))
TOLD = phrase("dealer_told", "dealer_not_told")  # whether anybody of the shop will be told

ORDER = Verb(
    name="order",
    place=70,
    help_place=70,
    arguments=("items", "dealer"),
    roles=("owner", *ABOVE_SHOPS),
    decide=decide,
    letter="O",
    example=example_order,
    told_as=("order", "drafted"),
    drafts=True,
    cancel_open=cancel_open,
    on_yes=place,
    on_no=drop,
    on_lapse=lapse,
    on_answer=tell_state,
    is_repeat=is_repeat,
    already_reply=already_reply,
    restate=restate,
    undo=undo,
    replies=ReplyTable(
        bookings={
            "order_placed": {"reference": REFERENCE, "number": NUMBER, "total": MONEY, "time": TIME},
            "order_approved": {"reference": REFERENCE, "number": NUMBER, "total": MONEY, "time": TIME, "left": OWED},
            "undone_order": {"reference": REFERENCE, "total": MONEY},
            "undone_order_for": {"reference": REFERENCE, "dealer": CODE, "total": MONEY, "told": TOLD},
            "undone_draft_for": {"reference": REFERENCE, "dealer": CODE, "total": MONEY},
        },
        answers={
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
            "order_second": {"reference": REFERENCE, "number": NUMBER, "total": MONEY, "until": TIME},
            "order_no_price": {"model": CODE},
            "order_inactive": {"dealer": CODE},
            "order_unknown": {"reference": REFERENCE},
            "order_not_draft": {"reference": REFERENCE, "state": ORDER_STATE},
            "order_expired": {"reference": REFERENCE},
            "order_dropped": {"reference": REFERENCE},
            "already_draft": {"reference": REFERENCE, "number": NUMBER, "until": TIME},
            "undo_shipped": {"reference": REFERENCE, "state": ORDER_STATE},
        },
        whole=frozenset(("order_draft", "order_draft_over")),
        phrases={
            "dealer_told": {},
            "dealer_not_told": {},
            **{f"order_is_{state}": {} for state in orders.STATES},
        },
    ),
    examples=("ORD A350 20 B200 10",),
    examples_zh=("订货 A350 20 B200 10",),
)
