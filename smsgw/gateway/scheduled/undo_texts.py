"""What is told unasked of bookings that were asked to be taken back."""

from __future__ import annotations

from smsgw.business.books import StoreBooks
from smsgw.business.conversation.rules.undo_requests import APPROVED, OPEN
from smsgw.business.core.reply import Reply


def word_undo(books: StoreBooks, reference: str) -> Reply | None:
    """What became of the newest request about a booking; None where it waits again."""
    found = books.conversation.undo_request(reference)
    booking = books.conversation.booking(reference)
    if found is None or booking is None or found.state == OPEN:
        return None
    values = {"reference": reference, "summary": booking.summary}
    if found.state == APPROVED:
        return Reply("undo_told_approved", values)
    return Reply("undo_told_rejected", {**values, "why": found.why, "brief": found.why})
