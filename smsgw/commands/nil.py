"""NIL: nothing sold on a day."""

from __future__ import annotations

from smsgw.commands.booking import date_refused
from smsgw.commands.command import Command
from smsgw.commands.verb import Verb
from smsgw.retail.decision import Booked, Decision, NilBooked, Reply
from smsgw.retail.ledger import Ledger
from smsgw.retail.model import Actor, Dealer
from smsgw.retail.times import business_date

NIL = Verb(
    name="nil",
    arguments=("on", "dealer"),
    alone=True,
    letter="N",
    examples=("NIL", "NIL yesterday"),
    examples_zh=("无销量",),
)


def decide(command: Command, actor: Actor, dealer: Dealer, books: Ledger, asked: str | None = None) -> Decision:
    """Book that a shop sold nothing on a day; refused when the book has sales of that day."""
    today = business_date(books.now, dealer.timezone)
    on = command.on or today
    refused = date_refused(on, today, books)
    if refused is not None:
        return Decision(replies=(refused,))
    sold = sum(books.sold(dealer.code, on, on).values())
    if sold:
        return Decision(replies=(Reply("nil_but_sold", {"dealer": dealer.code, "on": on, "count": sold}),))
    reference = asked or books.reference("N")
    values = {"reference": reference, "dealer": dealer.code, "on": on}
    last = books.last_sale_on(dealer.code)
    reply = Reply("nil", values) if last is None or last > on else Reply("nil_since", {**values, "last": last})
    return Decision((Booked(reference, "nil", dealer.code, on), NilBooked(reference, dealer.code, on)), (reply,))
