"""RCV: what has arrived of an order or a delivery note: all of it, so many sets, or these IMEIs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from smsgw.business.conversation.rules.questions import answer_word, ask
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core import rights
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import ACCEPTED, Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.examples import at_a_shop
from smsgw.business.core.field_kinds import BOOK, CODE, COUNT, DATE, LAST4, REFERENCE, SETS, TIME, TOKEN, many, phrase
from smsgw.business.core.phrases import digits, sets, summary
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Example, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, covers, shop
from smsgw.business.orders.rules import Order
from smsgw.business.orders.verbs.order import ORDER
from smsgw.business.receipts import rules as receipts
from smsgw.business.receipts.rules import Arrival, ReceiptBooks, Sent
from smsgw.business.stock import rules as stock
from smsgw.business.tickets import rules as tickets
from smsgw.business.tickets.replies import WHO
from smsgw.business.tickets.rules import Ticket, TicketOpened
from smsgw.business.tickets.verbs import FEEDBACK, due_at, who_answers
from smsgw.business.units.replies import BAD
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.sets_named import Named, sort_out, unsaved
from smsgw.business.units.rules.states import KIND_FLAGGED, Unit, UnitMoved
from smsgw.calendar.days import business_date, local

_ABOUT = 20  # characters of a delivery note's name that an answer has room for


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is received: of an order, or of a delivery note; every set of it, and those still on their way."""

    dealer: Dealer
    order: Order | None
    about: str
    sent: Sequence[Sent]
    waiting: Sequence[Sent]


def decide(command: Command, actor: Actor, books: ReceiptBooks) -> Decision:
    """Take what was sent to a shop as received: all of what is on its way, so many sets of it, or sets by IMEI.

    Without a reference it is the one delivery that is on its way. Sets that are short, or that nobody sent, are booked
    as that; they, and sets of another shop, make a ticket for whoever sees to the shop.
    """
    found = _delivery(command, actor, books)
    if isinstance(found, Reply):
        return Decision(replies=(found,))
    if command.imeis:
        return _by_imei(command, actor, found, books)
    if not found.waiting:
        return Decision(replies=(Reply("receive_done", {"about": found.about}),))
    if command.quantity is None:
        return _book(command, actor, found, Arrival(sent=tuple(found.waiting)), books)
    return _by_number(command, actor, found, command.quantity, books)


def unreferenced(command: Command, actor: Actor, books: ReceiptBooks) -> Decision | None:
    """RCV alone, or with the name of a delivery note; None where it says neither."""
    problem = command.problem
    if problem is None or len(command.problems) > 1 or command.imeis or command.items:
        return None
    if problem.code == "incomplete" and command.order is None and command.quantity is None:
        return decide(replace(command, outcome=ACCEPTED, problems=()), actor, books)
    at = shop(command, actor, books)
    if isinstance(at, Reply):
        return None
    typed = problem.token.strip().upper()
    named = next((note for note in books.units.in_transit(at.code) if note.upper() == typed), None)
    if named is None:  # it has arrived already, if it was sent at all
        named = next((note for note in (problem.token.strip(), typed) if books.receipts.sent(at.code, (note,))), None)
    if named is None:
        return None
    return decide(replace(command, outcome=ACCEPTED, problems=(), order=named), actor, books)


# ---- of what


def _delivery(command: Command, actor: Actor, books: ReceiptBooks) -> Delivery | Reply:
    if command.order is not None:
        reference = command.order if command.order.startswith(ORDER.letter) else ORDER.letter + command.order
        order = books.orders.find(reference)
        of = books.directory.dealer(order.dealer) if order is not None else None
        if order is not None and of is not None and covers(actor, of, books) and command.dealer in (None, of.code):
            return _of_order(order, of, books)
    dealer = shop(command, actor, books)
    if isinstance(dealer, Reply):
        return dealer
    moving = books.units.in_transit(dealer.code)
    if command.order is not None:
        note = next((note for note in moving if note.upper() == command.order.upper()), command.order)
        sent = books.receipts.sent(dealer.code, (note,))
        return _of_notes(dealer, (note,), books) if sent else Reply("order_unknown", {"reference": reference})
    if not moving and not command.imeis:
        return Reply("receive_nothing", {"dealer": dealer.code})
    if len(moving) > 1 and not command.imeis:
        listed = [Reply("sent", {"about": note[:_ABOUT], "count": count}) for note, count in moving.items()]
        return Reply(
            "receive_which", {"deliveries": TruncatableList(tuple(listed)), "first": next(iter(moving))[:_ABOUT]}
        )
    return _of_notes(dealer, tuple(moving), books)


