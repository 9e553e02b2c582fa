"""UNDO and FIX: take back or correct what a reference did."""

from __future__ import annotations

from datetime import timedelta

from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.conversation.rules.records import Undone
from smsgw.business.core import vocabulary
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.field_kinds import CODE, COUNT, LAST4, REFERENCE
from smsgw.business.core.principal import ABOVE_SHOPS, EVERYBODY, Actor
from smsgw.business.core.reply import Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, covers

# So many of a phone's newest bookings are looked through for one that a bare UNDO, or one by digits, can mean.
_LOOKED_THROUGH = 20


def decide(command: Command, actor: Actor, books: ConversationBooks) -> Decision:
    """Take back everything a reference did, with rows of its own; without a reference, the phone's newest booking.

    What a verb says of its own bookings goes first. A booking at no shop is that of the phone it came from, and of
    headquarters; where its verb says how one is undone, it checks the right itself.
    """
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
    verb = vocabulary.by_name().get(booking.verb)
    if booking.dealer is None and verb is not None and verb.undo is not None:
        return verb.undo(booking, actor, books)
    dealer = books.directory.dealer(booking.dealer) if booking.dealer else None
    refused = _not_allowed(booking, dealer, actor)
    if refused is None and dealer is not None and not covers(actor, dealer, books):
        refused = "undo_unknown"  # as unknown as what does not exist
    if refused is not None:
        return Decision(replies=(Reply(refused, {"reference": reference}),))
    if booking.undone:
        return Decision(replies=(Reply("undo_already", {"reference": reference}),))
    hours = books.trade.undo_hours
    if books.now - booking.at > timedelta(hours=hours):
        return Decision(replies=(Reply("undo_late", {"reference": reference, "hours": hours}),))
    if verb is not None and verb.undo is not None:
        return verb.undo(booking, actor, books)
    return _reversed(booking, verb, dealer, books)


def _named(reference: str, actor: Actor, books: ConversationBooks) -> Booking | None:
    """A booking by its reference; digits alone mean one of this phone's, if only one has them."""
    if not reference.isdigit():
        return books.conversation.booking(reference)
    mine = [b for b in books.conversation.bookings(actor.phone, _LOOKED_THROUGH) if b.reference[1:] == reference]
    return mine[0] if len(mine) == 1 else None


def _not_allowed(booking: Booking, dealer: Dealer | None, actor: Actor) -> str | None:
    if dealer is None:
        mine = booking.dealer is None and (booking.phone == actor.phone or actor.role == "hq")
        return None if mine else "undo_unknown"
    if actor.role in ("clerk", "promoter") and booking.phone != actor.phone:
        return "undo_unknown" if dealer.code != actor.dealer else "undo_not_yours"
    return None


def _reversed(booking: Booking, verb: Verb | None, dealer: Dealer | None, books: ConversationBooks) -> Decision:
    """Every row that a reference wrote, taken back by the subject that has it; or the answer that says why not."""
    records: list[Record] = [Undone(booking.reference)]
    for reverse in vocabulary.reversals():
        rows = reverse(booking.reference, books)
        if isinstance(rows, Reply):
            return Decision(replies=(rows,))
        records += rows
    if dealer is None:
        return Decision(tuple(records), (Reply("undone_nowhere", {"reference": booking.reference}),))
    if verb is not None and verb.undo_reply is not None:
        return Decision(tuple(records), (verb.undo_reply(booking, dealer, books),))
    return Decision(tuple(records), (Reply("undone", {"reference": booking.reference, "dealer": dealer.code}),))


UNDO = Verb(
    name="undo",
    place=210,
    help_place=20,
    arguments=("reference", "dealer"),
    roles=EVERYBODY,
    decide=decide,
    alone=True,
    words_ask_back=True,
    replies=ReplyTable(
        bookings={
            "undone": {"reference": REFERENCE, "dealer": CODE},
            "undone_nowhere": {"reference": REFERENCE},
        },
        answers={
            "undo_nothing": {},
            "undo_unknown": {"reference": REFERENCE},
            "undo_already": {"reference": REFERENCE},
            "undo_late": {"reference": REFERENCE, "hours": COUNT},
            "undo_moved": {"reference": REFERENCE, "last": LAST4},
            "undo_not_yours": {"reference": REFERENCE},
        },
    ),
    examples=("UNDO S48213", "UNDO"),
    examples_zh=("撤销 S48213",),
)

FIX = Verb(
    name="fix",
    place=220,
    arguments=("reference", "content", "dealer"),
    roles=("owner", "clerk", *ABOVE_SHOPS),
    fragment="undo",
    instead="undo",
    examples=("FIX S48213 860123450000012",),
    examples_zh=("更正 S48213 860123450000012",),
)
