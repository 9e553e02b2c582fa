"""What people do with the money of dealers: raise a credit limit for some days, and end that."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.directory.books.reach import own_regions, within_reach
from smsgw.business.directory.tables import dealer as dealers
from smsgw.business.money.tables import credit_override
from smsgw.errors import CONFLICT, NOT_FOUND, Faults, refuse
from smsgw.store.instants import iso
from smsgw.values.money import decimal, minor
from smsgw.values.storable import storable

_ENDED_BY_TIME = "its day is over"
IN_FORCE, OVER, REVOKED = "in force", "over", "revoked"


@action(Right.RAISE_LIMITS)
def raise_limit(session: Session, code: str, amount: str, until: date, why: str) -> dict[str, Any]:
    """Let a dealer owe and order so much above its limit until the end of a day; what was granted.

    `amount` is a decimal of its currency. Raises Refused with everything that is wrong, and where its limit is raised
    already.
    """
    found = session.connection.execute(select(dealers).where(dealers.c.code == code).with_for_update()).first()
    if found is None or not within_reach(session, code):
        refuse(f"there is no dealer {code}", NOT_FOUND)
    faults = Faults()
    above = 0
    try:
        above = minor(amount, found.currency)
    except ValueError as error:
        faults.add("amount", str(error))
    else:
        if above <= 0:
            faults.add("amount", "more than nothing, in the dealer's currency")
    if until < session.today:
        faults.add("until", f"{until.isoformat()} is over; a day from today on")
    said = storable(" ".join(why.split()))
    if not said:
        faults.add("why", "say why; whoever reads the list will ask")
    faults.settle()
    row = credit_override.c
    kept = session.connection.execute(select(credit_override).where(row.dealer == code, row.ended_at.is_(None))).first()
    if kept is not None and kept.until >= session.today.isoformat():
        raised = f"{decimal(kept.amount, kept.currency)} {kept.currency} until {kept.until}"
        refuse(f"the limit of {code} is raised by {raised}; `smsgw credit revoke {code}` ends that first", CONFLICT)
    if kept is not None:
        _end(session, kept.id, _ENDED_BY_TIME)
    session.connection.execute(
        insert(credit_override).values(
            dealer=code,
            amount=above,
            currency=found.currency,
            until=until.isoformat(),
            why=said,
            granted_at=session.now,
            granted_by=session.who,
        )
    )
    granted = {"amount": decimal(above, found.currency), "currency": found.currency, "until": until.isoformat()}
    session.record("limit raised", code, {**granted, "why": said})
    return {"dealer": code, **granted, "why": said}


@action(Right.RAISE_LIMITS)
def end_raise(session: Session, code: str, why: str) -> dict[str, Any]:
    """Bring the limit of a dealer back to what it is without an override; what that was. Raises Refused."""
    row = credit_override.c
    kept = session.connection.execute(
        select(credit_override).where(
            row.dealer == code, row.ended_at.is_(None), row.until >= session.today.isoformat()
        )
    ).first()
    if kept is None or not within_reach(session, code):
        refuse(f"the limit of {code} is not raised; `smsgw credit list` shows whose is", NOT_FOUND)
    said = storable(" ".join(why.split()))
    faults = Faults()
    if not said:
        faults.add("why", "say why; whoever reads the list will ask")
    faults.settle()
    _end(session, kept.id, said)
    session.record("limit back", code, {"amount": decimal(kept.amount, kept.currency), "why": said})
    return {"dealer": code, "amount": decimal(kept.amount, kept.currency), "currency": kept.currency, "why": said}


@action(Right.READ_CREDIT)
def list_raises(session: Session, code: str | None = None, *, ended: bool = False) -> list[dict[str, Any]]:
    """Whose limit is raised by how much until when, by whom and why; `ended`: also those that are in force no more."""
    row = credit_override.c
    wanted = select(credit_override).order_by(row.dealer, row.id)
    if code is not None:
        wanted = wanted.where(row.dealer == code)
    mine = own_regions(session)
    if mine is not None:
        wanted = wanted.join(dealers, dealers.c.code == row.dealer).where(dealers.c.region.in_(sorted(mine)))
    today = session.today.isoformat()
    if not ended:
        wanted = wanted.where(row.ended_at.is_(None), row.until >= today)
    return [
        {
            "dealer": each.dealer,
            "amount": decimal(each.amount, each.currency),
            "currency": each.currency,
            "until": each.until,
            "why": each.why,
            "at": iso(each.granted_at),
            "by": each.granted_by,
            "state": _state(each, today),
            "ended_at": iso(each.ended_at),
            "ended_by": each.ended_by,
            "ended_why": each.ended_why,
        }
        for each in session.connection.execute(wanted)
    ]


def _state(each: Any, today: str) -> str:
    if each.ended_at is not None and each.ended_why != _ENDED_BY_TIME:
        return REVOKED
    return IN_FORCE if each.ended_at is None and each.until >= today else OVER


def _end(session: Session, which: int, why: str) -> None:
    session.connection.execute(
        update(credit_override)
        .where(credit_override.c.id == which)
        .values(ended_at=session.now, ended_by=session.who, ended_why=why)
    )
