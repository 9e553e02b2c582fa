"""What people and programs do with single sets: write one off that is lost, and put one back that was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import select

from smsgw.business.core.decision import Record
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.directory.books.reach import own_regions
from smsgw.business.directory.tables import dealer as dealers
from smsgw.business.directory.tables import depot as depots
from smsgw.business.receipts.rules import losses
from smsgw.business.receipts.rules.arrivals import ReceiptBooks
from smsgw.business.returns.rules import states as returns
from smsgw.business.returns.rules.cases import ReturnBooks
from smsgw.business.stock import rules as stock
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.states import Unit
from smsgw.errors import CONFLICT, NOT_FOUND, refuse
from smsgw.tables import fields
from smsgw.values.unreadable import Unreadable

LONGEST = 200  # characters of a reason


class Desk(ReceiptBooks, ReturnBooks, Protocol):
    """The books of the transaction in which a set is lost or found."""

    def apply(self, records: Sequence[Record]) -> None: ...

    def fetch(self, *, imeis: Iterable[str]) -> None: ...


@action(Right.WRITE_OFF_SETS)
def lose_set(session: Session, books: Desk, imei: str, why: str) -> dict[str, Any]:
    """Write a set off that is lost, from a shop, a depot or on its way; what it is then.

    After a delivery that was short by number this says which set it was: the book has it no more already. Raises
    Refused where there is no such set within reach, it cannot be lost as it is, or no reason is given.
    """
    unit, said = _known(session, books, imei), _reason(why)
    if unit.state == units.LOST:
        refuse(f"{unit.imei} is lost already; smsgw unit found brings it back", CONFLICT)
    waiting = books.returns.of_unit(unit.imei)
    case = books.returns.find(waiting) if waiting is not None else None
    if case is not None and case.state == returns.OPEN:
        refuse(f"{unit.imei} waits for the decision of {case.reference}; decide that first", CONFLICT)
    if not units.LIFE.can(unit.state, units.KIND_LOST):
        at = f" at {unit.holder}" if unit.holder else ""
        refuse(f"{unit.imei} is {unit.state.replace('_', ' ')}{at}; it cannot be lost", CONFLICT)
    level = stock.EMPTY
    if unit.holder is not None and unit.state not in units.AT_A_DEPOT:
        level = books.stock.levels(unit.holder).get(unit.model, stock.EMPTY)
    books.apply(losses.lose(unit, level, books.trade))
    session.record("set lost", unit.imei, {"from": unit.holder, "was": unit.state, "why": said}, in_journal=False)
    return {"imei": unit.imei, "model": unit.model, "state": units.LOST, "at": unit.holder}


@action(Right.WRITE_OFF_SETS)
def find_set(session: Session, books: Desk, imei: str, why: str, place: str | None = None) -> dict[str, Any]:
    """Put a lost set back into the stock of a shop or a depot, else of where it was lost; what it is then.

    Raises Refused where it is not lost, there is no such place within reach, or no reason is given.
    """
    unit, said = _known(session, books, imei), _reason(why)
    if unit.state != units.LOST:
        refuse(f"{unit.imei} is not lost: it is {unit.state.replace('_', ' ')}", CONFLICT)
    code = (place or _lost_from(unit, books) or "").upper()
    mine = own_regions(session)
    region, depot = _place(session, code)
    if region is None or (mine is not None and region not in mine):
        refuse(f"there is no shop or depot {code[:20]}" if code else "say in which shop or depot it is", NOT_FOUND)
    books.apply(losses.find_in_depot(unit, code) if depot else losses.find_in_shop(unit, code))
    session.record("set found", unit.imei, {"at": code, "why": said}, in_journal=False)
    found = books.units.find(unit.imei)
    assert found is not None  # it was moved
    return {"imei": unit.imei, "model": unit.model, "state": found.state, "at": code}


def _known(session: Session, books: Desk, imei: str) -> Unit:
    """A set by either of its IMEIs, which the place it is at, or was lost at, lets whoever acts see. Raises Refused."""
    try:
        read = fields.imei(imei)
    except Unreadable as error:
        refuse(f"'{imei}': {error}", NOT_FOUND)
    books.fetch(imeis=(read,))
    unit = books.units.find(read)
    mine = own_regions(session)
    place = (unit.holder or _lost_from(unit, books)) if unit is not None else None
    if unit is None or (mine is not None and _place(session, place or "")[0] not in mine):
        refuse(f"there is no set {read}", NOT_FOUND)
    return unit


def _lost_from(unit: Unit, books: Desk) -> str | None:
    """The shop or depot that a set was lost at."""
    lost = [e for e in units.events_in_force(books.units.trail(unit.imei)) if e.kind == units.KIND_LOST]
    return lost[-1].dealer if lost else None


def _place(session: Session, code: str) -> tuple[str | None, bool]:
    """The region of a shop or depot, and whether it is a depot; None where there is no such place."""
    region = session.connection.scalar(select(dealers.c.region).where(dealers.c.code == code))
    if region is not None:
        return region, False
    return session.connection.scalar(select(depots.c.region).where(depots.c.code == code, depots.c.active)), True


def _reason(why: str) -> str:
    said = " ".join(why.split())
    if not said:
        refuse("say why, for it stands on the trail", CONFLICT)
    if len(said) > LONGEST:
        refuse(f"a reason of {len(said)} characters; {LONGEST} at most", CONFLICT)
    return said
