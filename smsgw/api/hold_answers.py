"""The shapes of what programs are answered about sales on hold."""

from __future__ import annotations

from typing import Annotated

from smsgw.api.answers import AnswerShape, OneOf, When
from smsgw.business.sales.reports import BOOKED, ON_HOLD, REASONS
from smsgw.business.sales.rules.holds import STATES

HoldState = Annotated[str, OneOf(STATES)]
SaleState = Annotated[str, OneOf((BOOKED, ON_HOLD, *STATES))]
Reason = Annotated[str, OneOf(tuple(REASONS.values()))]


class HeldSet(AnswerShape):
    imei: str
    model: str


class Hold(AnswerShape):
    reference: str
    state: HoldState
    dealer: str
    holder: str
    on: str
    reason: Reason | None
    words: str | None
    at: When
    expires_at: When
    settled_at: When
    settled_by: str | None
    why: str | None
    sets: list[HeldSet]


class Holds(AnswerShape):
    sales: list[Hold]


class HeldSaleLine(AnswerShape):
    model: str
    quantity: int
    imei: str | None
    fills: str | None


class HeldSale(AnswerShape):
    reference: str
    dealer: str | None
    on: str
    at: When
    state: SaleState
    lines: list[HeldSaleLine]
    hold: Hold


class HoldStepped(AnswerShape):
    reference: str
    state: HoldState
