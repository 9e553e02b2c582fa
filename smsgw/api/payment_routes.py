"""What programs can ask of payments: book what came in; list, show, match and turn down what shops told of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from smsgw.api import answers, payment_answers, payments
from smsgw.api.answer import Answer
from smsgw.api.desk import Call, Query, Route
from smsgw.api.shapes import MatchPayment, NewPayments, RejectHold
from smsgw.business.core.rights import Right

_NONE = {404: (answers.Error, "there is none, or none that the token may see")}
_CONFLICT = {409: (answers.Error, "its state does not allow it, or the key was used with another request")}
_ROWS = Query("limit", "how many at most", 1, 1_000, 100)


def _of_payment(verb: str, summary: str, run: Callable[[Call], Answer], shape: type[Any]) -> Route:
    told: Mapping[int, tuple[Any, str]] = {
        200: (payment_answers.PaymentStepped, "its state afterwards"),
        **_NONE,
        **_CONFLICT,
    }
    path = f"/api/v1/payments/{{reference}}/{verb}"
    return Route("POST", path, summary, Right.DECIDE_PAYMENTS, run, told, shape, idempotent=True)


ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/api/v1/payments",
        "Book payments that came in; what is booked already changes nothing",
        Right.BOOK_PAYMENTS,
        payments.book,
        {200: (payment_answers.BookedPayments, "how many were new, and how many there already")},
        NewPayments,
        idempotent=True,
    ),
    Route(
        "GET",
        "/api/v1/payments",
        "The payments that shops told of and that wait for a match, the oldest first",
        Right.READ_PAYMENTS,
        payments.list_payments,
        {200: (payment_answers.ToldPayments, "each with the payments in the books that may be it")},
        query=(_ROWS,),
    ),
    Route(
        "GET",
        "/api/v1/payments/{reference}",
        "A payment that a shop told of",
        Right.READ_PAYMENTS,
        payments.show,
        {200: (payment_answers.ToldPayment, "its state, and what may be it"), **_NONE},
    ),
    _of_payment("match", "Match it to a payment in the books, or book it", payments.match, MatchPayment),
    _of_payment("reject", "Turn it down; the shop is told why", payments.reject, RejectHold),
)
