"""Sales on hold for programs: what is asked read, one action called, and its result shown."""

from __future__ import annotations

from smsgw.api.answer import Answer
from smsgw.api.desk import Call
from smsgw.api.shapes import RejectHold
from smsgw.business.sales import actions


def list_holds(call: Call) -> Answer:
    """GET /api/v1/sales-on-hold: those that wait for a decision, the oldest first."""
    with call.reading() as session:
        return Answer(200, {"sales": actions.list_holds(session, ("open",), limit=call.query["limit"])})


def show(call: Call) -> Answer:
    """GET /api/v1/sales-on-hold/{reference}: what `smsgw show sale` prints."""
    with call.reading() as session:
        return Answer(200, actions.read_hold(session, call.parameters["reference"].upper()))


def approve(call: Call) -> Answer:
    """POST /api/v1/sales-on-hold/{reference}/approve."""
    reference = call.parameters["reference"].upper()
    return call.booked(lambda session, books: Answer(200, actions.approve_hold(session, books, reference)))


def reject(call: Call) -> Answer:
    """POST /api/v1/sales-on-hold/{reference}/reject."""
    asked: RejectHold = call.asked
    reference = call.parameters["reference"].upper()
    return call.booked(lambda session, books: Answer(200, actions.reject_hold(session, books, reference, asked.why)))
