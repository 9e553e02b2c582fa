"""What a model costs on a tier from a day on."""

from __future__ import annotations

from datetime import date

from smsgw.values.value import value


@value
class Price:
    model: str
    dealer_price: int  # minor units
    retail_price: int
    currency: str
    valid_from: date
