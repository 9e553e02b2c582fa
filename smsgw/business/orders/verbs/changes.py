"""What may be done to an order that was placed: taken back as long as nothing has left, and put right."""

from __future__ import annotations

from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command, Item
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Money, Reply
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import Order, OrderBooks, OrderDecided
from smsgw.business.orders.verbs.standing import told_reply


def undo(booking: Booking, actor: Actor, books: OrderBooks) -> Decision:
    """Cancel an order of which nothing has left; its shop is told when it was placed and somebody else does so."""
    found = orders.hold_order(booking.reference, books)
    if found is None:
        return Decision(replies=(Reply("undo_unknown", {"reference": booking.reference}),))
    order = found.order
    if order.shipped:
        return Decision(replies=(left_already(order),))
    if not orders.can(order.state, "cancel"):
        state = {"reference": order.reference, "state": Reply(f"order_is_{order.state}")}
        return Decision(replies=(Reply("undo_shipped", state),))
    records = orders.take_back(order, booking, books)
    values: dict[str, object] = {"reference": order.reference, "total": Money(orders.worth(order), order.currency)}
    if actor.dealer != order.dealer:
        values["dealer"] = order.dealer
        if order.state == orders.DRAFT:
            return Decision(tuple(records), (Reply("undone_draft_for", values),))
        heard, phones = orders.hearing(order, books, actor.phone)
        records.append(OrderDecided(order.reference, phones, cancelled=True))
        return Decision(tuple(records), (Reply("undone_order_for", {**values, "told": told_reply(heard)}),))
    return Decision(tuple(records), (Reply("undone_order", values),))


def left_already(order: Order) -> Reply:
    """That an order cannot be cancelled any more, for so many of its sets have left."""
    values = {"reference": order.reference, "shipped": order.shipped, "quantity": orders.quantity(order)}
    return Reply("order_left", values)


def restate(booking: Booking, books: OrderBooks) -> Command | None:
    """The command that would order the same."""
    order = books.orders.find(booking.reference)
    if order is None:
        return None
    return Command(booking.verb, items=tuple(Item(line.model, line.quantity) for line in order.lines))
