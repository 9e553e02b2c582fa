"""Stock-takes of programs: what waits is decided, and rounds are opened, watched and ended."""

from __future__ import annotations

from smsgw.api.answer import Answer, HttpError
from smsgw.api.desk import Call
from smsgw.api.moments import moment
from smsgw.api.shapes import NewRound, Reasoned
from smsgw.business.books import StoreBooks
from smsgw.business.core.session import Session
from smsgw.business.counts import actions
from smsgw.errors import Faults


def list_counts(call: Call) -> Answer:
    """GET /api/v1/counts: those that wait."""
    with call.reading() as session:
        return Answer(200, {"counts": actions.list_counts(session, limit=call.query["limit"])})


def show(call: Call) -> Answer:
    """GET /api/v1/counts/{reference}: what `smsgw count show --json` prints of a count."""
    with call.reading() as session:
        return Answer(200, actions.show_count(session, call.parameters["reference"]))


def approve(call: Call) -> Answer:
    return _decide(call, approved=True)


def reject(call: Call) -> Answer:
    return _decide(call, approved=False)


def _decide(call: Call, *, approved: bool) -> Answer:
    asked: Reasoned = call.asked
    reference = call.parameters["reference"]

    def decide(session: Session, books: StoreBooks) -> Answer:
        state = actions.decide(session, books, reference, approved=approved, why=asked.why or "")
        return Answer(200, {"reference": reference.upper(), "state": state})

    return call.booked(decide)


# ---- rounds


def open_round(call: Call) -> Answer:
    """POST /api/v1/count-rounds."""
    asked: NewRound = call.asked
    faults = Faults()
    ends_at, why = moment(asked.until, call.now)
    if ends_at is None:
        faults.add("until", why)
    faults.settle()
    assert ends_at is not None
    until = ends_at

    def open_one(session: Session) -> Answer:
        opened = actions.open_round(session, asked.audience, until)
        location = {"Location": f"/api/v1/count-rounds/{opened.round}"}
        return Answer(201, {"round": opened.round, "shops": opened.shops}, location)

    return call.done(open_one)


def list_rounds(call: Call) -> Answer:
    """GET /api/v1/count-rounds."""
    with call.reading() as session:
        return Answer(200, {"rounds": actions.list_rounds(session, call.query["limit"])})


def show_round(call: Call) -> Answer:
    """GET /api/v1/count-rounds/{round}."""
    with call.reading() as session:
        return Answer(200, actions.show_round(session, _number(call)))


def differences(call: Call) -> Answer:
    """GET /api/v1/count-rounds/{round}/differences."""
    with call.reading() as session:
        return Answer(200, {"differences": actions.list_differences(session, _number(call))})


def close_round(call: Call) -> Answer:
    """POST /api/v1/count-rounds/{round}/close."""
    number = _number(call)

    def close(session: Session) -> Answer:
        actions.close_round(session, number)
        return Answer(200, {"round": number, "state": "ended"})

    return call.done(close)


def _number(call: Call) -> int:
    said = call.parameters["round"]
    if not said.isdecimal() or not said.isascii() or len(said) > 9:
        raise HttpError(404, "not_found", "there is no such round")
    return int(said)
