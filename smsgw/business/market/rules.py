"""A note of the market: whose set is sold for what, at a shop or somewhere in a region."""

from __future__ import annotations

from datetime import date

from smsgw.business.core.decision import Record
from smsgw.values.value import value


@value
class MarketNoted(Record):
    """A set seen at a price: at `dealer`, or else in `region`.

    `words` are those of the sender, `brand` and `model` the same as notes are compared (`compared`). `price` is in
    minor units of `currency`.
    """

    reference: str
    dealer: str | None
    region: str | None
    words: str
    brand: str
    model: str
    price: int
    currency: str
    on: date


def compared(name: str) -> str:
    """A brand or model as notes are compared by it: capitals and single spaces, so that `galaxy  a15` is GALAXY A15."""
    return " ".join(name.upper().split())