def _of_order(order: Order, dealer: Dealer, books: ReceiptBooks) -> Delivery | Reply:
    notes = tuple(dict.fromkeys(left.shipment for left in books.orders.shipments(order.reference)))
    if not notes:
        return Reply("receive_not_left", {"reference": order.reference})
    sent = books.receipts.sent(dealer.code, notes)
    waiting = receipts.on_their_way(sent, dealer.code)
    open_ = {one.shipment for one in waiting}
    # Of an order that left in parts, the parts that are on their way; what came before is received already.
    sent = [one for one in sent if one.shipment in open_ or not open_]
    return Delivery(dealer, order, order.reference, sent, waiting)


def _of_notes(dealer: Dealer, notes: tuple[str, ...], books: ReceiptBooks) -> Delivery:
    sent = books.receipts.sent(dealer.code, notes)
    return Delivery(
        dealer, None, (notes[0] if len(notes) == 1 else "")[:_ABOUT], sent, receipts.on_their_way(sent, dealer.code)
    )


# ---- how much


def _by_number(command: Command, actor: Actor, found: Delivery, number: int, books: ReceiptBooks) -> Decision:
    waiting = found.waiting
    came = receipts.came(number, len(waiting), receipts.arrived(found.sent))
    models = receipts.models_of(waiting)
    missing, extra = len(waiting) - came, came - len(waiting)
    if came == 0:
        return _book(command, actor, found, Arrival(missing=tuple(waiting)), books)
    if missing and len(models) > 1:
        values = {"about": found.about, "models": sets(models), "number": _named(found)}
        return Decision(replies=(Reply("receive_by_imei", values),))
    if extra > max(len(waiting), 10) and command.asked is None:
        reference, question = ask(books, actor, [[command]], RECEIVE.letter)
        values = {"about": found.about, "count": number, "sent": len(waiting), "answer": answer_word(reference)}
        return Decision(tuple(question), (Reply("receive_absurd", values),))
    model = next(iter(models))
    arrival = Arrival(
        sent=tuple(waiting),
        short=((model, missing),) if missing > 0 else (),
        surplus=((model, extra),) if extra > 0 else (),
    )
    return _book(command, actor, found, arrival, books)


def _by_imei(command: Command, actor: Actor, found: Delivery, books: ReceiptBooks) -> Decision:
    code = found.dealer.code
    lost = {one.imei: one for one in found.sent if one.state == units.LOST}
    named_units = {imei: books.units.find(imei) for imei in command.imeis}
    late = {unit.imei: lost[unit.imei] for unit in named_units.values() if unit is not None and unit.imei in lost}
    keep = [n for n, imei in enumerate(command.imeis) if (unit := named_units[imei]) is None or unit.imei not in lost]
    left = replace(
        command,
        imeis=tuple(command.imeis[n] for n in keep),
        positions=tuple(command.positions[n] for n in keep) if command.positions else (),
    )
    named = sort_out(left, found.dealer, books, _refused, sure=command.asked is not None)
    foreign = [
        unit
        for imei in left.imeis
        if (unit := named_units[imei]) is not None and unit.holder not in (code, None) and _elsewhere(unit)
    ]
    sent = {one.imei: one for one in found.sent}
    arrival = Arrival(
        sent=tuple(
            sent.get(imei) or Sent(imei, model, unit.state, unit.holder, "", told=False)
            for imei, (model, unit) in named.good.items()
            if unit is not None and not units.nobodys(unit)
        ),
        late=tuple(late.values()),
        new=tuple((imei, model) for imei, (model, unit) in named.good.items() if unit is None or units.nobodys(unit)),
    )
    booked = Decision()
    if arrival.sent or arrival.late or arrival.new or foreign:
        booked = _book(command, actor, found, arrival, books, foreign)
    if not (arrival.sent or arrival.new or arrival.late):
        named.good.clear()
    return _with_the_rest(named, left, actor, booked, found.dealer, books)


def _with_the_rest(
    named: Named, left: Command, actor: Actor, booked: Decision, dealer: Dealer, books: ReceiptBooks
) -> Decision:
    """What was booked, and what is to be said of sets that could not be, or are too doubtful."""
    if not named.bad and not named.doubtful:
        return booked
    first, rest = Decision(booked.records), booked.replies
    if named.good:
        values = {**booked.replies[0].values, "dealer": dealer.code}
        first, rest = Decision(booked.records, (Reply(booked.replies[0].key, values),)), booked.replies[1:]
    told = unsaved(named, left, actor, books, first, letter=RECEIVE.letter)
    return Decision(told.records, (*told.replies, *rest))


