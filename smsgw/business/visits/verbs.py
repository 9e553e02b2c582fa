"""VISIT: somebody of the field is at a shop, and hears on one part what there is to see to."""

from __future__ import annotations

from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import BOOK, CODE, COUNT, DATE, MONEY, REFERENCE, phrase
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Money, Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop
from smsgw.business.orders.rules import CONFIRMED
from smsgw.business.stock.rules import total
from smsgw.business.visits.rules import VisitBooks, Visited
from smsgw.calendar.days import business_date


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: VisitBooks) -> Decision:
    """Book a visit at a shop of the sender's scope, today there; what is owed is in the shop's currency."""
    today = business_date(books.now, dealer.timezone)
    last = books.visits.last(dealer.code)
    overdue = books.money.debt(dealer.code, dealer.currency, today).overdue
    reference = command.asked or books.reference(VISIT.letter)
    values = {
        "reference": reference,
        "dealer": dealer.code,
        "last": Reply("visit_last", {"on": last}) if last else Reply("visit_first"),
        "book": total(books.stock.levels(dealer.code)),
        "overdue": Money(overdue, dealer.currency),
        "waits": _waits(dealer, books),
    }
    # Of no shop: a visit is its visitor's to take back, not the shop's.
    booked = Booked(reference, VISIT.name, None, today, dealer.code)
    return Decision((booked, Visited(reference, dealer.code, today)), (Reply("visit", values),))


def _waits(dealer: Dealer, books: VisitBooks) -> Reply:
    """What there is to see to: the oldest ticket without its answer, and orders that wait for a decision."""
    ticket = books.tickets.oldest_open(dealer.code)
    orders = len(books.orders.of_dealer(dealer.code, (CONFIRMED,)))
    if ticket is not None and orders:
        return Reply("visit_both", {"ticket": ticket, "count": orders})
    if ticket is not None:
        return Reply("visit_ticket", {"ticket": ticket})
    if orders:
        return Reply("visit_orders", {"count": orders})
    return Reply("visit_nothing")


VISIT = Verb(
    name="visit",
    place=340,
    help_place=142,
    arguments=("dealer",),
    roles=ABOVE_SHOPS,
    decide=decide,
    letter="V",
    fragment="field",
    replies=ReplyTable(
        bookings={
            "visit": {
                "reference": REFERENCE,
                "dealer": CODE,
                "last": phrase("visit_last", "visit_first"),
                "book": BOOK,
                "overdue": MONEY,
                "waits": phrase("visit_both", "visit_ticket", "visit_orders", "visit_nothing"),
            }
        },
        phrases={
            "visit_last": {"on": DATE},
            "visit_first": {},
            "visit_both": {"ticket": REFERENCE, "count": COUNT},
            "visit_ticket": {"ticket": REFERENCE},
            "visit_orders": {"count": COUNT},
            "visit_nothing": {},
        },
    ),
    examples=("VISIT D1001",),
    examples_zh=("拜访 D1001",),
)

VERBS = (VISIT,)
