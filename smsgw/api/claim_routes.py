"""What programs can ask about claims for price cuts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from smsgw.api import answers, protection, protection_answers
from smsgw.api.answer import Answer
from smsgw.api.desk import Call, Query, Route
from smsgw.api.shapes import RejectReturn, Step
from smsgw.business.core.rights import Right

_NONE = {404: (answers.Error, "there is none, or none that the token may see")}
_CONFLICT = {409: (answers.Error, "its state does not allow it, or the key was used with another request")}


def _of_claim(verb: str, summary: str, run: Callable[[Call], Answer], shape: type[Any]) -> Route:
    told: Mapping[int, tuple[Any, str]] = {
        200: (protection_answers.ClaimStepped, "its state afterwards"),
        **_NONE,
        **_CONFLICT,
    }
    path = f"/api/v1/protection/{{reference}}/{verb}"
    return Route("POST", path, summary, Right.DECIDE_PROTECTION, run, told, shape, idempotent=True)


CLAIM_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/v1/protection",
        "The claims for price cuts that wait for a decision, the oldest first",
        Right.READ_PROTECTION,
        protection.list_claims,
        {200: (protection_answers.ListedClaims, "what waits")},
        query=(Query("limit", "how many at most", 1, 1_000, 100),),
    ),
    Route(
        "GET",
        "/api/v1/protection/{reference}",
        "A claim with its sets, as `smsgw show claim` gives it in JSON",
        Right.READ_PROTECTION,
        protection.show,
        {200: (protection_answers.Claim, "its state and its sets"), **_NONE},
    ),
    _of_claim("approve", "Credit it to the account of its shop", protection.approve, Step),
    _of_claim("reject", "Turn it down: its sets may be claimed again", protection.reject, RejectReturn),
)