def _refused(unit: Unit, code: str) -> Reply | None:
    """Why a set that the shop holds cannot be received."""
    return Reply("bad_held") if unit.state in (units.RECEIVED, units.IN_STOCK) else None


def _elsewhere(unit: Unit) -> bool:
    """Whether another shop has a set, or is to get it."""
    return unit.state in units.IN_A_SHOP


# ---- booking


def _book(
    command: Command,
    actor: Actor,
    found: Delivery,
    arrival: Arrival,
    books: ReceiptBooks,
    foreign: Sequence[Unit] = (),
) -> Decision:
    dealer = found.dealer
    anything = arrival.sent or arrival.late or arrival.new or arrival.missing
    reference = (command.asked or books.reference(RECEIVE.letter)) if anything else ""
    today = business_date(books.now, dealer.timezone)
    came = [*arrival.sent, *arrival.late]
    models = receipts.models_of(came)
    for _, model in arrival.new:
        models[model] = models.get(model, 0) + 1
    for model, number in arrival.surplus:
        models[model] = models.get(model, 0) + number
    for model, number in arrival.short:
        models[model] -= number
    models = {model: number for model, number in models.items() if number}
    wrong = _wrong(arrival, foreign)
    ticket = _ticket(reference, found, wrong, actor, books) if wrong else None
    records: list[Record] = []
    replies: list[Reply] = []
    if ticket is not None:
        records += [Booked(ticket.reference, FEEDBACK.name, dealer.code, today, ticket.text[:20]), TicketOpened(ticket)]
        records += [_flagged(unit, dealer.code, ticket.reference) for unit in foreign]
    if reference:
        moved, changes = receipts.book(
            arrival,
            reference=reference,
            dealer=dealer.code,
            order=found.order,
            about=found.about,
            ticket=ticket.reference if ticket else None,
            delivery=found.sent,
            books=books,
        )
        records += [Booked(reference, RECEIVE.name, dealer.code, today, summary(models.items())), *moved]
        replies.append(_reply(reference, found, arrival, models, changes, books))
    if ticket is not None:
        due = local(ticket.due_at, dealer.timezone)
        values = {"ticket": ticket.reference, "who": who_answers(ticket), "on": due.date(), "time": due}
        replies.append(Reply("receive_ticket", values))
    return Decision(tuple(records), tuple(replies))


def _reply(
    reference: str,
    found: Delivery,
    arrival: Arrival,
    models: dict[str, int],
    changes: dict[str, int],
    books: ReceiptBooks,
) -> Reply:
    count = sum(models.values())
    short = dict(arrival.short)
    for model, number in receipts.models_of(arrival.missing).items():
        short[model] = short.get(model, 0) + number
    values: dict[str, object] = {"reference": reference, "about": found.about or found.dealer.code, "count": count}
    waiting = len(found.waiting)
    if short:
        last = arrival.missing[0].imei[-4:] if len(arrival.missing) == 1 else None
        there = receipts.arrived(found.sent)
        values |= {"count": count + there, "sent": waiting + there, "short": sum(short.values()), "models": sets(short)}
        return Reply("receive_short", values) if last is None else Reply("receive_short_set", {**values, "last": last})
    surplus = dict(arrival.surplus)
    for _, model in arrival.new:
        surplus[model] = surplus.get(model, 0) + 1
    if surplus:
        return Reply("receive_surplus", {**values, "surplus": sum(surplus.values()), "models": sets(surplus)})
    to_come = waiting - len(arrival.sent)
    if to_come > 0:
        return Reply("receive_some", {**values, "models": sets(models), "left": to_come})
    total = stock.total(books.stock.levels(found.dealer.code)) + sum(changes.values())
    return Reply("receive", {**values, "models": sets(models), "stock": total})


def _wrong(arrival: Arrival, foreign: Sequence[Unit]) -> str:
    """What is not as it was sent, in no language; '' where all is."""
    missing = [f"{one.model} {one.imei}" for one in arrival.missing]
    short = [*(f"{model} x{number}" for model, number in arrival.short), *missing]
    surplus = [
        *(f"{model} x{number}" for model, number in arrival.surplus),
        *(f"{model} {imei}" for imei, model in arrival.new),
    ]
    told = (("short", short), ("surplus", surplus), ("wrong", [f"{unit.model} {unit.imei}" for unit in foreign]))
    return "; ".join(f"{what} {', '.join(which)}" for what, which in told if which)


