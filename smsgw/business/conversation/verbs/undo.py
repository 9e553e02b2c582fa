"""UNDO and FIX: take back or correct what a reference did."""

from __future__ import annotations

from datetime import timedelta

from smsgw.business.broadcasts.verbs import broadcast
from smsgw.business.conversation.rules.records import Answered, Booking, Undone
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Money, Reply
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, covers
from smsgw.business.ledger import Ledger
from smsgw.business.money.rules import Posted
from smsgw.business.orders import rules as orders
from smsgw.business.orders.rules import OrderDecided, OrderMoved
from smsgw.business.orders.verbs.order import hearing, held, told
from smsgw.business.sales.rules.totals import totals, with_new
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import StockMoved
from smsgw.business.tickets import verbs as feedback
from smsgw.business.units.rules.states import KIND_UNDONE, UnitMoved, replay, standing
from smsgw.calendar.days import business_date

UNDO = Verb(
    name="undo",
    arguments=("reference", "dealer"),
    alone=True,
    examples=("UNDO S48213", "UNDO"),
    examples_zh=("撤销 S48213",),
)

FIX = Verb(
    name="fix",
    arguments=("reference", "content", "dealer"),
    in_service=False,
    examples=("FIX S48213 860123450000012",),
    examples_zh=("更正 S48213 860123450000012",),
)

# So many of a phone's newest bookings are looked through for one that a bare UNDO, or one by digits, can mean.
_LOOKED_THROUGH = 20


def decide(command: Command, actor: Actor, books: Ledger) -> Decision:
    """Take back everything a reference did, with rows of its own; without a reference, the phone's newest booking."""
    if command.reference is None:
        booking = next((b for b in books.conversation.bookings(actor.phone, _LOOKED_THROUGH) if not b.undone), None)
        if booking is None:
            return Decision(replies=(Reply("undo_nothing"),))
    else:
        found = _named(command.reference, actor, books)
        if found is None:
            return Decision(replies=(Reply("undo_unknown", {"reference": command.reference}),))
        booking = found
    reference = booking.reference
    if booking.verb == "broadcast":
        return _broadcast(booking, actor, books)
    dealer = books.directory.dealer(booking.dealer) if booking.dealer else None
    refused = _not_allowed(booking, dealer, actor)
    if refused is None and dealer is not None and not covers(actor, dealer, books):
        refused = "undo_unknown"  # as unknown as what does not exist
    if refused is not None or dealer is None:
        return Decision(replies=(Reply(refused or "undo_unknown", {"reference": reference}),))
    if booking.undone:
        return Decision(replies=(Reply("undo_already", {"reference": reference}),))
    hours = books.trade.undo_hours
    if books.now - booking.at > timedelta(hours=hours):
        return Decision(replies=(Reply("undo_late", {"reference": reference, "hours": hours}),))
    if booking.verb == "order":
        return _order(booking, actor, books)
    if booking.verb == "feedback":
        return feedback.undo(booking, actor, dealer, books)
    return _booked(booking, dealer, books)


def _named(reference: str, actor: Actor, books: Ledger) -> Booking | None:
    """A booking by its reference; digits alone mean one of this phone's, if only one has them."""
    if not reference.isdigit():
        return books.conversation.booking(reference)
    mine = [b for b in books.conversation.bookings(actor.phone, _LOOKED_THROUGH) if b.reference[1:] == reference]
    return mine[0] if len(mine) == 1 else None


def _not_allowed(booking: Booking, dealer: Dealer | None, actor: Actor) -> str | None:
    if actor.role in ("clerk", "promoter") and booking.phone != actor.phone:
        return "undo_unknown" if dealer is None or dealer.code != actor.dealer else "undo_not_yours"
    return None


def _broadcast(booking: Booking, actor: Actor, books: Ledger) -> Decision:
    """Stop one's own broadcast, or any for headquarters."""
    reference = booking.reference
    if booking.phone != actor.phone and actor.role != "hq":
        return Decision(replies=(Reply("undo_unknown", {"reference": reference}),))
    if booking.undone:
        return Decision(replies=(Reply("undo_already", {"reference": reference}),))
    return broadcast.undo(reference, books)


def _order(booking: Booking, actor: Actor, books: Ledger) -> Decision:
    """Cancel an order of which nothing has left; its shop is told when it was placed and somebody else does so."""
    found = held(booking.reference, books)
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
        return Decision(tuple(records), (Reply("undone_order_for", {**values, "told": told(heard)}),))
    return Decision(tuple(records), (Reply("undone_order", values),))


def _booked(booking: Booking, dealer: Dealer, books: Ledger) -> Decision:
    reference = booking.reference
    records: list[Record] = [Undone(reference)]
    for imei in dict.fromkeys(event.imei for event in books.units.events(reference)):
        restored = _restored(imei, reference, books)
        if restored is None:
            return Decision(replies=(Reply("undo_moved", {"reference": reference, "last": imei[-4:]}),))
        records += restored
    records += [
        StockMoved(row.dealer, row.model, -row.quantity, -row.units, stock.UNDONE, reference)
        for row in books.stock.entries(reference)
    ]
    records += [
        Posted(leg.reference, leg.dealer, leg.account, leg.kind, -leg.amount, leg.currency, leg.due_on)
        for leg in books.money.postings(reference)
    ]
    return Decision(tuple(records), (_answer(booking, dealer, books),))


def _restored(imei: str, reference: str, books: Ledger) -> list[Record] | None:
    """The events that take a reference's events of one unit back; None when the unit has moved on since."""
    unit = books.units.find(imei)
    trail = list(books.units.trail(imei))
    left = standing(trail)
    records: list[Record] = []
    while left and left[-1].reference == reference:
        event = left.pop()
        state, holder = replay(trail[: event.seq - 1])
        assert unit is not None  # it has a trail
        records.append(
            UnitMoved(
                imei=imei,
                model=unit.model,
                kind=KIND_UNDONE,
                dealer=event.dealer,
                state=state,
                holder=holder,
                origin=unit.origin,
                reference=reference,
                reverses=event.seq,
            )
        )
    if any(event.reference == reference for event in left):
        return None
    return records


def _answer(booking: Booking, dealer: Dealer, books: Ledger) -> Reply:
    values = {"reference": booking.reference, "dealer": dealer.code}
    if booking.verb == "count":
        return Reply("undone_count", values)
    lines = books.sales.lines(booking.reference)
    if not lines:
        return Reply("undone", values)
    today = business_date(books.now, dealer.timezone)
    count = sum(line.quantity for line in lines)
    day, week = with_new(totals(books, dealer, today), -count, lines[0].on, today)
    return Reply("undone_sale", {**values, "count": count, "today": day, "week": week})
