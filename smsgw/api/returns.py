"""Returns for programs: what is asked read, one action called, and its result shown."""

from __future__ import annotations

from smsgw.api.answer import Answer
from smsgw.api.desk import Call
from smsgw.api.shapes import ApproveReturn, ReceiveReturn, RejectReturn
from smsgw.business.core.session import Session
from smsgw.business.returns import actions


def list_returns(call: Call) -> Answer:
    """GET /api/v1/returns: those that wait for a decision, in the order in which an answer is due."""
    with call.reading() as session:
        return Answer(200, {"returns": actions.list_returns(session, ("open",), limit=call.query["limit"])})


def show(call: Call) -> Answer:
    """GET /api/v1/returns/{reference}: what `smsgw show return --json` prints."""
    with call.reading() as session:
        return Answer(200, actions.read_return(session, call.parameters["reference"].upper()))


def approve(call: Call) -> Answer:
    """POST /api/v1/returns/{reference}/approve."""
    asked: ApproveReturn = call.asked
    reference = call.parameters["reference"].upper()
    return call.booked(
        lambda session, books: Answer(200, _stepped(actions.approve_return(session, books, reference, asked.imeis)))
    )


def reject(call: Call) -> Answer:
    """POST /api/v1/returns/{reference}/reject."""
    asked: RejectReturn = call.asked
    reference = call.parameters["reference"].upper()
    return call.booked(
        lambda session, books: Answer(200, _stepped(actions.reject_return(session, books, reference, asked.why)))
    )


def receive(call: Call) -> Answer:
    """POST /api/v1/returns/{reference}/receive."""
    asked: ReceiveReturn = call.asked
    reference = call.parameters["reference"].upper()

    def done(session: Session, books: actions.Desk) -> Answer:
        found = actions.receive_return(session, books, reference, asked.depot, asked.imeis, sound=asked.sound)
        return Answer(200, _stepped(found))

    return call.booked(done)


def _stepped(found: dict[str, object]) -> dict[str, object]:
    return {"reference": found["reference"], "state": found["state"]}
