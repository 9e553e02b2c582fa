"""COUNT: the stock-take of a shop by model and number, and what headquarters decides of a stock-take."""

from __future__ import annotations

from smsgw.business.conversation.rules.questions import answer_word, ask
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command, Item
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.field_kinds import BOOK, CHANGE, CODE, REFERENCE, many, phrase
from smsgw.business.core.field_kinds import COUNT as QUANTITY
from smsgw.business.core.phrases import summary
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.counts import rules as counts
from smsgw.business.counts.rules import CountBooks, Counted
from smsgw.business.counts.verbs.sets import open_instead
from smsgw.business.directory.rules import Dealer, at_shop, covers
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import UNASKED, CountLineBooked, StockMoved, absurd_count, sold_lately
from smsgw.calendar.days import business_date


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: CountBooks) -> Decision:
    """Book a stock-take: each model counted sets the book to what was counted, at once or once headquarters agrees.

    A model that the book has and the text has not is listed, never taken for zero. A quantity out of all proportion
    is asked back, unless that question has just been answered with YES.
    """
    code = dealer.code
    levels = books.stock.levels(code)
    counted: dict[str, int] = {}
    for item in command.items:
        counted[item.model] = counted.get(item.model, 0) + item.quantity
    today = business_date(books.now, dealer.timezone)
    if command.asked is None and max(counted.values()) > UNASKED:
        usual = sold_lately(books, dealer.code, today)
        for model, quantity in counted.items():
            book = levels.get(model, stock.EMPTY).quantity
            if absurd_count(quantity, book, usual.get(model, 0)):
                reference, question = ask(books, actor, [[command]], COUNT.letter)
                values = {"model": model, "quantity": quantity, "book": book, "answer": answer_word(reference)}
                return Decision(tuple(question), (Reply("absurd_count", values),))
    reference = command.asked or books.reference(COUNT.letter)
    booked: list[Record] = [Booked(reference, COUNT.name, code, today, summary(counted.items()))]
    lines: list[Reply] = []
    moved: list[Record] = []
    for model, quantity in counted.items():
        book = levels.get(model, stock.EMPTY).quantity
        booked.append(CountLineBooked(reference, code, model, quantity, book))
        if quantity == book:
            lines.append(Reply("counted_same", {"model": model, "counted": quantity}))
            continue
        moved.append(StockMoved(code, model, quantity - book, 0, stock.COUNTED, reference))
        change = f"{quantity - book:+d}"
        lines.append(Reply("counted", {"model": model, "counted": quantity, "book": book, "change": change}))
    waits = books.trade.count == "propose" and bool(moved)
    booked.append(Counted(reference, code, counts.WAITING if waits else counts.BOOKED))
    records = booked if waits else [*booked, *moved]
    missing = [
        Reply("booked", {"model": model, "book": level.quantity})
        for model, level in levels.items()
        if model not in counted and level.quantity
    ]
    values = {"reference": reference, "dealer": code, "lines": TruncatableList(tuple(lines))}
    if not missing:
        return Decision(tuple(records), (Reply("count_waits" if waits else "count", values),))
    first = missing[0].values["model"]
    rest = {**values, "missing": TruncatableList(tuple(missing)), "first": first}
    return Decision(tuple(records), (Reply("count_waits_missing" if waits else "count_missing", rest),))


def undo_reply(booking: Booking, dealer: Dealer, books: CountBooks) -> Reply:
    """The answer to a stock-take that was taken back."""
    return Reply("undone_count", {"reference": booking.reference, "dealer": dealer.code})


# ---- what headquarters decides


def approve(command: Command, actor: Actor, books: CountBooks) -> Decision:
    """Bring the book of a shop in the sender's scope to a count that waits."""
    return _decide(command, actor, books, approved=True)


def reject(command: Command, actor: Actor, books: CountBooks) -> Decision:
    """Leave the book of a shop in the sender's scope as it is, whatever was counted."""
    return _decide(command, actor, books, approved=False)


def _decide(command: Command, actor: Actor, books: CountBooks, *, approved: bool) -> Decision:
    """A count outside the sender's scope is as unknown as one that does not exist."""
    reference = command.reference or ""
    found = books.counts.find(reference)
    dealer = books.directory.dealer(found.dealer) if found is not None else None
    if found is None or dealer is None or not covers(actor, dealer, books):
        return Decision(replies=(Reply("count_unknown", {"reference": reference}),))
    if found.state not in counts.UNDECIDED:
        values = {"reference": found.reference, "state": Reply(f"count_is_{found.state}")}
        return Decision(replies=(Reply("count_decided", values),))
    records = counts.settle(found, books, approved=approved, who=actor.who, why=command.reason or "")
    key = "count_approved" if approved else "count_rejected"
    return Decision(tuple(records), (Reply(key, {"reference": found.reference, "dealer": found.dealer}),))


_LINES = {"reference": REFERENCE, "dealer": CODE, "lines": many(phrase("counted", "counted_same"))}
_MISSING = {**_LINES, "missing": many(phrase("booked")), "first": CODE}
STATE = phrase(*(f"count_is_{state}" for state in counts.STATES if state not in counts.UNDECIDED))


def restate(booking: Booking, books: CountBooks) -> Command | None:
    """The command that would count the same; None of a stock-take set by set, and of one that waits for a decision."""
    found = books.counts.find(booking.reference)
    if found is None or found.sets or found.state != counts.BOOKED:
        return None
    return Command(booking.verb, items=tuple(Item(line.model, line.counted) for line in found.lines))


COUNT = Verb(
    name=counts.NAME,
    place=40,
    help_place=40,
    arguments=("items", "dealer"),
    roles=("owner", "clerk", *ABOVE_SHOPS),
    decide=decide,
    letter=counts.LETTER,
    tells_all=True,
    reports=True,
    on_rejected=open_instead,
    restate=restate,
    undo_reply=undo_reply,
    approve=approve,
    reject=reject,
    waiting=lambda actor, books: books.counts.undecided(None if actor.role == "hq" else actor.region),
    replies=ReplyTable(
        bookings={
            "count": _LINES,
            "count_missing": _MISSING,
            "count_waits": _LINES,
            "count_waits_missing": _MISSING,
            "undone_count": {"reference": REFERENCE, "dealer": CODE},
        },
        answers={
            "absurd_count": {"model": CODE, "quantity": QUANTITY, "book": BOOK, "answer": REFERENCE},
            "count_unknown": {"reference": REFERENCE},
            "count_decided": {"reference": REFERENCE, "state": STATE},
            "count_approved": {"reference": REFERENCE, "dealer": CODE},
            "count_rejected": {"reference": REFERENCE, "dealer": CODE},
        },
        phrases={
            "counted": {"model": CODE, "counted": QUANTITY, "book": BOOK, "change": CHANGE},
            "counted_same": {"model": CODE, "counted": QUANTITY},
            "booked": {"model": CODE, "book": BOOK},
            **{f"count_is_{state}": {} for state in counts.STATES if state not in counts.UNDECIDED},
        },
    ),
    examples=("COUNT A350 12 B200 5",),
    examples_zh=("盘点 A350 12 B200 5",),
)
