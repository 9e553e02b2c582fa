"""Receipts and lost sets for programs: what is asked read, one action called, and its result shown."""

from __future__ import annotations

from smsgw.api.answer import Answer
from smsgw.api.desk import Call
from smsgw.api.shapes import FoundSet, LostSet, NewReceipt
from smsgw.business.core.session import Session
from smsgw.business.receipts.actions import deliveries as actions
from smsgw.business.receipts.actions import losses
from smsgw.business.receipts.actions.deliveries import Arriving


def list_receipts(call: Call) -> Answer:
    """GET /api/v1/receipts."""
    dealer = call.texts["dealer"].upper() if "dealer" in call.texts else None
    with call.reading() as session:
        return Answer(200, {"receipts": actions.list_receipts(session, dealer, limit=call.query["limit"])})


def show(call: Call) -> Answer:
    """GET /api/v1/receipts/{reference}: what `smsgw show receipt --json` prints."""
    with call.reading() as session:
        return Answer(200, actions.read_receipt(session, call.parameters["reference"]))


def receive(call: Call) -> Answer:
    """POST /api/v1/receipts."""
    asked: NewReceipt = call.asked
    dealer = asked.dealer.upper() if asked.dealer is not None else None
    arriving = Arriving(asked.of, dealer, asked.sets, tuple(asked.imeis), asked.sure)

    def done(session: Session, books: actions.Desk) -> Answer:
        found = actions.receive(session, books, arriving)
        named = found["reference"]
        return Answer(201, found, {"Location": f"/api/v1/receipts/{named}"} if named else {})

    return call.booked(done)


def lose(call: Call) -> Answer:
    """POST /api/v1/units/{imei}/lost."""
    asked: LostSet = call.asked
    imei = call.parameters["imei"]

    def done(session: Session, books: losses.Desk) -> Answer:
        return Answer(200, losses.lose_set(session, books, imei, asked.why))

    return call.booked(done)


def find(call: Call) -> Answer:
    """POST /api/v1/units/{imei}/found."""
    asked: FoundSet = call.asked
    imei = call.parameters["imei"]

    def done(session: Session, books: losses.Desk) -> Answer:
        return Answer(200, losses.find_set(session, books, imei, asked.why, asked.place))

    return call.booked(done)
