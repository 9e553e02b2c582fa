"""What people and programs do with sales on hold: list and show them, approve or reject one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from smsgw.business.core.decision import Record
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.directory.books.reach import own_regions, within_reach
from smsgw.business.sales.reports import list_held, show_sale
from smsgw.business.sales.rules import hold_outcomes, holds
from smsgw.business.sales.rules.hold_outcomes import HoldRefused
from smsgw.business.sales.rules.holds import SaleHold
from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.errors import CONFLICT, NOT_FOUND, refuse


class Desk(SalesBooks, Protocol):
    """The books of the transaction in which somebody at the desk decides."""

    def apply(self, records: Sequence[Record]) -> None:
        """Book records."""


@action(Right.READ_HOLDS)
def list_holds(
    session: Session, chosen: Sequence[str] = (), dealer: str | None = None, *, limit: int = 1_000
) -> list[dict[str, Any]]:
    """Sales on hold, the oldest first, as `smsgw sale list --json` has them; `chosen`: of these states only."""
    return list_held(session.connection, chosen, dealer, limit=limit, regions=own_regions(session))


@action(Right.READ_HOLDS)
def read_hold(session: Session, reference: str) -> dict[str, Any]:
    """A sale that is or was on hold, as `smsgw show sale --json` prints it. Raises Refused."""
    found = show_sale(session.connection, reference)
    if found is None or found["hold"] is None or not within_reach(session, found["hold"]["holder"]):
        refuse(_none(reference), NOT_FOUND)
    return found


@action(Right.DECIDE_HOLDS)
def approve_hold(session: Session, books: Desk, reference: str) -> dict[str, Any]:
    """Move the sets of a sale on hold to the shop that sold them, and book the sale; what it is then. Both shops are
    told. Raises Refused."""
    hold = _open(session, books, reference)
    try:
        records = hold_outcomes.approve(hold, books, session.who)
    except HoldRefused as refused:
        refuse(str(refused), CONFLICT)
    books.apply([*records, hold_outcomes.told(hold, holds.APPROVED, books, None)])
    session.record("sale on hold approved", reference, {"from": hold.holder, "to": hold.dealer})
    return {"reference": reference, "state": holds.APPROVED}


@action(Right.DECIDE_HOLDS)
def reject_hold(session: Session, books: Desk, reference: str, why: str) -> dict[str, Any]:
    """Leave the sets of a sale on hold where the book has them; the shop is told why. Raises Refused."""
    hold = _open(session, books, reference)
    said = " ".join(why.split())
    if not said:
        refuse("say why, for the shop is told", CONFLICT)
    records = hold_outcomes.end(hold, "reject", books, session.who, said)
    books.apply([*records, hold_outcomes.told(hold, holds.REJECTED, books, None)])
    session.record("sale on hold rejected", reference, {"why": said})
    return {"reference": reference, "state": holds.REJECTED}


def _open(session: Session, books: Desk, reference: str) -> SaleHold:
    """A sale that is on hold, kept from everybody else; it is for whoever answers for the shop that has the sets in its
    book. Raises Refused."""
    hold = books.sales.holds.find(reference)
    if hold is None or not within_reach(session, hold.holder):
        refuse(_none(reference), NOT_FOUND)
    if hold.state != holds.OPEN:
        refuse(f"sale {reference} is {hold.state} already", CONFLICT)
    return hold


def _none(reference: str) -> str:
    return f"there is no sale {reference} on hold; `smsgw sale list --state all` shows every one"
