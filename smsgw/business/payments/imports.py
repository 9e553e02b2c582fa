"""What a file of payments brings besides: those who decide hear of each that may be what a shop told of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from smsgw.business.payments.books import proposals
from smsgw.business.payments.rules import FOUND, AdviceTold


def propose(books: Any, found: Any, known: Any, now: datetime, changes: Any) -> None:
    """Tell those who decide of every payment that waits and that the books now have exactly one for."""
    books.begin(now)
    for each in proposals(books.connection, books.trade.payment_days):
        books.apply((AdviceTold(each.advice.reference, FOUND, region=each.region),))


ALSO = {"payments": propose}
