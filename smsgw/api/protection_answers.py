"""The shapes of what programs are answered about claims for price cuts."""

from __future__ import annotations

from typing import Annotated

from smsgw.api.answers import AnswerShape, OneOf, When
from smsgw.business.protection.rules.states import STATES

ClaimState = Annotated[str, OneOf(STATES)]


class ListedClaim(AnswerShape):
    reference: str
    state: ClaimState
    dealer: str
    model: str
    cut_on: str
    sets: int
    total: str
    currency: str
    filed_at: When
    settled_at: When
    settled_by: str | None
    why: str | None


class ListedClaims(AnswerShape):
    claims: list[ListedClaim]


class ClaimedSet(AnswerShape):
    imei: str
    amount: str


class Claim(AnswerShape):
    reference: str
    state: ClaimState
    dealer: str
    model: str
    cut_on: str
    old_price: str
    new_price: str
    total: str
    credit: str
    currency: str
    filed_at: When
    filed_by: str
    settled_at: When
    settled_by: str | None
    why: str | None
    sets: list[ClaimedSet]


class ClaimStepped(AnswerShape):
    reference: str
    state: ClaimState
