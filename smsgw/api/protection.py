"""Price protection for programs: what is asked read, one action called, and its result shown."""

from __future__ import annotations

from smsgw.api.answer import Answer
from smsgw.api.desk import Call
from smsgw.api.shapes import RejectReturn
from smsgw.business.protection.actions import claims as actions


def list_claims(call: Call) -> Answer:
    """GET /api/v1/protection: the claims that wait for a decision, the oldest first."""
    with call.reading() as session:
        return Answer(200, {"claims": actions.list_claims(session, ("open",), limit=call.query["limit"])})


def show(call: Call) -> Answer:
    """GET /api/v1/protection/{reference}: what `smsgw show claim --json` prints."""
    with call.reading() as session:
        return Answer(200, actions.read_claim(session, call.parameters["reference"].upper()))


def approve(call: Call) -> Answer:
    """POST /api/v1/protection/{reference}/approve."""
    reference = call.parameters["reference"].upper()
    return call.booked(
        lambda session, books: Answer(200, _stepped(actions.approve_claims(session, books, [reference])[0]))
    )


def reject(call: Call) -> Answer:
    """POST /api/v1/protection/{reference}/reject."""
    asked: RejectReturn = call.asked
    reference = call.parameters["reference"].upper()
    return call.booked(
        lambda session, books: Answer(200, _stepped(actions.reject_claim(session, books, reference, asked.why)))
    )


def _stepped(found: dict[str, object]) -> dict[str, object]:
    return {"reference": found["reference"], "state": found["state"]}
