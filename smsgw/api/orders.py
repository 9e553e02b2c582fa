"""Orders of shops for programs: what is asked read, one action called, and its result shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from smsgw.api.answer import Answer
from smsgw.api.desk import Call, TextQuery
from smsgw.api.shapes import Allocating, Approval, ClosedOrder, Shipping
from smsgw.business.books import StoreBooks
from smsgw.business.core.session import Session
from smsgw.business.orders import actions
from smsgw.business.orders.rules import STATES
from smsgw.business.shipping.actions import Leaving, ship_order
from smsgw.errors import Faults
from smsgw.values.moments import read_day
from smsgw.values.nearest import or_near
from smsgw.values.unreadable import Unreadable

Read = TypeVar("Read")

QUERY = (
    TextQuery("state", "of this state only"),
    TextQuery("dealer", "of this dealer only"),
    TextQuery("region", "of dealers in this region and what lies in it"),
)


def list_orders(call: Call) -> Answer:
    """GET /api/v1/orders."""
    faults = Faults()
    state = call.texts.get("state")
    if state is not None and state not in STATES:
        faults.add("state", f"must be one of {', '.join(STATES)}{or_near(state, STATES)}")
    faults.settle()
    dealer, region = (call.texts[name].upper() if name in call.texts else None for name in ("dealer", "region"))
    with call.reading() as session:
        found = actions.list_orders(
            session, (state,) if state is not None else (), dealer, region, limit=call.query["limit"]
        )
    return Answer(200, {"orders": found})


def show(call: Call) -> Answer:
    """GET /api/v1/orders/{reference}: what `smsgw show order --json` prints."""
    with call.reading() as session:
        return Answer(200, actions.show_order(session, _named(call)))


def approve(call: Call) -> Answer:
    """All of an order that waits, or only some sets of it."""
    asked: Approval = call.asked
    lines = [(line.model, line.quantity) for line in asked.lines]
    return _step(call, lambda session, books: actions.approve_order(session, books, _named(call), lines))


def reject(call: Call) -> Answer:
    asked: ClosedOrder = call.asked
    return _step(call, lambda session, books: actions.reject_order(session, books, _named(call), asked.why))


def cancel(call: Call) -> Answer:
    asked: ClosedOrder = call.asked
    return _step(call, lambda session, books: actions.cancel_order(session, books, _named(call), asked.why))


def allocate(call: Call) -> Answer:
    """What lies in the depots is promised to an approved order."""
    asked: Allocating = call.asked
    depot = asked.depot.upper() if asked.depot is not None else None
    return _step(call, lambda session, books: actions.allocate_order(session, books, _named(call), depot))


def release(call: Call) -> Answer:
    """What is promised to an order is free for others again."""
    asked: ClosedOrder = call.asked
    return _step(call, lambda session, books: actions.release_order(session, books, _named(call), asked.why))


def close(call: Call) -> Answer:
    asked: ClosedOrder = call.asked
    return _step(call, lambda session, books: actions.close_order(session, books, _named(call), asked.why))


def ship(call: Call) -> Answer:
    """Sets that leave for an order, all of them or none."""
    asked: Shipping = call.asked
    faults = Faults()
    on = _read(faults, "on", asked.on, read_day)
    due_on = _read(faults, "due_on", asked.due_on, read_day)
    faults.settle()

    def leave(session: Session, books: StoreBooks) -> None:
        leaving = Leaving(asked.shipment, tuple(asked.imeis), on or session.today, asked.carrier, due_on)
        ship_order(session, books, _named(call), leaving)

    return _step(call, leave)


def _step(call: Call, step: Callable[[Session, StoreBooks], object]) -> Answer:
    def move(session: Session, books: StoreBooks) -> Answer:
        step(session, books)
        order = books.orders.find(_named(call))
        assert order is not None  # it was moved
        return Answer(200, {"reference": order.reference, "state": order.state})

    return call.booked(move)


def _named(call: Call) -> str:
    return call.parameters["reference"].upper()


def _read(faults: Faults, field: str, said: str | None, reader: Callable[[str], Read]) -> Read | None:
    if said is None:
        return None
    try:
        return reader(said)
    except Unreadable as error:
        faults.add(field, str(error))
        return None
