"""Taking a booking back: every row that it wrote, or why that cannot be; and what comes of a request for it."""

from __future__ import annotations

from dataclasses import replace

from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.conversation.rules.records import Undone
from smsgw.business.conversation.rules.undo_requests import UndoDecided, UndoRequest, UndoTold
from smsgw.business.core import vocabulary
from smsgw.business.core.bookings import Booking
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Reply
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer


def takes_back(decision: Decision) -> bool:
    """Whether a decision takes a booking back, rather than saying why not."""
    return any(isinstance(record, Undone) for record in decision.records)


def take_back(booking: Booking, actor: Actor, books: ConversationBooks) -> Decision:
    """Everything that a live booking did, taken back as its verb says; or the answer that says why not."""
    verb = vocabulary.by_name().get(booking.verb)
    if verb is not None and verb.undo is not None:
        return verb.undo(booking, actor, books)
    dealer = books.directory.dealer(booking.dealer) if booking.dealer else None
    return _reversed(booking, verb, dealer, books)


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


def approved(
    found: UndoRequest, booking: Booking, actor: Actor, books: ConversationBooks, who: str | None = None
) -> Decision:
    """A request agreed to: its booking taken back, or the answer that says why it cannot be. `who` agrees, where that
    is not a phone."""
    undone = take_back(booking, actor, books)
    if not takes_back(undone):
        return Decision(replies=undone.replies)
    decided = UndoDecided(found.reference, True, who or actor.who)
    return replace(undone, records=(decided, *undone.records, *_told(found, actor)))


def rejected(found: UndoRequest, actor: Actor | None, why: str, who: str | None = None) -> tuple[Record, ...]:
    """The records of a request turned down; without a reason it has lapsed."""
    by = who or (actor.who if actor is not None else "")
    return (UndoDecided(found.reference, False, by, why), *_told(found, actor))


def _told(found: UndoRequest, actor: Actor | None) -> tuple[UndoTold, ...]:
    mine = actor is not None and found.phone == actor.phone
    return (UndoTold(found.reference, (found.phone,)),) if found.phone and not mine else ()
