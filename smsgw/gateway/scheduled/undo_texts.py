"""What is told unasked of bookings that were asked to be taken back."""

from __future__ import annotations

from datetime import timedelta

from smsgw.business.books import StoreBooks
from smsgw.business.conversation.rules.taking_back import rejected
from smsgw.business.conversation.rules.undo_requests import APPROVED, OPEN
from smsgw.business.core.principal import SMSGW
from smsgw.business.core.reply import Reply


def word_undo(books: StoreBooks, subject: str) -> Reply | None:
    """What became of the newest request about a booking; None where it waits again. The subject is its reference, and
    when that was noted."""
    reference = subject.partition(" ")[0]
    found = books.conversation.undo_request(reference)
    booking = books.conversation.booking(reference)
    if found is None or booking is None or found.state == OPEN:
        return None
    values = {"reference": reference, "summary": booking.summary}
    if found.state == APPROVED:
        return Reply("undo_told_approved", values)
    if found.lapsed:
        return Reply("undo_told_lapsed", values)
    return Reply("undo_told_rejected", {**values, "why": found.why, "brief": found.why})


def word_undo_waits(books: StoreBooks, subject: str) -> Reply | None:
    """That somebody asks to take a booking back; None where that is decided."""
    reference = subject.partition(" ")[0]
    found = books.conversation.undo_request(reference)
    booking = books.conversation.booking(reference)
    if found is None or booking is None or found.state != OPEN:
        return None
    values = {"reference": reference, "summary": booking.summary}
    if booking.dealer is None:
        return Reply("undo_waits_nowhere", values)
    return Reply("undo_waits", {**values, "dealer": booking.dealer})


def lapse_undo_requests(books: StoreBooks, limit: int) -> None:
    """Let those requests lapse that nobody decided in time; whoever asked is told."""
    until = books.now - timedelta(hours=books.trade.undo_request_hours)
    for reference in books.conversation.lapsed_undo_requests(until, limit):
        found = books.conversation.undo_request(reference)
        if found is not None and found.state == OPEN:
            books.apply(rejected(found, None, "", SMSGW.who))
