"""APPROVE and REJECT: whoever answers for a region decides an order over the credit limit, and the dealer is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from smsgw.business.conversation.verbs import undo_requests
from smsgw.business.core import vocabulary
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import (
    BRIEF,
    CODE,
    COUNT,
    MONEY,
    NUMBER,
    OWED,
    REASON,
    REFERENCE,
    SETS,
    many,
    phrase,
)
from smsgw.business.core.phrases import digits, sets
from smsgw.business.core.principal import MANAGERS, Actor
from smsgw.business.core.reply import Example, Money, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Decide, Verb
from smsgw.business.directory.rules import covers
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import Approved, Order, OrderBooks, OrderDecided, OrderMoved, Waiting
from smsgw.business.orders.verbs import standing


def decide(command: Command, actor: Actor, books: OrderBooks) -> Decision:
    """Approve an order of the sender's region that waits, whatever the dealer owes, and have those told who ordered.

    Where sets are named, only those are approved: the rest is said and not ordered. The answer says what is left of
    the credit, or by how much the dealer is now over the limit.
    """
    if command.reference is not None:
        undone = undo_requests.approve(command.reference, actor, books)
        return undone or _of_another_verb(command.reference, command, actor, books, lambda verb: verb.approve)
    waiting = _waiting(command, actor, books)
    if isinstance(waiting, Decision):
        return waiting
    found = waiting.order
    if not waiting.dealer.active:
        closed = {"dealer": found.dealer, "reference": found.reference, "number": digits(found.reference)}
        return Decision(replies=(Reply("approve_inactive", closed),))
    approved = some_of(found, [(item.model, item.quantity) for item in command.items])
    if isinstance(approved, Reply):
        return Decision(replies=(approved,))
    rest = orders.not_approved(found, approved) if approved is not None else {}
    worth = orders.price_of(found, approved)
    # An order that waits counts as open already, with all its sets.
    left = orders.credit_left(waiting.dealer, waiting.balance) + found.total - worth
    credit = (
        Reply("credit_left", {"left": Money(left, found.currency)})
        if left >= 0
        else Reply("credit_over", {"over": Money(-left, found.currency)})
    )
    moved = OrderMoved(found.reference, orders.move(found.state, "approve"), approved=approved)
    some = dict(approved) if approved is not None else {line.model: line.quantity for line in found.lines}
    promised, lacks = standing.promise_from_depots(found, some, waiting.dealer.region, books)
    if approved is None:
        decided = _decided(("approve", "approve_last"), moved, {"credit": credit}, found, actor, books)
        return replace(decided, records=(*decided.records, *promised), replies=(*decided.replies, *lacks))
    heard, phones = orders.hearing(found, books, actor.phone)
    values: dict[str, object] = {
        "reference": found.reference,
        "dealer": found.dealer,
        "lines": sets(dict(approved)),
        "total": Money(worth, found.currency),
        "rest": sum(rest.values()),
        "credit": credit,
        "told": standing.told_reply(heard),
    }
    records = (moved, OrderDecided(found.reference, phones), *promised)
    return Decision(records, (Reply("approve_part", values), *lacks))


def some_of(order: Order, named: Sequence[tuple[str, int]]) -> Approved | Reply | None:
    """The sets of an order that are to be approved; None where that is all of it, a Reply where they are not in it."""
    wrong = orders.not_in(order, named)
    if wrong is None:
        return orders.part_of(order, named)
    model, quantity, ordered = wrong
    lines = {line.model: line.quantity for line in order.lines}
    values: dict[str, object] = {"reference": order.reference, "model": model, "lines": sets(lines)}
    if not ordered:
        return Reply("approve_not_in", values)
    return Reply("approve_too_many", {**values, "count": quantity})


def list_what_waits(command: Command, actor: Actor, books: OrderBooks) -> Decision | None:
    """APP alone: the orders that wait for the sender, with their shops and totals, the oldest first; the references of
    other verbs that do; and those that are asked to be taken back."""
    if command.order or [problem.code for problem in command.problems] != ["incomplete"]:
        return None
    region = None if actor.role == "hq" else actor.region
    found = books.orders.waiting_orders(region)
    replies = [waiting_reply(found)] if found else []
    others = [of for verb in vocabulary.verbs() if verb.waiting is not None for of in verb.waiting(actor, books)]
    if others:
        values = {"count": len(others), "waiting": TruncatableList(tuple(others), " "), "reference": others[0]}
        replies.append(Reply("approve_others", values))
    undos = books.conversation.undo_requests(region)
    if undos:
        values = {"count": len(undos), "waiting": TruncatableList(tuple(undos), " "), "reference": undos[0]}
        replies.append(Reply("approve_undos", values))
    return Decision(replies=tuple(replies) or (Reply("orders_waiting_none"),))


def waiting_reply(found: Sequence[Waiting]) -> Reply:
    """Orders that wait for approval, and how the first is decided."""
    items = [
        Reply(
            "order_waits",
            {"reference": one.reference, "dealer": one.dealer, "total": Money(one.total, one.currency)},
        )
        for one in found
    ]
    values = {"count": len(items), "orders": TruncatableList(tuple(items)), "number": digits(found[0].reference)}
    return Reply("approve_orders", values)


def decide_reject(command: Command, actor: Actor, books: OrderBooks) -> Decision:
    """Turn an order of the sender's region down; without a reason nothing is done, for the dealer is told why."""
    if command.reference is not None:
        left = undo_requests.reject(command, actor, books)
        return left or _of_another_verb(command.reference, command, actor, books, lambda verb: verb.reject)
    waiting = _waiting(command, actor, books)
    if isinstance(waiting, Decision):
        return waiting
    found = waiting.order
    why = " ".join((command.reason or "").split())
    if not why:
        values = {"reference": found.reference, "number": digits(found.reference)}
        return Decision(replies=(Reply("reject_why", values),))
    moved = OrderMoved(found.reference, orders.move(found.state, "reject"), why)
    return _decided(("reject", "reject_last"), moved, {"why": why, "brief": why}, found, actor, books)


