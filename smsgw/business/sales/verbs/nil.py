"""NIL: nothing sold on a day."""

from __future__ import annotations

from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CODE, COUNT, DATE, REFERENCE
from smsgw.business.core.phrases import date_refused
from smsgw.business.core.principal import EVERYBODY, Actor
from smsgw.business.core.reply import Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop
from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.business.sales.rules.lines import NilBooked
from smsgw.calendar.days import business_date


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: SalesBooks) -> Decision:
    """Book that a shop sold nothing on a day; refused when the book has sales of that day."""
    today = business_date(books.now, dealer.timezone)
    on = command.on or today
    refused = date_refused(on, today, books)
    if refused is not None:
        return Decision(replies=(refused,))
    sold = sum(books.sales.sold(dealer.code, on, on).values())
    if sold:
        return Decision(replies=(Reply("nil_but_sold", {"dealer": dealer.code, "on": on, "count": sold}),))
    reference = command.asked or books.reference(NIL.letter)
    values = {"reference": reference, "dealer": dealer.code, "on": on}
    last = books.sales.last_sale_on(dealer.code)
    reply = Reply("nil", values) if last is None or last > on else Reply("nil_since", {**values, "last": last})
    return Decision((Booked(reference, NIL.name, dealer.code, on), NilBooked(reference, dealer.code, on)), (reply,))


NIL = Verb(
    name="nil",
    place=20,
    help_place=50,
    arguments=("on", "dealer"),
    roles=EVERYBODY,
    decide=decide,
    alone=True,
    letter="N",
    words_ask_back=True,
    reports=True,
    replies=ReplyTable(
        bookings={
            "nil": {"reference": REFERENCE, "dealer": CODE, "on": DATE},
            "nil_since": {"reference": REFERENCE, "dealer": CODE, "on": DATE, "last": DATE},
        },
        answers={
            "nil_but_sold": {"dealer": CODE, "on": DATE, "count": COUNT},
        },
    ),
    examples=("NIL", "NIL yesterday"),
    examples_zh=("无销量",),
)
