"""COUNT: the stock-take of a shop."""

from __future__ import annotations

from smsgw.business.conversation.rules.questions import answer_word, ask
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.field_kinds import BOOK, CHANGE, CODE, REFERENCE, many, phrase
from smsgw.business.core.field_kinds import COUNT as QUANTITY
from smsgw.business.core.phrases import summary
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import UNASKED, CountLineBooked, StockMoved, TurnoverBooks, absurd_count, sold_lately
from smsgw.calendar.days import business_date


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: TurnoverBooks) -> Decision:
    """Book a stock-take: each model counted sets the book to what was counted.

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
    records: list[Record] = [Booked(reference, COUNT.name, code, today, summary(counted.items()))]
    lines: list[Reply] = []
    for model, quantity in counted.items():
        book = levels.get(model, stock.EMPTY).quantity
        records.append(CountLineBooked(reference, code, model, quantity, book))
        if quantity == book:
            lines.append(Reply("counted_same", {"model": model, "counted": quantity}))
            continue
        records.append(StockMoved(code, model, quantity - book, 0, stock.COUNTED, reference))
        change = f"{quantity - book:+d}"
        lines.append(Reply("counted", {"model": model, "counted": quantity, "book": book, "change": change}))
    missing = [
        Reply("booked", {"model": model, "book": level.quantity})
        for model, level in levels.items()
        if model not in counted and level.quantity
    ]
    values = {"reference": reference, "dealer": code, "lines": TruncatableList(tuple(lines))}
    if not missing:
        return Decision(tuple(records), (Reply("count", values),))
    first = missing[0].values["model"]
    reply = Reply("count_missing", {**values, "missing": TruncatableList(tuple(missing)), "first": first})
    return Decision(tuple(records), (reply,))


def undo_reply(booking: Booking, dealer: Dealer, books: TurnoverBooks) -> Reply:
    """The answer to a stock-take that was taken back."""
    return Reply("undone_count", {"reference": booking.reference, "dealer": dealer.code})


COUNT = Verb(
    name="count",
    place=40,
    help_place=40,
    arguments=("items", "dealer"),
    roles=("owner", "clerk", *ABOVE_SHOPS),
    decide=decide,
    letter="K",
    tells_all=True,
    reports=True,
    undo_reply=undo_reply,
    replies=ReplyTable(
        bookings={
            "count": {"reference": REFERENCE, "dealer": CODE, "lines": many(phrase("counted", "counted_same"))},
            "count_missing": {
                "reference": REFERENCE,
                "dealer": CODE,
                "lines": many(phrase("counted", "counted_same")),
                "missing": many(phrase("booked")),
                "first": CODE,
            },
            "undone_count": {"reference": REFERENCE, "dealer": CODE},
        },
        answers={
            "absurd_count": {"model": CODE, "quantity": QUANTITY, "book": BOOK, "answer": REFERENCE},
        },
        phrases={
            "counted": {"model": CODE, "counted": QUANTITY, "book": BOOK, "change": CHANGE},
            "counted_same": {"model": CODE, "counted": QUANTITY},
            "booked": {"model": CODE, "book": BOOK},
        },
    ),
    examples=("COUNT A350 12 B200 5",),
    examples_zh=("盘点 A350 12 B200 5",),
)
