"""LAST: the newest references of a phone."""

from __future__ import annotations

from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import DATE, DAY, REFERENCE, SUMMARY, TIME, many, phrase
from smsgw.business.core.phrases import day_in_words
from smsgw.business.core.principal import EVERYBODY, Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.calendar.days import local, zone

_SHOWN = 5


def decide(command: Command, actor: Actor, books: ConversationBooks) -> Decision:
    """Tell the newest bookings of the sender's phone, newest first, undone ones marked."""
    bookings = books.conversation.bookings(actor.phone, _SHOWN)
    if not bookings:
        return Decision(replies=(Reply("last_none"),))
    dealer = books.directory.dealer(actor.dealer) if actor.dealer else None
    name = dealer.timezone if dealer else books.trade.timezone
    now = local(books.now, name)

    def shown(booking: Booking) -> Reply:
        if booking.undone:
            return Reply("past_undone", {"reference": booking.reference})
        at = booking.at.astimezone(zone(name))
        values = {"reference": booking.reference, "summary": booking.summary}
        if booking.on != at.date():
            return Reply("past_of_day", {**values, "day": day_in_words(booking.on, now.date())})
        if at.date() == now.date():
            return Reply("past_today", {**values, "time": at})
        return Reply("past", {**values, "on": at.date()})

    return Decision(replies=(Reply("last", {"past": TruncatableList(tuple(shown(b) for b in bookings), "; ")}),))


LAST = Verb(
    name="last",
    place=200,
    help_place=110,
    arguments=(),
    roles=EVERYBODY,
    decide=decide,
    reads_only=True,
    alone=True,
    replies=ReplyTable(
        answers={
            "last": {"past": many(phrase("past_today", "past", "past_of_day", "past_undone"))},
            "last_none": {},
        },
        phrases={
            "past_today": {"reference": REFERENCE, "summary": SUMMARY, "time": TIME},
            "past": {"reference": REFERENCE, "summary": SUMMARY, "on": DATE},
            "past_of_day": {"reference": REFERENCE, "summary": SUMMARY, "day": DAY},
            "past_undone": {"reference": REFERENCE},
        },
    ),
    examples=("LAST",),
    examples_zh=("最近",),
)
