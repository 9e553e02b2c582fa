"""The shapes of what programs are answered about payments."""

from __future__ import annotations

from typing import Annotated

from smsgw.api.answers import AnswerShape, OneOf, When
from smsgw.business.payments.rules import STATES

PaymentState = Annotated[str, OneOf(STATES)]


class ToldPayment(AnswerShape):
    reference: str
    state: PaymentState
    dealer: str
    amount: str
    currency: str
    paid_on: str
    slip: str | None
    told_at: When
    payment: str | None
    settled_at: When
    settled_by: str | None
    why: str | None
    found: list[str]


class ToldPayments(AnswerShape):
    payments: list[ToldPayment]


class PaymentStepped(AnswerShape):
    reference: str
    state: PaymentState


class BookedPayments(AnswerShape):
    new: int
    same: int
