"""What people and programs do with claims: list and show them, approve them in lots, reject one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import func, select

from smsgw.business.core.decision import Record
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.directory.books.reach import own_regions, within_reach
from smsgw.business.directory.tables import dealer as dealers
from smsgw.business.protection.reports import show_claim
from smsgw.business.protection.rules import claims
from smsgw.business.protection.rules.claims import Claim, ClaimRefused, ClaimTold, ProtectionBooks
from smsgw.business.protection.rules.hearing import hearing
from smsgw.business.protection.rules.states import APPROVED, OPEN, REJECTED
from smsgw.business.protection.tables import protection_claim, protection_line
from smsgw.errors import CONFLICT, NOT_FOUND, refuse
from smsgw.store.instants import iso
from smsgw.values.money import decimal


class Desk(ProtectionBooks, Protocol):
    """The books of the transaction in which somebody at the desk decides."""

    def apply(self, records: Sequence[Record]) -> None:
        """Book records."""


@action(Right.READ_PROTECTION)
def list_claims(
    session: Session,
    chosen: Sequence[str] = (),
    dealer: str | None = None,
    model: str | None = None,
    *,
    limit: int = 1_000,
) -> list[dict[str, Any]]:
    """Claims, the oldest first, as `smsgw protection list --json` has them. `chosen`: of these states only."""
    row, line = protection_claim.c, protection_line.c
    sets = select(func.count()).where(line.reference == row.reference).scalar_subquery()
    wanted = select(protection_claim, sets.label("sets")).order_by(
        row.filed_at, func.length(row.reference), row.reference
    )
    mine = own_regions(session)
    if mine is not None:
        wanted = wanted.join(dealers, dealers.c.code == row.dealer).where(dealers.c.region.in_(sorted(mine)))
    if chosen:
        wanted = wanted.where(row.state.in_(chosen))
    if dealer is not None:
        wanted = wanted.where(row.dealer == dealer)
    if model is not None:
        wanted = wanted.where(row.model == model)
    return [
        {
            "reference": found.reference,
            "state": found.state,
            "dealer": found.dealer,
            "model": found.model,
            "cut_on": found.cut_on,
            "sets": found.sets,
            "total": decimal(found.sets * (found.old_price - found.new_price), found.currency),
            "currency": found.currency,
            "filed_at": iso(found.filed_at),
            "settled_at": iso(found.settled_at),
            "settled_by": found.settled_by,
            "why": found.why,
        }
        for found in session.connection.execute(wanted.limit(limit))
    ]


@action(Right.READ_PROTECTION)
def read_claim(session: Session, reference: str) -> dict[str, Any]:
    """A claim with its sets, as `smsgw show claim --json` prints it. Raises Refused."""
    found = show_claim(session.connection, reference)
    if found is None or not within_reach(session, found["dealer"]):
        refuse(_none(reference), NOT_FOUND)
    return found


@action(Right.DECIDE_PROTECTION)
def approve_claims(session: Session, books: Desk, references: Sequence[str]) -> list[dict[str, Any]]:
    """Credit claims, all of them or none; what each is then. The shops are told. Raises Refused, also for claims that
    whoever approves filed, or of cuts that he planned.
    """
    done = []
    for reference in dict.fromkeys(references):
        claim = _open(session, books, reference)
        try:
            records = claims.approve(claim, session.who, books)
        except ClaimRefused as refused:
            refuse(str(refused), CONFLICT)
        _book(books, claim, records)
        credit = {"credit": decimal(claim.total, claim.currency), "currency": claim.currency}
        session.record("claim approved", reference, credit)
        done.append({"reference": reference, "state": APPROVED, **credit})
    return done


@action(Right.DECIDE_PROTECTION)
def reject_claim(session: Session, books: Desk, reference: str, why: str) -> dict[str, Any]:
    """Turn a claim down; the shop is told why, and may claim its sets again. Raises Refused."""
    claim = _open(session, books, reference)
    told = " ".join(why.split())
    if not told:
        refuse("say why, for the shop is told", CONFLICT)
    _book(books, claim, claims.reject(claim, session.who, told))
    session.record("claim rejected", reference, {"why": told})
    return {"reference": reference, "state": REJECTED, "why": told}


def _open(session: Session, books: Desk, reference: str) -> Claim:
    claim = books.protection.find(reference)
    if claim is None or not within_reach(session, claim.dealer):
        refuse(_none(reference), NOT_FOUND)
    if claim.state != OPEN:
        refuse(f"claim {reference} is {claim.state} already", CONFLICT)
    return claim


def _book(books: Desk, claim: Claim, records: Sequence[Record]) -> None:
    _, phones = hearing(claim, None, books)
    books.apply([*records, ClaimTold(claim.reference, phones)])


def _none(reference: str) -> str:
    return f"there is no claim {reference}; `smsgw protection list --state all` shows every one"
