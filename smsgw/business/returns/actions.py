"""What people and programs do with returns: list and show them; credit, replace or reject one; receive its sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from smsgw.business.core.decision import Record
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.directory.books.reach import own_regions, within_reach
from smsgw.business.directory.rules import Dealer
from smsgw.business.directory.tables import dealer as dealers
from smsgw.business.directory.tables import depot as depots
from smsgw.business.returns.books import reason_rows
from smsgw.business.returns.reports import said, show_return
from smsgw.business.returns.rules import outcomes, states
from smsgw.business.returns.rules.cases import ReturnBooks, ReturnCase, ReturnTold
from smsgw.business.returns.rules.hearing import hearing
from smsgw.business.returns.rules.outcomes import ReturnRefused
from smsgw.business.returns.rules.reasons import reasons
from smsgw.business.returns.tables import return_case, return_line
from smsgw.errors import CONFLICT, NOT_FOUND, refuse
from smsgw.store.instants import iso
from smsgw.tables import fields
from smsgw.values.money import decimal


class Desk(ReturnBooks, Protocol):
    """The books of the transaction in which somebody at the desk decides."""

    def apply(self, records: Sequence[Record]) -> None:
        """Book records."""


@action(Right.READ_RETURNS)
def list_returns(
    session: Session, chosen: Sequence[str] = (), dealer: str | None = None, *, late: bool = False, limit: int = 1_000
) -> list[dict[str, Any]]:
    """Returns in the order of the days that were promised for their answers, as `smsgw return list --json` has them.

    `chosen`: of these states only; `late`: those only that wait although their day is over.
    """
    row, line = return_case.c, return_line.c
    sets = select(func.count()).where(line.reference == row.reference).scalar_subquery()
    wanted = select(return_case, sets.label("sets")).order_by(row.due_on, func.length(row.reference), row.reference)
    if chosen:
        wanted = wanted.where(row.state.in_(chosen))
    if dealer is not None:
        wanted = wanted.where(row.dealer == dealer)
    if late:
        wanted = wanted.where(row.state == states.OPEN, row.due_on < session.today.isoformat())
    mine = own_regions(session)
    if mine is not None:
        wanted = wanted.join(dealers, dealers.c.code == row.dealer).where(dealers.c.region.in_(sorted(mine)))
    known = reasons(reason_rows(session.connection))
    return [
        {
            "reference": found.reference,
            "state": found.state,
            "dealer": found.dealer,
            "reason": {"number": found.reason, "words": said(found.reason, known)},
            "sets": found.sets,
            "at": iso(found.asked_at),
            "due_on": found.due_on,
            "settled_at": iso(found.settled_at),
            "settled_by": found.settled_by,
            "why": found.why,
        }
        for found in session.connection.execute(wanted.limit(limit))
    ]


@action(Right.READ_RETURNS)
def read_return(session: Session, reference: str) -> dict[str, Any]:
    """A return with its sets, as `smsgw show return --json` prints it. Raises Refused."""
    found = show_return(session.connection, reference)
    if found is None or not within_reach(session, found["dealer"]):
        refuse(_none(reference), NOT_FOUND)
    return found


@action(Right.DECIDE_RETURNS)
def approve_return(session: Session, books: Desk, reference: str, imeis: Sequence[str] = ()) -> dict[str, Any]:
    """Credit the sets of a return at what they were invoiced for or, with IMEIs in the order of its sets, send new ones
    in their place; what it is then. Whoever sent it is told. Raises Refused.
    """
    case, dealer = _open(session, books, reference)
    with _refusals():
        if imeis:
            records = outcomes.replace(case, tuple(map(_imei, imeis)), books, session.who)
            detail: dict[str, Any] = {"replaced_by": list(imeis)}
        else:
            total, records = outcomes.credit(case, dealer, books, session.who)
            detail = {"credit": decimal(total, dealer.currency), "currency": dealer.currency}
    _book(books, case, records)
    session.record("return replaced" if imeis else "return credited", reference, detail)
    return {"reference": reference, "state": states.REPLACED if imeis else states.CREDITED, **detail}


@action(Right.DECIDE_RETURNS)
def reject_return(session: Session, books: Desk, reference: str, why: str) -> dict[str, Any]:
    """Give the sets of a return back to the shop, which is told why; what it is then. Raises Refused."""
    case, _ = _open(session, books, reference)
    told = " ".join(why.split())
    if not told:
        refuse("say why, for the shop is told", CONFLICT)
    with _refusals():
        records = outcomes.reject(case, told, books, session.who)
    _book(books, case, records)
    session.record("return rejected", reference, {"why": told})
    return {"reference": reference, "state": states.REJECTED, "why": told}


@action(Right.RECEIVE_RETURNS)
def receive_return(
    session: Session, books: Desk, reference: str, depot: str, imeis: Sequence[str] = (), *, sound: bool = False
) -> dict[str, Any]:
    """The sets of a return, or some of them by IMEI, have arrived in a depot: in repair there or, if `sound`, in its
    stock. What it is then. Raises Refused.
    """
    case = books.returns.find(reference)
    if case is None or not within_reach(session, case.dealer):
        refuse(_none(reference), NOT_FOUND)
    if case.state in (states.UNDONE, states.REJECTED):
        refuse(f"return {reference} is {case.state}: its sets are the shop's", CONFLICT)
    place = _depot(session.connection, depot)
    waiting = [line.imei for line in case.lines if line.depot is None]
    arrived = [_imei(imei) for imei in imeis] or waiting
    for imei in arrived:
        if imei not in waiting:
            refuse(f"{imei} is no set of {reference} that is still to arrive", CONFLICT)
    if not arrived:
        refuse(f"the sets of {reference} have all arrived", CONFLICT)
    with _refusals():
        records = outcomes.receive(case, arrived, place, books, repair=not sound)
    books.apply(records)
    session.record("return received", reference, {"depot": place, "imeis": list(arrived), "sound": sound})
    return {"reference": reference, "state": case.state, "depot": place, "imeis": list(arrived)}


def _open(session: Session, books: Desk, reference: str) -> tuple[ReturnCase, Dealer]:
    """A return that waits for a decision, and its shop, both kept from everybody else. Raises Refused."""
    case = books.returns.find(reference)
    dealer = books.directory.dealer(case.dealer) if case is not None else None
    if case is None or dealer is None or not within_reach(session, case.dealer):
        refuse(_none(reference), NOT_FOUND)
    if case.state != states.OPEN:
        refuse(f"return {reference} is {case.state} already", CONFLICT)
    return case, dealer


def _book(books: Desk, case: ReturnCase, records: Sequence[Record]) -> None:
    _, phones = hearing(case, None, books)
    books.apply([*records, ReturnTold(case.reference, phones)])


@contextmanager
def _refusals() -> Iterator[None]:
    """What the rules refuse is refused in a sentence."""
    try:
        yield
    except ReturnRefused as refused:
        refuse(str(refused), CONFLICT)


def _imei(text: str) -> str:
    """An IMEI as it is kept. Raises Refused."""
    try:
        return fields.imei(text)
    except fields.BadCell as bad:
        refuse(f"'{text}': {bad}")


def _depot(connection: Connection, code: str) -> str:
    found = connection.scalar(select(depots.c.code).where(depots.c.code == code.upper(), depots.c.active))
    if found is None:
        refuse(f"there is no depot {code}; `smsgw import depots` brings them", NOT_FOUND)
    return str(found)


def _none(reference: str) -> str:
    return f"there is no return {reference}; `smsgw return list --state all` shows every one"
