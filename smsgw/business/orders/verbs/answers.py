"""What a YES or a NO does to the draft of an order: whose they are, whether it still stands, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from smsgw.business.consent.rules import ORDERS
from smsgw.business.conversation.rules.records import Answered
from smsgw.business.conversation.verbs.answer import YES
from smsgw.business.core.bookings import Question
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.phrases import digits
from smsgw.business.core.reply import Money, Reply
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import Order, OrderBooks, OrderMoved, OrderTold, SecondTold
from smsgw.business.orders.verbs.standing import (
    LETTER,
    full_reference,
    may_know,
    may_not_order,
    not_draft,
    promise_from_depots,
)
from smsgw.calendar.days import local

# Whose YES confirms a large order of the shop, beside that of whoever orders.
SECOND = ("owner", "clerk")


def place(question: Question, books: OrderBooks) -> Decision:
    """Place the draft that a YES answers, if it still stands and is the sender's still; credit is counted again."""
    answered = Answered(question.reference, question.phone, "yes")
    draft = _draft(question, answered, books)
    if isinstance(draft, Decision):
        return draft
    order, dealer = draft.order, draft.dealer
    stopped = may_not_order(dealer, draft.balance, books)
    if stopped is not None:
        return Decision((answered,), (stopped,))
    others = _second_phones(order, question.phone, books) if orders.wants_second(order, books.trade) else []
    if others:
        until = local(order.expires_at or question.expires_at, dealer.timezone)
        values = {"reference": order.reference, "number": digits(order.reference), "until": until}
        reply = Reply("order_second", {**values, "total": Money(order.total, order.currency)})
        return Decision((SecondTold(order.reference, tuple(others)),), (reply,))
    return _placed(draft, answered, books)


def _placed(standing: orders.Held, answered: Answered, books: OrderBooks, second: str = "") -> Decision:
    """Place a draft; `second` is the other phone of the shop, if that said YES.

    One that no second phone of the shop can confirm waits for approval, whatever its credit.
    """
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
    records = (answered, OrderMoved(order.reference, state), *_told(order, state, answered.phone, books, second))
    if state == orders.CONFIRMED:
        return Decision(records, (Reply("order_placed", values),))
    left = orders.credit_left(dealer, balance) - order.total
    approved = Reply("order_approved", {**values, "left": Money(left, order.currency)})
    lines = {line.model: line.quantity for line in order.lines}
    promised, replies = promise_from_depots(order, lines, dealer.region, books)
    return Decision((*records, *promised), (approved, *replies))


def _told(order: Order, state: str, phone: str, books: OrderBooks, second: str) -> tuple[OrderTold, ...]:
    """The shop's owners hear of an order that somebody else placed for it."""
    actor = books.directory.actor(phone)
    if actor is not None and actor.dealer == order.dealer:
        return ()
    owners = tuple(owner for owner in books.consent.owners_hearing(order.dealer, ORDERS) if owner != second)
    return (OrderTold(order.reference, state, owners),) if owners else ()


def drop(question: Question, books: OrderBooks) -> Decision:
    """Cancel the draft that a NO answers."""
    answered = Answered(question.reference, question.phone, "no")
    draft = _draft(question, answered, books)
    if isinstance(draft, Decision):
        return draft
    order = draft.order
    moved = OrderMoved(order.reference, orders.move(order.state, "cancel"))
    return Decision((answered, moved), (Reply("order_dropped", {"reference": order.reference}),))


def _draft(question: Question, answered: Answered, books: OrderBooks) -> orders.Held | Decision:
    """The draft of a question; a Decision where it is one no more, or is not the sender's any more."""
    found = orders.hold_order(question.reference, books)
    if found is None or not may_know(question.phone, found.order, books):
        return Decision((answered,), (Reply("order_unknown", {"reference": question.reference}),))
    order = found.order
    if orders.expired(order, books.now):
        return Decision((answered, *orders.expire(order)), (Reply("order_expired", {"reference": order.reference}),))
    if order.state != orders.DRAFT:
        return Decision((answered,), (not_draft(order),))
    return found


def lapse(question: Question, books: OrderBooks) -> Decision:
    """Let the draft of a question go that is answered too late."""
    answered = Answered(question.reference, question.phone, "expired")
    draft = books.orders.find(question.reference)
    records = (answered, *(orders.expire(draft) if draft else ()))
    return Decision(records, (Reply("order_expired", {"reference": question.reference}),))


def tell_state(command: Command, phone: str, books: OrderBooks) -> Decision | None:
    """The state of an order, placed or gone already, that a YES or NO names; None where it names none of the sender's.

    One that the sender could not ask for by ORD is as unknown as one that does not exist.
    """
    reference = command.reference or ""
    order = books.orders.find(full_reference(reference)) if reference[:1] == LETTER or reference.isdigit() else None
    if order is None:
        return None
    seconded = _second(command, phone, order, books)
    if seconded is not None:
        return seconded
    return Decision(replies=(not_draft(order),)) if may_know(phone, order, books) else None


def _second_phones(order: Order, first: str, books: OrderBooks) -> list[str]:
    """The phones of a shop, other than that which orders, whose YES an order can have."""
    return [phone for phone in books.directory.phones_of(order.dealer, SECOND) if phone != first]


def _second(command: Command, phone: str, order: Order, books: OrderBooks) -> Decision | None:
    """What the YES or NO of another phone of the shop does to a draft that wants one; None where it does nothing."""
    booking = books.conversation.booking(order.reference)
    first = booking.phone if booking is not None and booking.phone else ""
    if order.state != orders.DRAFT or not orders.wants_second(order, books.trade):
        return None
    if phone not in _second_phones(order, first, books):
        return None
    standing = orders.hold_order(order.reference, books)
    if standing is None or orders.expired(standing.order, books.now) or standing.order.state != orders.DRAFT:
        return None
    if command.verb == YES.name:
        stopped = may_not_order(standing.dealer, standing.balance, books)
        if stopped is not None:
            return Decision(replies=(stopped,))
        placed = _placed(standing, Answered(order.reference, first, "yes"), books, phone)
        return replace(placed, records=(*placed.records, *_answered(placed.records, first)))
    moved = OrderMoved(order.reference, orders.move(order.state, "cancel"))
    answered = Answered(order.reference, first, "no")
    reply = Reply("order_dropped", {"reference": order.reference})
    return Decision((answered, moved, *_answered((moved,), first)), (reply,))


def _answered(records: Iterable[Record], first: str) -> tuple[SecondTold, ...]:
    """The phone that ordered, or in whose name somebody did, hears what came of it."""
    moved = [record for record in records if isinstance(record, OrderMoved)]
    return tuple(SecondTold(each.reference, (first,), each.state) for each in moved[-1:] if first)