def _of_another_verb(
    reference: str, command: Command, actor: Actor, books: OrderBooks, way: Callable[[Verb], Decide | None]
) -> Decision:
    """What a decision comes to of what is no order: its verb says so."""
    verb = vocabulary.by_letter().get(reference[0])
    decided = way(verb) if verb is not None else None
    if decided is None:
        return Decision(replies=(Reply("decide_nothing", {"reference": reference}),))
    return decided(command, actor, books)


def _waiting(command: Command, actor: Actor, books: OrderBooks) -> orders.Held | Decision:
    """The order that a command names, if it waits for the sender; else the answer that says why not.

    One outside the sender's scope is as unknown as one that does not exist.
    """
    reference = standing.full_reference(command.order or "")
    held = orders.hold_order(reference, books)
    if held is None or not covers(actor, held.dealer, books):
        return Decision(replies=(Reply("order_unknown", {"reference": reference}),))
    found = held.order
    if orders.expired(found, books.now):
        return Decision(orders.expire(found), (_settled(reference, orders.EXPIRED),))
    if found.state == orders.DRAFT:
        return Decision(replies=(Reply("order_still_draft", {"reference": reference}),))
    if found.state != orders.CONFIRMED:
        return Decision(replies=(_settled(reference, found.state),))
    return held


def _settled(reference: str, state: str) -> Reply:
    return Reply("order_not_waiting", {"reference": reference, "state": Reply(f"order_is_{state}")})


def _decided(
    keys: tuple[str, str], moved: OrderMoved, said: dict[str, object], found: Order, actor: Actor, books: OrderBooks
) -> Decision:
    """What a decision comes to: the step, who is told of it, and an answer that names what else waits.

    `keys` are those of the answer: where other orders wait, and where none does.
    """
    heard, phones = orders.hearing(found, books, actor.phone)
    told = OrderDecided(found.reference, phones)
    others = [
        reference
        for reference in books.orders.waiting(None if actor.role == "hq" else actor.region)
        if reference != found.reference
    ]
    values = {
        "reference": found.reference,
        "dealer": found.dealer,
        "total": Money(found.total, found.currency),
        "told": standing.told_reply(heard),
        **said,
    }
    if not others:
        return Decision((moved, told), (Reply(keys[1], values),))
    values |= {"count": len(others), "waiting": TruncatableList(tuple(others), " ")}
    return Decision((moved, told), (Reply(keys[0], values),))


def _example(verb: str) -> Callable[[Actor, OrderBooks], Example | None]:
    """Offers the order that has waited longest for the sender's decision, by the digits of its number."""

    def example(actor: Actor, books: OrderBooks) -> Example | None:
        waiting = books.orders.waiting(None if actor.role == "hq" else actor.region)
        return Example(verb, number=digits(waiting[0])) if waiting else None

    return example


CREDIT = phrase("credit_left", "credit_over")
_DECIDED = {"reference": REFERENCE, "dealer": CODE, "total": MONEY, "told": standing.TOLD}
_WAITING = {"count": COUNT, "waiting": many(REFERENCE)}

APPROVE = Verb(
    name="approve",
    place=100,
    help_place=130,
    arguments=("order", "reference", "items", "imeis"),
    roles=MANAGERS,
    decide=decide,
    on_rejected=list_what_waits,
    example=_example("approve"),
    fragment="order",
    replies=ReplyTable(
        answers={
            "approve": {**_DECIDED, "credit": CREDIT, **_WAITING},
            "approve_last": {**_DECIDED, "credit": CREDIT},
            "approve_part": {**_DECIDED, "lines": SETS, "rest": COUNT, "credit": CREDIT},
            "approve_not_in": {"reference": REFERENCE, "model": CODE, "lines": SETS},
            "approve_too_many": {"reference": REFERENCE, "model": CODE, "lines": SETS, "count": COUNT},
            "approve_others": {**_WAITING, "reference": REFERENCE},
            "approve_undos": {**_WAITING, "reference": REFERENCE},
            "approve_orders": {"count": COUNT, "orders": many(phrase("order_waits")), "number": NUMBER},
            "approve_inactive": {"dealer": CODE, "reference": REFERENCE, "number": NUMBER},
            "decide_nothing": {"reference": REFERENCE},
            "order_still_draft": {"reference": REFERENCE},
            "order_not_waiting": {"reference": REFERENCE, "state": standing.ORDER_STATE},
        },
        phrases={
            "credit_left": {"left": OWED},
            "credit_over": {"over": MONEY},
            "order_waits": {"reference": REFERENCE, "dealer": CODE, "total": MONEY},
        },
    ),
    examples=("APP 7731", "APP 7731 A350 10"),
    examples_zh=("批准 7731", "批准 7731 A350 10"),
)

REJECT = Verb(
    name="reject",
    place=110,
    help_place=140,
    arguments=("order", "reference", "reason"),
    roles=MANAGERS,
    decide=decide_reject,
    example=_example("reject"),
    fragment="order",
    replies=ReplyTable(
        answers={
            "reject": {**_DECIDED, "why": REASON, "brief": BRIEF, **_WAITING},
            "reject_last": {**_DECIDED, "why": REASON, "brief": BRIEF},
            "reject_why": {"reference": REFERENCE, "number": NUMBER},
        },
    ),
    examples=("REJ 7731 no credit",),
    examples_zh=("驳回 7731 额度不足",),
)
