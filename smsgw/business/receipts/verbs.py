"""RCV: what has arrived of an order or a delivery note: all of it, so many sets, or these IMEIs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from smsgw.business.conversation.rules.questions import answer_word, ask
from smsgw.business.core import rights
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import ACCEPTED, Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.examples import at_a_shop
from smsgw.business.core.field_kinds import BOOK, CODE, COUNT, DATE, LAST4, REFERENCE, SETS, TIME, TOKEN, many, phrase
from smsgw.business.core.phrases import digits, sets
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Example, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, covers, shop
from smsgw.business.orders.verbs.order import ORDER
from smsgw.business.receipts.rules import arrivals, receiving
from smsgw.business.receipts.rules.arrivals import Arrival, ReceiptBooks, Sent
from smsgw.business.receipts.rules.receiving import ABOUT, Delivery
from smsgw.business.stock import rules as stock
from smsgw.business.tickets.replies import WHO
from smsgw.business.tickets.verbs import who_answers
from smsgw.business.units.replies import BAD
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.sets_named import Named, sort_out, unsaved
from smsgw.business.units.rules.states import Unit
from smsgw.calendar.days import local


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
    if problem is None or len(command.problems) > 1 or command.items:
        return None
    if problem.code == "incomplete" and not command.imeis and command.order is None and command.quantity is None:
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
    number = command.quantity
    if number is None and command.order is not None and command.order.isdigit():
        number = int(command.order)  # behind the name of a note it is how many sets came, and it may be none
    return decide(replace(command, outcome=ACCEPTED, problems=(), order=named, quantity=number), actor, books)


# ---- of what


def _delivery(command: Command, actor: Actor, books: ReceiptBooks) -> Delivery | Reply:
    if command.order is not None:
        reference = command.order if command.order.startswith(ORDER.letter) else ORDER.letter + command.order
        order = books.orders.find(reference)
        of = books.directory.dealer(order.dealer) if order is not None else None
        if order is not None and of is not None and covers(actor, of, books) and command.dealer in (None, of.code):
            return receiving.of_order(order, of, books) or Reply("receive_not_left", {"reference": order.reference})
    dealer = shop(command, actor, books)
    if isinstance(dealer, Reply):
        return dealer
    moving = books.units.in_transit(dealer.code)
    if command.order is not None:
        note = next((note for note in moving if note.upper() == command.order.upper()), command.order)
        sent = books.receipts.sent(dealer.code, (note,))
        return receiving.of_notes(dealer, (note,), books) if sent else Reply("order_unknown", {"reference": reference})
    if not moving and not command.imeis:
        return Reply("receive_nothing", {"dealer": dealer.code})
    if len(moving) > 1 and not command.imeis:
        listed = [Reply("sent", {"about": note[:ABOUT], "count": count}) for note, count in moving.items()]
        return Reply(
            "receive_which", {"deliveries": TruncatableList(tuple(listed)), "first": next(iter(moving))[:ABOUT]}
        )
    return receiving.of_notes(dealer, tuple(moving), books)


# ---- how much


def _by_number(command: Command, actor: Actor, found: Delivery, number: int, books: ReceiptBooks) -> Decision:
    waiting = found.waiting
    came = arrivals.came(number, len(waiting), arrivals.arrived(found.sent))
    arrival = receiving.by_number(found, came)
    if arrival is None:
        values = {"about": found.about, "models": sets(arrivals.models_of(waiting)), "number": _named(found)}
        return Decision(replies=(Reply("receive_by_imei", values),))
    if receiving.absurd(found, came) and command.asked is None:
        reference, question = ask(books, actor, [[command]], RECEIVE.letter)
        values = {"about": found.about, "count": number, "sent": len(waiting), "answer": answer_word(reference)}
        return Decision(tuple(question), (Reply("receive_absurd", values),))
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
        unit for imei in left.imeis if (unit := named_units[imei]) is not None and receiving.elsewhere(unit, code)
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


# ---- booking


def _book(
    command: Command,
    actor: Actor,
    found: Delivery,
    arrival: Arrival,
    books: ReceiptBooks,
    foreign: Sequence[Unit] = (),
) -> Decision:
    done = receiving.receive(
        arrival, found, books, phone=_hears(found.dealer, actor, books), foreign=foreign, asked=command.asked
    )
    replies: list[Reply] = []
    if done.reference:
        replies.append(_reply(done.reference, found, arrival, done.models, done.changes, books))
    if done.ticket is not None:
        due = local(done.ticket.due_at, found.dealer.timezone)
        values = {"ticket": done.ticket.reference, "who": who_answers(done.ticket), "on": due.date(), "time": due}
        replies.append(Reply("receive_ticket", values))
    return Decision((*done.opened, *done.records), tuple(replies))


def _hears(dealer: Dealer, actor: Actor, books: ReceiptBooks) -> str:
    """The phone that hears what becomes of a ticket: that of the shop, whoever of other people tells of it."""
    if actor.role in rights.SHOP_ROLES:
        return actor.phone
    return next(iter(books.directory.phones_of(dealer.code, ("owner", "clerk"))), actor.phone)


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
    for model, number in arrivals.models_of(arrival.missing).items():
        short[model] = short.get(model, 0) + number
    values: dict[str, object] = {"reference": reference, "about": found.about or found.dealer.code, "count": count}
    waiting = len(found.waiting)
    if short:
        last = arrival.missing[0].imei[-4:] if len(arrival.missing) == 1 else None
        there = arrivals.arrived(found.sent)
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
    name=receiving.VERB,
    place=120,
    arguments=("order", "quantity", "imeis", "dealer"),
    roles=("owner", "clerk", *ABOVE_SHOPS),
    decide=decide,
    letter=receiving.LETTER,
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
REVERSALS = (arrivals.reverse,)
