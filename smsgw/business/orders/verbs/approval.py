"""APPROVE and REJECT: whoever answers for a region decides an order over the credit limit, and the dealer is told."""

from __future__ import annotations

from collections.abc import Callable

from smsgw.business.core import vocabulary
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import BRIEF, CODE, COUNT, MONEY, NUMBER, OWED, REASON, REFERENCE, many, phrase
from smsgw.business.core.phrases import digits
from smsgw.business.core.principal import MANAGERS, Actor
from smsgw.business.core.reply import Example, Money, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Decide, Verb
from smsgw.business.directory.rules import covers
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import Order, OrderBooks, OrderDecided, OrderMoved
from smsgw.business.orders.verbs import order


def decide(command: Command, actor: Actor, books: OrderBooks) -> Decision:
    """Approve an order of the sender's region that waits, whatever the dealer owes, and have those told who ordered.

    The answer says what is left of the credit, or by how much the dealer is now over the limit.
    """
    if command.reference is not None:
        return _of_another_verb(command.reference, command, actor, books, lambda verb: verb.approve)
    waiting = _waiting(command, actor, books)
    if isinstance(waiting, Decision):
        return waiting
    found = waiting.order
    if not waiting.dealer.active:
        values = {"dealer": found.dealer, "reference": found.reference, "number": digits(found.reference)}
        return Decision(replies=(Reply("approve_inactive", values),))
    left = orders.credit_left(waiting.dealer, waiting.balance)  # an order that waits counts as open already
    credit = (
        Reply("credit_left", {"left": Money(left, found.currency)})
        if left >= 0
        else Reply("credit_over", {"over": Money(-left, found.currency)})
    )
    moved = OrderMoved(found.reference, orders.move(found.state, "approve"))
    return _decided(("approve", "approve_last"), moved, {"credit": credit}, found, actor, books)


def decide_reject(command: Command, actor: Actor, books: OrderBooks) -> Decision:
    """Turn an order of the sender's region down; without a reason nothing is done, for the dealer is told why."""
    if command.reference is not None:
        return _of_another_verb(command.reference, command, actor, books, lambda verb: verb.reject)
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


def _waiting(command: Command, actor: Actor, books: OrderBooks) -> order.Held | Decision:
    """The order that a command names, if it waits for the sender; else the answer that says why not.

    One outside the sender's scope is as unknown as one that does not exist.
    """
    reference = order.full_reference(command.order or "")
    held = order.hold_order(reference, books)
    if held is None or not covers(actor, held.dealer, books):
        return Decision(replies=(Reply("order_unknown", {"reference": reference}),))
    found = held.order
    if orders.expired(found, books.now):
        return Decision(order.expire(found), (_settled(reference, orders.EXPIRED),))
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
    heard, phones = order.hearing(found, actor, books)
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
        "told": order.told_reply(heard),
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
_DECIDED = {"reference": REFERENCE, "dealer": CODE, "total": MONEY, "told": order.TOLD}
_WAITING = {"count": COUNT, "waiting": many(REFERENCE)}

APPROVE = Verb(
    name="approve",
    place=100,
    help_place=130,
    arguments=("order", "reference", "imeis"),
    roles=MANAGERS,
    decide=decide,
    example=_example("approve"),
    fragment="order",
    replies=ReplyTable(
        answers={
            "approve": {**_DECIDED, "credit": CREDIT, **_WAITING},
            "approve_last": {**_DECIDED, "credit": CREDIT},
            "approve_inactive": {"dealer": CODE, "reference": REFERENCE, "number": NUMBER},
            "decide_nothing": {"reference": REFERENCE},
            "order_still_draft": {"reference": REFERENCE},
            "order_not_waiting": {"reference": REFERENCE, "state": order.ORDER_STATE},
        },
        phrases={
            "credit_left": {"left": OWED},
            "credit_over": {"over": MONEY},
        },
    ),
    examples=("APP 7731",),
    examples_zh=("批准 7731",),
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
