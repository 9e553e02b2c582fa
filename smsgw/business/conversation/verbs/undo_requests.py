"""UNDO of what is older than its hours: a request, and what APPROVE or REJECT of its reference comes to."""

from __future__ import annotations

from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.conversation.rules.taking_back import approved, rejected, takes_back
from smsgw.business.conversation.rules.undo_requests import OPEN, UndoAsked, UndoRequest
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Reply
from smsgw.business.directory.rules import covers


def ask_for(booking: Booking, undo: Decision, books: ConversationBooks) -> Decision:
    """Ask whoever answers for the shop to take a booking back, which is older than its hours; `undo` is what that would
    do now: what cannot be taken back at all is told at once."""
    if not takes_back(undo):
        return Decision(replies=undo.replies)
    reference = booking.reference
    asked = books.conversation.undo_request(reference)
    if asked is not None and asked.state == OPEN:
        return Decision(replies=(Reply("undo_asked_before", {"reference": reference}),))
    values = {"reference": reference, "hours": books.trade.undo_hours}
    return Decision((UndoAsked(reference),), (Reply("undo_asked", values),))


def approve(reference: str, actor: Actor, books: ConversationBooks) -> Decision | None:
    """Take back what a request asks for, all of it or nothing; None where none waits for the sender."""
    if _waiting(reference, actor, books) is None:
        return None
    booking = books.conversation.hold(reference)
    found = _waiting(reference, actor, books)  # as it is once nobody else decides it
    if found is None or booking is None:
        return None
    return approved(found, booking, actor, books)


def reject(command: Command, actor: Actor, books: ConversationBooks) -> Decision | None:
    """Leave a booking as it is; without a reason nothing is done, for who asked is told why. None where no request of
    its reference waits for the sender."""
    reference = command.reference or ""
    found = _waiting(reference, actor, books)
    if found is None:
        return None
    why = " ".join((command.reason or "").split())
    if not why:
        return Decision(replies=(Reply("undo_reject_why", {"reference": reference}),))
    values = {"reference": reference, "why": why, "brief": why}
    return Decision(rejected(found, actor, why), (Reply("undo_rejected", values),))


def may_decide(booking: Booking, actor: Actor, books: ConversationBooks) -> bool:
    """Whether a sender answers for what a booking is of: a shop of the own scope; what is at no shop, headquarters."""
    dealer = books.directory.dealer(booking.dealer) if booking.dealer else None
    if dealer is None:
        return actor.role == "hq"
    return actor.role in ("manager", "hq") and covers(actor, dealer, books)


def _waiting(reference: str, actor: Actor, books: ConversationBooks) -> UndoRequest | None:
    """The request about a reference that waits for the sender; one outside the own scope is as if it were not there."""
    found = books.conversation.undo_request(reference)
    booking = books.conversation.booking(reference) if found is not None and found.state == OPEN else None
    return found if booking is not None and may_decide(booking, actor, books) else None
