"""Requests to take a booking back for programs: what is asked read, one action called, and its result shown."""

from __future__ import annotations

from smsgw.api.answer import Answer
from smsgw.api.desk import Call
from smsgw.api.shapes import RejectUndo
from smsgw.business.conversation import actions


def list_requests(call: Call) -> Answer:
    """GET /api/v1/undo-requests: those that wait for a decision, the oldest first."""
    with call.reading() as session:
        return Answer(200, {"requests": actions.list_requests(session, ("open",), limit=call.query["limit"])})


def show(call: Call) -> Answer:
    """GET /api/v1/undo-requests/{reference}: the newest about a booking."""
    with call.reading() as session:
        return Answer(200, actions.read_request(session, call.parameters["reference"].upper()))


def approve(call: Call) -> Answer:
    """POST /api/v1/undo-requests/{reference}/approve."""
    reference = call.parameters["reference"].upper()
    return call.booked(lambda session, books: Answer(200, actions.approve_request(session, books, reference)))


def reject(call: Call) -> Answer:
    """POST /api/v1/undo-requests/{reference}/reject."""
    asked: RejectUndo = call.asked
    reference = call.parameters["reference"].upper()
    return call.booked(lambda session, books: Answer(200, actions.reject_request(session, books, reference, asked.why)))
