"""Payments for programs: what came in is booked; what shops told of is listed, shown, matched and turned down."""

from __future__ import annotations

from datetime import date

from smsgw.api.answer import Answer
from smsgw.api.desk import Call
from smsgw.api.shapes import MatchPayment, NewPayments, RejectHold
from smsgw.business.core.session import Session
from smsgw.business.payments import actions
from smsgw.business.payments.actions import Paid
from smsgw.errors import Faults


def book(call: Call) -> Answer:
    """POST /api/v1/payments: book payments; told again, they change nothing."""
    asked: NewPayments = call.asked
    faults = Faults()
    paid: list[Paid] = []
    for place, one in enumerate(asked.payments):
        try:
            on = date.fromisoformat(one.paid_on)
        except ValueError:
            faults.add(f"payments.{place}.paid_on", f"there is no day {one.paid_on}")
            continue
        paid.append(Paid(one.dealer, one.amount, one.currency, on, one.reference))
    faults.settle()
    return call.booked(lambda session, books: Answer(200, dict(actions.book_payments(session, books, paid))))


def list_payments(call: Call) -> Answer:
    """GET /api/v1/payments: those that shops told of and that wait, the oldest first."""
    with call.reading() as session:
        return Answer(200, {"payments": actions.list_payments(session, ("open",), limit=call.query["limit"])})


def show(call: Call) -> Answer:
    """GET /api/v1/payments/{reference}: what `smsgw payment show --json` prints."""
    with call.reading() as session:
        return Answer(200, actions.read_payment(session, call.parameters["reference"].upper()))


def match(call: Call) -> Answer:
    """POST /api/v1/payments/{reference}/match."""
    asked: MatchPayment = call.asked
    reference = call.parameters["reference"].upper()

    def done(session: Session, books: actions.Desk) -> Answer:
        return _stepped(actions.match_payment(session, books, reference, asked.payment, book=asked.book))

    return call.booked(done)


def reject(call: Call) -> Answer:
    """POST /api/v1/payments/{reference}/reject."""
    asked: RejectHold = call.asked
    reference = call.parameters["reference"].upper()
    return call.booked(lambda session, books: _stepped(actions.reject_payment(session, books, reference, asked.why)))


def _stepped(found: dict[str, object]) -> Answer:
    return Answer(200, {"reference": found["reference"], "state": found["state"]})
