"""What is told unasked of payments that shops told of: that one waits, that it has come in, and what became of it."""

from __future__ import annotations

from smsgw.business.books import StoreBooks
from smsgw.business.core.reply import Money, Reply
from smsgw.business.notifications.books import notices as notifications
from smsgw.business.payments import rules as payments
from smsgw.business.payments.books import advice_of


def word_payment(kind: str, dealer: str | None, books: StoreBooks, reference: str) -> Reply | None:
    """What is told of a payment to somebody of a shop, or of none; None where that is no news any more."""
    found = advice_of(books.connection, reference)
    if found is None or (found.state == payments.OPEN) is (kind == notifications.PAID_ENDED):
        return None
    amount = Money(found.amount, found.currency)
    values: dict[str, object] = {"reference": reference, "dealer": found.dealer, "amount": amount, "on": found.paid_on}
    if kind == notifications.PAID_FOUND:
        return Reply("payment_found", {"reference": reference, "dealer": found.dealer, "amount": amount})
    if kind == notifications.PAID:
        return Reply("payment_told_for" if dealer == found.dealer else "payment_waits", values)
    if found.state == payments.REJECTED:
        why = found.why or ""
        return Reply("payment_told_rejected", {"reference": reference, "amount": amount, "why": why, "brief": why})
    return Reply("payment_told_matched", values) if found.state == payments.MATCHED else None
