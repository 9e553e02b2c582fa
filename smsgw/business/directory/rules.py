"""A dealer as the directory knows it."""

from __future__ import annotations

from smsgw.values.value import value


@value
class Dealer:
    code: str
    name: str
    region: str
    tier: str
    credit_limit: int  # minor units
    currency: str
    language: str
    timezone: str  # never empty: the deployment's where the dealer has none
    terms_days: int = 30
    parent: str | None = None
    active: bool = True
