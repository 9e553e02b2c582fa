"""What a shop is told unasked of its claims for price cuts."""

from __future__ import annotations

from smsgw.business.books import StoreBooks
from smsgw.business.core.reply import Money, Reply
from smsgw.business.protection.books.claims import claim_of


def word_claim(books: StoreBooks, reference: str) -> Reply | None:
    """What became of a claim; None where there is nothing to tell of it."""
    found = claim_of(books.connection, reference)
    if found is None:
        return None
    values: dict[str, object] = {"reference": found.reference, "count": found.sets, "model": found.model}
    if found.why:
        values["brief"] = found.why
    else:
        values |= {"dealer": found.dealer, "total": Money(found.total, found.currency)}
    return Reply(f"claim_told_{found.state}", values)
