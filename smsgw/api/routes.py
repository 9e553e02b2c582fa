"""Everything that programs can ask in JSON, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from smsgw.api import answers, broadcasts, messages
from smsgw.api.answer import Answer
from smsgw.api.desk import Call, Query, Route
from smsgw.api.openapi import document
from smsgw.api.shapes import AudiencePreview, NewBroadcast, NewMessages, Reasoned, Retry, Step, Trial
from smsgw.business.programs.books.tokens import BROADCASTS, MESSAGES, READ

_NONE = {404: (answers.Error, "there is none that the token may see")}
_CONFLICT = {409: (answers.Error, "its state refuses it, or the key was given with another request")}
_LIMIT = Query("limit", "so many of the latest", 1, 1_000, 50)


def _step(verb: str, summary: str, run: Callable[[Call], Answer], shape: type[Any] = Step) -> Route:
    told: Mapping[int, tuple[Any, str]] = {200: (answers.Stepped, "the state it came to"), **_NONE, **_CONFLICT}
    path = f"/api/v1/broadcasts/{{reference}}/{verb}"
    return Route("POST", path, summary, (BROADCASTS,), run, told, shape, once=True)


ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/api/v1/messages",
        "Send a text to phones; those that said STOP are left out",
        (MESSAGES,),
        messages.create,
        {
            202: (answers.Messages, "the ids of the texts, and who gets none"),
            409: (answers.Error, "more phones than one alone may send to, or the key was given with another request"),
        },
        NewMessages,
        once=True,
    ),
    Route(
        "GET",
        "/api/v1/messages/{id}",
        "What became of a text; with the scope read of any, else of those that the token sent",
        (MESSAGES, READ),
        messages.show,
        {200: (answers.Message, "the text and its receipts"), **_NONE},
    ),
    Route(
        "POST",
        "/api/v1/audiences/preview",
        "Who an audience is, and what it would cost; nothing is kept",
        (BROADCASTS,),
        broadcasts.preview,
        {200: (answers.Previewed, "how many people, who is left out, parts and cost")},
        AudiencePreview,
    ),
    Route(
        "POST",
        "/api/v1/broadcasts",
        "Draft a broadcast; nothing is sent until it is started",
        (BROADCASTS,),
        broadcasts.create,
        {
            201: (answers.Draft, "its reference and what it would come to"),
            409: (answers.Error, "the key was given with another request"),
        },
        NewBroadcast,
        once=True,
    ),
    Route(
        "GET",
        "/api/v1/broadcasts",
        "The broadcasts, the newest first",
        (BROADCASTS, READ),
        broadcasts.listing,
        {200: (answers.Broadcasts, "the latest")},
        query=(_LIMIT,),
    ),
    Route(
        "GET",
        "/api/v1/broadcasts/{reference}",
        "How a broadcast stands",
        (BROADCASTS, READ),
        broadcasts.show,
        {200: (answers.Broadcast, "its state, and what became of its texts"), **_NONE},
    ),
    _step("approve", "Approve a draft: another one's word above the limits for one", broadcasts.approve),
    _step("start", "Send it, at once or at its time", broadcasts.start),
    _step("pause", "Submit nothing more until it is resumed", broadcasts.pause, Reasoned),
    _step("resume", "Go on where it was", broadcasts.resume),
    _step("cancel", "End it: nothing more is submitted, ever", broadcasts.cancel, Reasoned),
    _step("retry", "Send again what failed or expired", broadcasts.retry, Retry),
    Route(
        "POST",
        "/api/v1/broadcasts/{reference}/test",
        "Send its text to chosen phones at once",
        (BROADCASTS,),
        broadcasts.test,
        {202: (answers.Tested, "the ids of the texts"), **_NONE, **_CONFLICT},
        Trial,
        once=True,
    ),
)


def openapi(call: Call) -> Answer:
    """GET /api/v1/openapi.json."""
    return Answer(200, document(ALL))


ALL: tuple[Route, ...] = (
    *ROUTES,
    Route(
        "GET",
        "/api/v1/openapi.json",
        "This document",
        (),
        openapi,
        {200: (None, "OpenAPI 3.1")},
    ),
)
