"""What people and programs do with orders: read them, approve them or some of their sets, reject, cancel, close them.

All of it books what a text would book, and is on the trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import func, select

from smsgw.business.core.decision import Record
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.depots import rules as depots
from smsgw.business.depots.rules import SetsAllocated, SetsReleased
from smsgw.business.directory.books.reach import own_regions, within_reach
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.tables import dealer as dealer_table
from smsgw.business.orders import rules as orders
from smsgw.business.orders.reports import show_order as shown
from smsgw.business.orders.rules import (
    Held,
    Order,
    OrderBooks,
    OrderDecided,
    OrderMoved,
    OrderTold,
    expire,
    hearing,
    hold_order,
    take_back,
)
from smsgw.business.orders.tables import sales_order
from smsgw.errors import NOT_FOUND, Faults, refuse
from smsgw.store.instants import iso
from smsgw.values.money import decimal

WHY = 80  # characters of a reason: a shop is told it whole


class BookingBooks(OrderBooks, Protocol):
    """The books of a transaction in which is booked."""

    def apply(self, records: Sequence[Record]) -> None: ...


@action(Right.READ_ORDERS)
def list_orders(
    session: Session,
    states: Sequence[str] = (),
    dealer: str | None = None,
    region: str | None = None,
    *,
    limit: int = 1_000,
) -> list[dict[str, Any]]:
    """Orders, the newest first: each with its state and total. `states`: of these only; `region`: and what lies in it.

    Raises Refused for a region that is not there.
    """
    row = sales_order.c
    wanted = (
        select(row.reference, row.dealer, row.state, row.total, row.currency, row.created_at)
        .join(dealer_table, dealer_table.c.code == row.dealer)
        .order_by(func.length(row.reference).desc(), row.reference.desc())
        .limit(limit)
    )
    if states:
        wanted = wanted.where(row.state.in_(states))
    if dealer is not None:
        wanted = wanted.where(row.dealer == dealer)
    if region is not None:
        found = regions(session.connection, session.trade.timezone).within(region)
        if not found:
            refuse(f"there is no region {region}", NOT_FOUND)
        wanted = wanted.where(dealer_table.c.region.in_(sorted(found)))
    mine = own_regions(session)
    if mine is not None:
        wanted = wanted.where(dealer_table.c.region.in_(sorted(mine)))
    return [
        {
            "reference": each.reference,
            "dealer": each.dealer,
            "state": each.state,
            "total": decimal(each.total, each.currency),
            "currency": each.currency,
            "at": iso(each.created_at),
        }
        for each in session.connection.execute(wanted)
    ]


@action(Right.READ_ORDERS)
def show_order(session: Session, reference: str) -> dict[str, Any]:
    """An order with its lines, steps and shipments. Raises Refused where there is none."""
    found = shown(session.connection, reference)
    if found is None or not within_reach(session, found["dealer"]):
        refuse(_no_order(reference), NOT_FOUND)
    return found


@action(Right.APPROVE_ORDERS)
def approve_order(
    session: Session, books: BookingBooks, reference: str, lines: Sequence[tuple[str, int]] = ()
) -> Order:
    """Approve an order that waits, or of it only some sets by model; those are told who ordered. The order as it was.

    Raises Refused with everything that is wrong.
    """
    held = _waiting(session, books, reference)
    order = held.order
    faults = Faults()
    ordered = {line.model: line.quantity for line in order.lines}
    spelled = {model.casefold(): model for model in ordered}
    lines = [(spelled.get(model.casefold(), model), quantity) for model, quantity in lines]
    for place, (model, quantity) in enumerate(lines):
        if quantity < 1:
            faults.add(f"lines.{place}", f"{quantity} of {model}: at least 1; leave out what is not approved")
        elif model not in ordered:
            faults.add(f"lines.{place}", f"{reference} has no {model}; it has {_said(ordered)}")
    for model, sets in orders.summed(lines).items():
        if sets > ordered.get(model, sets):
            faults.add("lines", f"{reference} has only {ordered[model]} {model}, not {sets}")
    faults.settle()
    if not held.dealer.active:
        refuse(f"{order.dealer} may not order at present; reject {reference}, or make the shop active again")
    approved = orders.part_of(order, lines)
    _, phones = hearing(order, books)
    moved = OrderMoved(reference, orders.move(order.state, "approve"), approved=approved)
    step = OrderMoved(reference, orders.move(orders.APPROVED, "allocate"))
    some = dict(approved) if approved is not None else ordered
    promised, missing = depots.promise(reference, some, held.dealer.region, books, step)
    books.apply((moved, OrderDecided(reference, phones), *promised))
    detail: dict[str, object] = {"approved": dict(approved) if approved is not None else "all"}
    if missing:
        detail["not in depots"] = missing
    session.record("order approved", reference, detail, in_journal=False)
    return order


@action(Right.APPROVE_ORDERS)
def reject_order(session: Session, books: BookingBooks, reference: str, why: str) -> Order:
    """Turn an order down that waits; the shop is told why. The order as it was. Raises Refused."""
    order = _waiting(session, books, reference).order
    said = _reason(why)
    _, phones = hearing(order, books)
    books.apply((OrderMoved(reference, orders.move(order.state, "reject"), said), OrderDecided(reference, phones)))
    session.record("order rejected", reference, {"why": said}, in_journal=False)
    return order


@action(Right.WRITE_ORDERS)
def cancel_order(session: Session, books: BookingBooks, reference: str, why: str) -> Order:
    """Cancel an order of which nothing has left; whoever ordered is told. The order as it was. Raises Refused."""
    order = _found(session, books, reference).order
    said = _reason(why)
    if order.shipped:
        refuse(f"{order.shipped} of {orders.quantity(order)} sets of {reference} have left; close it to end the rest")
    if not orders.can(order.state, "cancel"):
        refuse(f"{reference} is {order.state}; there is nothing to cancel")
    records = take_back(order, books.conversation.booking(reference), books, said)
    if order.state != orders.DRAFT:
        _, phones = hearing(order, books)
        records.append(OrderDecided(reference, phones, cancelled=True))
    books.apply(records)
    session.record("order cancelled", reference, {"why": said}, in_journal=False)
    return order


@action(Right.SHIP_ORDERS)
def allocate_order(
    session: Session, books: BookingBooks, reference: str, depot: str | None = None
) -> tuple[dict[str, int], dict[str, int]]:
    """Promise to an approved order what lies in the depots for it, those of its shop's region first, or in one depot.

    By model what it got, and what is missing still. Raises Refused where there is nothing for it.
    """
    held = _found(session, books, reference)
    order = held.order
    if order.state not in (orders.APPROVED, orders.ALLOCATED, orders.PART_SHIPPED):
        refuse(f"{reference} is {order.state}; only what is approved and has not left can be allocated")
    promised = depots.by_model(books.depots.allocated(reference))
    wanted = orders.summed((line.model, orders.wanted(line, order.state) - line.shipped) for line in order.lines)
    wanted = {model: sets - promised.get(model, 0) for model, sets in wanted.items() if sets > promised.get(model, 0)}
    if not wanted:
        refuse(f"all of {reference} is allocated already")
    free = books.depots.free(wanted, held.dealer.region, depot)
    found = depots.shares(wanted, free)
    if not found:
        refuse(f"{_said(wanted)} of {reference}: none of it is free in {depot or 'any depot'}")
    if order.state == orders.APPROVED:
        books.apply((OrderMoved(reference, orders.move(order.state, "allocate")),))
    books.apply([SetsAllocated(reference, share) for share in found])
    got = depots.by_model(found)
    missing = {model: sets - got.get(model, 0) for model, sets in wanted.items() if sets > got.get(model, 0)}
    detail = {"depots": sorted({share.depot for share in found}), "sets": got}
    session.record("order allocated", reference, detail, in_journal=False)
    return got, missing


@action(Right.SHIP_ORDERS)
def release_order(session: Session, books: BookingBooks, reference: str, why: str) -> dict[str, int]:
    """Make free for others what is promised to an order and has not left. By model what that was. Raises Refused."""
    order = _found(session, books, reference).order
    said = _reason(why)
    promised = depots.by_model(books.depots.allocated(reference))
    if not promised:
        refuse(f"nothing is allocated to {reference}")
    books.apply((SetsReleased(reference),))
    if order.state == orders.ALLOCATED:
        approved = tuple((line.model, line.approved) for line in order.lines)
        books.apply((OrderMoved(reference, orders.move(order.state, "release"), said, approved),))
    session.record("order released", reference, {"why": said, "sets": promised}, in_journal=False)
    return promised


@action(Right.WRITE_ORDERS)
def close_order(session: Session, books: BookingBooks, reference: str, why: str) -> Order:
    """End an order of which sets have left: what has not left or not arrived is not waited for any more, and the
    credit of what has not left is free. The order as it was. Raises Refused."""
    order = _found(session, books, reference).order
    said = _reason(why)
    if not orders.can(order.state, "close"):
        other = "cancel it instead" if orders.can(order.state, "cancel") else "there is nothing to close"
        refuse(f"{reference} is {order.state}; {other}")
    _, phones = hearing(order, books)
    moved = OrderMoved(reference, orders.move(order.state, "close"), said)
    books.apply((moved, OrderTold(reference, orders.CLOSED, phones)))
    session.record("order closed", reference, {"why": said}, in_journal=False)
    return order


def _no_order(reference: str) -> str:
    return f"there is no order {reference}; `smsgw order list` shows them"


def _found(session: Session, books: BookingBooks, reference: str) -> Held:
    """An order, kept from everybody else until the transaction ends; a draft past its time is refused as expired."""
    held = hold_order(reference, books)
    if held is None or not within_reach(session, held.order.dealer):
        refuse(_no_order(reference), NOT_FOUND)
    if expire(held.order) and orders.expired(held.order, books.now):
        refuse(f"{reference} is {orders.EXPIRED}: nobody said yes to it in time")
    return held


def _waiting(session: Session, books: BookingBooks, reference: str) -> Held:
    held = _found(session, books, reference)
    if held.order.state == orders.DRAFT:
        refuse(f"{reference} is a draft: it waits for the YES of whoever ordered")
    if held.order.state != orders.CONFIRMED:
        refuse(f"{reference} is {held.order.state}; nothing waits to be approved or rejected")
    return held


def _reason(why: str) -> str:
    """A reason on one line. Raises Refused for none, and for one too long to be told."""
    said = " ".join(why.split())
    faults = Faults()
    if not said:
        faults.add("why", "a reason is needed: the shop is told it, and it stands on the trail")
    elif len(said) > WHY:
        faults.add("why", f"{len(said)} characters; {WHY} at most, for a text must hold it")
    faults.settle()
    return said


def _said(lines: dict[str, int]) -> str:
    return ", ".join(f"{model} {quantity}" for model, quantity in lines.items())
