"""Everything that programs can ask in JSON, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from smsgw.api import (
    activations,
    answers,
    answers_of_shops,
    broadcasts,
    claim_routes,
    counts,
    hold_answers,
    holds,
    journal,
    messages,
    orders,
    payment_routes,
    receipts,
    reports,
    returns,
    undo_answers,
    undos,
)
from smsgw.api.answer import Answer
from smsgw.api.desk import Call, Query, Route, TextQuery
from smsgw.api.openapi import document
from smsgw.api.shapes import (
    Allocating,
    Approval,
    ApproveReturn,
    AudiencePreview,
    ClosedOrder,
    FoundSet,
    LostSet,
    NewBroadcast,
    NewMessages,
    NewReceipt,
    NewRound,
    Reasoned,
    ReceiveReturn,
    RejectHold,
    RejectReturn,
    RejectUndo,
    Retry,
    Shipping,
    Step,
    TestSend,
    ToldActivations,
)
from smsgw.business.core.rights import Right

_NONE = {404: (answers.Error, "there is none, or none that the token may see")}
_CONFLICT = {409: (answers.Error, "its state does not allow it, or the key was used with another request")}
_LIMIT = Query("limit", "how many of the latest", 1, 1_000, 50)
_AFTER = Query("after", "the id of the last row that you have kept; 0: from the beginning", 0, 10**15, 0)
_ROWS = Query("limit", "how many at most", 1, 1_000, 100)


def _step(
    verb: str,
    summary: str,
    run: Callable[[Call], Answer],
    shape: type[Any] | None = None,
    right: Right = Right.WRITE_BROADCASTS,
    *,
    of: str = "broadcasts",
    stepped: type[Any] = answers.Stepped,
) -> Route:
    """What moves one thing of a kind on, by its reference."""
    told: Mapping[int, tuple[Any, str]] = {200: (stepped, "its state afterwards"), **_NONE, **_CONFLICT}
    return Route(
        "POST", f"/api/v1/{of}/{{reference}}/{verb}", summary, right, run, told, shape or Step, idempotent=True
    )


_decide = partial(_step, of="returns", stepped=answers.ReturnStepped, right=Right.DECIDE_RETURNS)
_of_order = partial(_step, of="orders", stepped=answers.OrderStepped)
_of_hold = partial(_step, of="sales-on-hold", stepped=hold_answers.HoldStepped, right=Right.DECIDE_HOLDS)
_of_undo = partial(_step, of="undo-requests", stepped=undo_answers.UndoStepped, right=Right.DECIDE_UNDO_REQUESTS)


ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/api/v1/messages",
        "Send a text to phones; those that said STOP are excluded",
        Right.SEND_MESSAGES,
        messages.create,
        {
            202: (answers.Messages, "the ids of the texts, and who was excluded"),
            409: (
                answers.Error,
                "more phones than one client may send to alone, or the key was used with another request",
            ),
        },
        NewMessages,
        idempotent=True,
    ),
    Route(
        "GET",
        "/api/v1/messages/{id}",
        "The state of a text: of any with the scope read, else of those that the token sent",
        Right.READ_OWN_MESSAGES,
        messages.show,
        {200: (answers.Message, "the text and its receipts"), **_NONE},
    ),
    Route(
        "POST",
        "/api/v1/audiences/preview",
        "Who is in an audience, and what a broadcast would cost; nothing is kept",
        Right.WRITE_BROADCASTS,
        broadcasts.preview,
        {200: (answers.Previewed, "how many people, who is excluded, parts and cost")},
        AudiencePreview,
    ),
    Route(
        "POST",
        "/api/v1/broadcasts",
        "Draft a broadcast; nothing is sent until it is started",
        Right.WRITE_BROADCASTS,
        broadcasts.create,
        {
            201: (answers.Draft, "its reference, recipients, parts and cost"),
            409: (answers.Error, "the key was used with another request"),
        },
        NewBroadcast,
        idempotent=True,
    ),
    Route(
        "GET",
        "/api/v1/broadcasts",
        "The broadcasts, the newest first",
        Right.READ_BROADCASTS,
        broadcasts.list_broadcasts,
        {200: (answers.Broadcasts, "the latest")},
        query=(_LIMIT,),
    ),
    Route(
        "GET",
        "/api/v1/broadcasts/{reference}",
        "The state of a broadcast",
        Right.READ_BROADCASTS,
        broadcasts.show,
        {200: (answers.Broadcast, "its state, and the outcomes of its texts"), **_NONE},
    ),
    _step(
        "approve",
        "Approve a draft: the second person or client that it needs above the limits",
        broadcasts.approve,
        right=Right.APPROVE_BROADCASTS,
    ),
    _step("start", "Release it, to go out at once or at its time", broadcasts.start),
    _step("pause", "Submit nothing more until it is resumed", broadcasts.pause, Reasoned),
    _step("resume", "Continue where it was paused", broadcasts.resume),
    _step("cancel", "End it: nothing more is ever submitted", broadcasts.cancel, Reasoned),
    _step("retry", "Send again what failed or expired", broadcasts.retry, Retry),
    Route(
        "POST",
        "/api/v1/broadcasts/{reference}/test",
        "Send its text to chosen phones at once",
        Right.WRITE_BROADCASTS,
        broadcasts.test,
        {202: (answers.Tested, "the ids of the texts"), **_NONE, **_CONFLICT},
        TestSend,
        idempotent=True,
    ),
    Route(
        "GET",
        "/api/v1/returns",
        "The returns that wait for a decision, in the order in which an answer is due",
        Right.READ_RETURNS,
        returns.list_returns,
        {200: (answers.ListedReturns, "what waits")},
        query=(_ROWS,),
    ),
    Route(
        "GET",
        "/api/v1/returns/{reference}",
        "A return with its sets, as `smsgw show return` gives it in JSON",
        Right.READ_RETURNS,
        returns.show,
        {200: (answers.Return, "its state and its sets"), **_NONE},
    ),
    _decide("approve", "Credit it, or send new sets in place of its own", returns.approve, ApproveReturn),
    _decide("reject", "Turn it down: its sets are the shop's again", returns.reject, RejectReturn),
    _decide("receive", "Its sets have arrived in a depot", returns.receive, ReceiveReturn, right=Right.RECEIVE_RETURNS),
    *claim_routes.CLAIM_ROUTES,
    Route(
        "GET",
        "/api/v1/sales-on-hold",
        "The sales of sets that another shop has, which wait for a decision, the oldest first",
        Right.READ_HOLDS,
        holds.list_holds,
        {200: (hold_answers.Holds, "what waits")},
        query=(_ROWS,),
    ),
    Route(
        "GET",
        "/api/v1/sales-on-hold/{reference}",
        "A sale that is or was on hold, as `smsgw show sale` gives it in JSON",
        Right.READ_HOLDS,
        holds.show,
        {200: (hold_answers.HeldSale, "its state and its sets"), **_NONE},
    ),
    _of_hold("approve", "Move its sets to the shop that sold them, and book the sale", holds.approve),
    _of_hold("reject", "Turn it down: its sets stay where they are", holds.reject, RejectHold),
    *payment_routes.ROUTES,
    Route(
        "GET",
        "/api/v1/undo-requests",
        "The requests to take back what is older than its hours, which wait for a decision, the oldest first",
        Right.READ_UNDO_REQUESTS,
        undos.list_requests,
        {200: (undo_answers.UndoRequests, "what waits")},
        query=(_ROWS,),
    ),
    Route(
        "GET",
        "/api/v1/undo-requests/{reference}",
        "The newest request to take a booking back",
        Right.READ_UNDO_REQUESTS,
        undos.show,
        {200: (undo_answers.UndoRequest, "its state"), **_NONE},
    ),
    _of_undo("approve", "Take back all that the booking did", undos.approve),
    _of_undo("reject", "Leave the booking as it is", undos.reject, RejectUndo),
    Route(
        "GET",
        "/api/v1/orders",
        "The orders of shops, the newest first",
        Right.READ_ORDERS,
        orders.list_orders,
        {200: (answers.Orders, "each with its state and total"), **_NONE},
        query=(*orders.QUERY, _LIMIT),
    ),
    Route(
        "GET",
        "/api/v1/orders/{reference}",
        "An order with its lines, steps and shipments",
        Right.READ_ORDERS,
        orders.show,
        {200: (answers.ShownOrder, "the order"), **_NONE},
    ),
    _of_order(
        "approve", "Approve an order that waits, or some sets of it", orders.approve, Approval, Right.APPROVE_ORDERS
    ),
    _of_order("reject", "Turn an order down that waits", orders.reject, ClosedOrder, Right.APPROVE_ORDERS),
    _of_order("cancel", "Cancel an order of which nothing has left", orders.cancel, ClosedOrder, Right.WRITE_ORDERS),
    _of_order("close", "End an order of which sets have left", orders.close, ClosedOrder, Right.WRITE_ORDERS),
    _of_order(
        "allocate",
        "Promise what lies in the depots to an approved order",
        orders.allocate,
        Allocating,
        Right.SHIP_ORDERS,
    ),
    _of_order("release", "Make free what is allocated to an order", orders.release, ClosedOrder, Right.SHIP_ORDERS),
    _of_order("ship", "Book sets of an order as shipped, all or none", orders.ship, Shipping, Right.SHIP_ORDERS),
    Route(
        "GET",
        "/api/v1/receipts",
        "What shops have received, the newest first",
        Right.READ_RECEIPTS,
        receipts.list_receipts,
        {200: (answers_of_shops.ListedReceipts, "each with what was short or too much")},
        query=(TextQuery("dealer", "of this dealer only"), _LIMIT),
    ),
    Route(
        "GET",
        "/api/v1/receipts/{reference}",
        "A receipt with its sets, as `smsgw show receipt` gives it in JSON",
        Right.READ_RECEIPTS,
        receipts.show,
        {200: (answers_of_shops.ShownReceipt, "what arrived of a delivery"), **_NONE},
    ),
    Route(
        "POST",
        "/api/v1/receipts",
        "Take a delivery of a shop as received, all of what is told or none",
        Right.RECEIVE_DELIVERIES,
        receipts.receive,
        {
            201: (answers_of_shops.DeliveryReceived, "the receipt, and the ticket about what is wrong"),
            **_NONE,
            **_CONFLICT,
        },
        NewReceipt,
        idempotent=True,
    ),
    *(
        Route(
            "POST",
            f"/api/v1/units/{{imei}}/{verb}",
            summary,
            Right.WRITE_OFF_SETS,
            run,
            {200: (answers_of_shops.SetMoved, "what it is then"), **_NONE, **_CONFLICT},
            shape,
            idempotent=True,
        )
        for verb, summary, run, shape in (
            ("lost", "Write a set off that is lost", receipts.lose, LostSet),
            ("found", "Put a lost set back into a stock", receipts.find, FoundSet),
        )
    ),
    Route(
        "POST",
        "/api/v1/activations",
        "Tell when sets were seen in a network; what is kept already changes nothing",
        Right.TELL_ACTIVATIONS,
        activations.tell,
        {200: (answers.KeptActivations, "how many were new, changed, there already")},
        ToldActivations,
        idempotent=True,
    ),
    Route(
        "GET",
        "/api/v1/counts",
        "The stock-takes that wait for a decision, the newest first",
        Right.READ_COUNTS,
        counts.list_counts,
        {200: (answers_of_shops.WaitingCounts, "each with what it is over and under the book")},
        query=(_LIMIT,),
    ),
    Route(
        "GET",
        "/api/v1/counts/{reference}",
        "A stock-take by model and set",
        Right.READ_COUNTS,
        counts.show,
        {200: (answers_of_shops.Count, "what was counted against the book, and what was decided"), **_NONE},
    ),
    *(
        Route(
            "POST",
            f"/api/v1/counts/{{reference}}/{verb}",
            summary,
            Right.APPROVE_COUNTS,
            run,
            {200: (answers_of_shops.CountDecided, "its state afterwards"), **_NONE, **_CONFLICT},
            Reasoned,
            idempotent=True,
        )
        for verb, summary, run in (
            ("approve", "Bring the book of the shop to what was counted", counts.approve),
            ("reject", "Leave the book of the shop as it is", counts.reject),
        )
    ),
    Route(
        "POST",
        "/api/v1/count-rounds",
        "Have the shops of an audience count by a time",
        Right.WRITE_COUNTS,
        counts.open_round,
        {
            201: (answers_of_shops.RoundOpened, "its number, and how many shops are to count"),
            409: (answers.Error, "the key was used with another request"),
        },
        NewRound,
        idempotent=True,
    ),
    Route(
        "GET",
        "/api/v1/count-rounds",
        "The rounds of stock-takes, the newest first",
        Right.READ_COUNTS,
        counts.list_rounds,
        {200: (answers_of_shops.Rounds, "each with how many of its shops have counted")},
        query=(_LIMIT,),
    ),
    Route(
        "GET",
        "/api/v1/count-rounds/{round}",
        "How a round stands, shop by shop",
        Right.READ_COUNTS,
        counts.show_round,
        {200: (answers_of_shops.RoundShown, "its shops, and when each counted"), **_NONE},
    ),
    Route(
        "GET",
        "/api/v1/count-rounds/{round}/differences",
        "What the counts of a round differ in from the book",
        Right.READ_COUNTS,
        counts.differences,
        {200: (answers_of_shops.Differences, "by shop, model and set"), **_NONE},
    ),
    Route(
        "POST",
        "/api/v1/count-rounds/{round}/close",
        "End a round before its time",
        Right.WRITE_COUNTS,
        counts.close_round,
        {200: (answers_of_shops.RoundClosed, "it is ended"), **_NONE, **_CONFLICT},
        Step,
        idempotent=True,
    ),
    Route(
        "GET",
        "/api/v1/reports",
        "The reports there are",
        Right.READ_REPORTS,
        reports.list_reports,
        {200: (answers.Reports, "every report with its parameters")},
    ),
    Route(
        "GET",
        "/api/v1/reports/{report}",
        "A report, as `smsgw report` gives it in JSON",
        Right.READ_REPORTS,
        reports.show,
        {200: (answers.Report, "its rows and their total"), **_NONE},
        query=reports.PARAMETERS,
    ),
    Route(
        "GET",
        "/api/v1/journal",
        "What was booked, in order; ask again after the last id",
        Right.READ_REPORTS,
        journal.following,
        {200: (answers.Journal, "the rows after the id, the oldest first")},
        query=(_AFTER, _ROWS),
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
        None,
        openapi,
        {200: (None, "OpenAPI 3.1")},
    ),
)
