"""Who is told what became of a return."""

from __future__ import annotations

from smsgw.business.consent.rules import RETURNS, has_stopped
from smsgw.business.core.reply import Reply
from smsgw.business.returns.rules.cases import ReturnBooks, ReturnCase


def hearing(case: ReturnCase, by: str | None, books: ReturnBooks) -> tuple[Reply, tuple[str, ...]]:
    """Who is told what became of a return, but for whoever decided it: the shop's owners, and the phone it came from.

    The first is what is said of that to whoever decided.
    """
    phones = [*books.consent.owners_hearing(case.dealer, RETURNS)]
    booking = books.conversation.booking(case.reference)
    sender = booking.phone if booking is not None else None
    known = sender is not None and books.directory.actor(sender) is not None
    if sender and known and sender not in phones and not has_stopped(books.consent.history(sender), RETURNS):
        phones.append(sender)
    others = tuple(phone for phone in phones if phone != by)
    return Reply("dealer_told" if others else "dealer_not_told"), others