def _ticket(reference: str, found: Delivery, wrong: str, actor: Actor, books: ReceiptBooks) -> Ticket:
    """A ticket about what is wrong with a delivery, with whoever sees to the shop to answer it."""
    dealer = found.dealer
    phone = actor.phone
    if actor.role not in rights.SHOP_ROLES:  # it is the shop that hears what becomes of it
        phone = next(iter(books.directory.phones_of(dealer.code, ("owner", "clerk"))), actor.phone)
    return Ticket(
        reference=books.reference(FEEDBACK.letter),
        dealer=dealer.code,
        subject=reference or (found.order.reference if found.order else None),
        phone=phone,
        assignee=books.tickets.assignee(dealer),
        state=tickets.OPEN,
        due_at=due_at(dealer, books),
        text=f"{found.about} {wrong}".strip(),
    )


def _flagged(unit: Unit, code: str, reference: str) -> UnitMoved:
    return UnitMoved(unit.imei, unit.model, KIND_FLAGGED, code, unit.state, unit.holder, unit.origin, reference)


def _named(found: Delivery) -> str:
    """How what is received is named in a text."""
    return digits(found.order.reference) if found.order is not None else found.about


def undo_reply(booking: Booking, dealer: Dealer, books: ReceiptBooks) -> Reply:
    """The answer to a receipt that was taken back."""
    made = books.receipts.find(booking.reference)
    count = sum(line.received + line.surplus for line in made.lines) if made else 0
    return Reply("undone_receive", {"reference": booking.reference, "count": count, "dealer": dealer.code})


def example(actor: Actor, books: ReceiptBooks) -> Example | None:
    """A delivery that is on its way to the sender's shop, by its order; else the verb alone, which says what is."""
    moving = books.units.in_transit(actor.dealer) if actor.dealer else {}
    left = next(
        (
            order.reference
            for order in books.orders.of_dealer(actor.dealer or "", ("shipped", "part_shipped"))
            if any(one.shipment in moving for one in books.orders.shipments(order.reference))
        ),
        None,
    )
    if left is not None:
        return Example(RECEIVE.name, number=digits(left))
    shop_named = at_a_shop(Command(RECEIVE.name), actor, books).dealer
    return Example(RECEIVE.name, f"@{shop_named}" if shop_named else "")


_OF = {"reference": REFERENCE, "about": TOKEN, "count": COUNT}

RECEIVE = Verb(
    name="receive",
    place=120,
    arguments=("order", "quantity", "imeis", "dealer"),
    roles=("owner", "clerk", *ABOVE_SHOPS),
    decide=decide,
    letter="R",
    good_parts_alone=True,
    on_rejected=unreferenced,
    example=example,
    undo_reply=undo_reply,
    replies=ReplyTable(
        bookings={
            "receive": {**_OF, "models": SETS, "stock": BOOK},
            "receive_some": {**_OF, "models": SETS, "left": COUNT},
            "receive_short": {**_OF, "sent": COUNT, "short": COUNT, "models": SETS},
            "receive_short_set": {**_OF, "sent": COUNT, "short": COUNT, "models": SETS, "last": LAST4},
            "receive_surplus": {**_OF, "surplus": COUNT, "models": SETS},
            "receive_partial": {
                "reference": REFERENCE,
                "count": COUNT,
                "dealer": CODE,
                "bad": many(BAD),
                "again": COUNT,
            },
            "undone_receive": {"reference": REFERENCE, "count": COUNT, "dealer": CODE},
        },
        answers={
            "receive_ticket": {"ticket": REFERENCE, "who": WHO, "on": DATE, "time": TIME},
            "receive_nothing": {"dealer": CODE},
            "receive_not_left": {"reference": REFERENCE},
            "receive_done": {"about": TOKEN},
            "receive_which": {"deliveries": many(phrase("sent")), "first": TOKEN},
            "receive_by_imei": {"about": TOKEN, "models": SETS, "number": TOKEN},
            "receive_absurd": {"about": TOKEN, "count": COUNT, "sent": COUNT, "answer": REFERENCE},
        },
        phrases={"sent": {"about": TOKEN, "count": COUNT}},
    ),
    examples=("RCV 7731 29",),
    examples_zh=("收货 7731 29",),
)

VERBS = (RECEIVE,)
REVERSALS = (receipts.reverse,)
