"""CANCEL: an order that is not wanted any more."""

from __future__ import annotations

from smsgw.business.conversation.rules.questions import alive
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import covers
from smsgw.business.orders.rules import OrderBooks
from smsgw.business.orders.verbs.changes import undo
from smsgw.business.orders.verbs.standing import full_reference
from smsgw.business.orders.verbs.status import example_of_open


def decide_cancel(command: Command, actor: Actor, books: OrderBooks) -> Decision:
    """Cancel an order by its number while nothing has left, however old it is; else undo whatever else of the sender
    has that number.

    An order of a shop that is not the sender's is as one that is not there: the answer does not tell them apart.
    """
    reference = full_reference(command.order or "")
    order = books.orders.find(reference)
    dealer = books.directory.dealer(order.dealer) if order is not None else None
    if dealer is None or not covers(actor, dealer, books):
        if (command.order or "").isdigit():
            reference = command.order or ""
        return Decision(then=(Command("undo", reference=reference),))
    booking = books.conversation.booking(reference)
    if booking is None or booking.undone:
        return Decision(then=(Command("undo", reference=reference),))
    return undo(booking, actor, books)


def cancel_what_waits(command: Command, actor: Actor, books: OrderBooks) -> Decision | None:
    """A CANCEL that says nothing more is a NO where a question waits; else it is told what is missing."""
    alone = not command.order and all(problem.code == "incomplete" for problem in command.problems)
    return Decision(then=(Command("no"),)) if alone and alive(books, actor.phone) else None


CANCEL = Verb(
    name="cancel",
    place=90,
    arguments=("order", "dealer"),
    roles=("owner", *ABOVE_SHOPS),
    of_one_before=True,
    decide=decide_cancel,
    example=lambda actor, books: example_of_open("cancel", actor, books),
    on_rejected=cancel_what_waits,
    fragment="order",
    examples=("CANCEL 7731",),
    examples_zh=("取消 7731",),
)
