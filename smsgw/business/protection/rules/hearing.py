"""Who is told what became of a claim."""

from __future__ import annotations

from smsgw.business.consent.rules import has_stopped
from smsgw.business.core.reply import Reply
from smsgw.business.protection.rules.claims import Claim, ProtectionBooks

TOPIC = "prices"  # whose STOP ends what is told of claims


def hearing(claim: Claim, by: str | None, books: ProtectionBooks) -> tuple[Reply, tuple[str, ...]]:
    """The shop's owners, and the phone it came from, but for whoever decided it; first what is said of that to them."""
    phones = [*books.consent.owners_hearing(claim.dealer, TOPIC)]
    booking = books.conversation.booking(claim.reference)
    sender = booking.phone if booking is not None else None
    known = sender is not None and books.directory.actor(sender) is not None
    if sender and known and sender not in phones and not has_stopped(books.consent.history(sender), TOPIC):
        phones.append(sender)
    others = tuple(phone for phone in phones if phone != by)
    return Reply("dealer_told" if others else "dealer_not_told"), others
