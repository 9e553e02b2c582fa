"""What people and programs do with payments: list what shops told of, match it, turn it down; book what came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import func, select

from smsgw.business.core.decision import Record
from smsgw.business.core.importing import morning
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.directory.books.reach import own_regions, within_reach
from smsgw.business.directory.tables import dealer as dealers
from smsgw.business.money.rules import receive_payment
from smsgw.business.payments import rules as payments
from smsgw.business.payments.books import candidates, proposals, said_amount
from smsgw.business.payments.reports import said, show_payment
from smsgw.business.payments.rules import Advice, AdviceTold, PaymentBooks, hearing, settle
from smsgw.business.payments.tables import payment_advice
from smsgw.errors import CONFLICT, NOT_FOUND, CannotBook, Faults, refuse
from smsgw.store.driver import Driver
from smsgw.tables import fields
from smsgw.values.money import decimal, minor

WHY = 80  # characters of a reason: a shop is told it whole


class Desk(PaymentBooks, Protocol):
    """The books of the transaction in which somebody at the desk decides."""

    def apply(self, records: Sequence[Record]) -> None:
        """Book records."""

    def begin(self, at: Any) -> None:
        """Book what follows as of a moment."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that came in: `amount` a decimal of its currency, `reference` the name that the bank gave it."""

    dealer: str
    amount: str
    currency: str
    paid_on: date
    reference: str


@action(Right.READ_PAYMENTS)
def list_payments(
    session: Session, states: Sequence[str] = (), dealer: str | None = None, *, limit: int = 1_000
) -> list[dict[str, Any]]:
    """Payments that shops told of, the oldest first, each with the payments in the books that may be it (`found`)."""
    row = payment_advice.c
    wanted = (
        select(payment_advice)
        .join(dealers, dealers.c.code == row.dealer)
        .order_by(row.told_at, func.length(row.reference), row.reference)
        .limit(limit)
    )
    if states:
        wanted = wanted.where(row.state.in_(states))
    if dealer is not None:
        wanted = wanted.where(row.dealer == dealer)
    mine = own_regions(session)
    if mine is not None:
        wanted = wanted.where(dealers.c.region.in_(sorted(mine)))
    return [_with_found(session, said(each)) for each in session.connection.execute(wanted).all()]


@action(Right.READ_PAYMENTS)
def read_payment(session: Session, reference: str) -> dict[str, Any]:
    """A payment that a shop told of, with those in the books that may be it. Raises Refused."""
    found = show_payment(session.connection, reference)
    if found is None or not within_reach(session, found["dealer"]):
        refuse(_none(reference), NOT_FOUND)
    return _with_found(session, found)


@action(Right.DECIDE_PAYMENTS)
def match_payment(
    session: Session, books: Desk, reference: str, payment: str | None = None, *, book: bool = False
) -> dict[str, Any]:
    """Match what a shop told of to a payment in the books: to the one named, else to the only one that may be it; with
    `book` to one that is booked by this, under the slip that the shop named. The shop is told. Raises Refused.
    """
    advice = _open(session, books, reference)
    found = books.payments.candidates(advice, session.trade.payment_days)
    if book:
        named = _book(books, advice)
    elif payment is not None:
        named = _named(books, advice, payment)
    elif len(found) == 1:
        named = found[0].reference
    elif found:
        names = ", ".join(_outside(one.reference) for one in found[:5])
        refuse(f"{len(found)} payments may be {reference}: {names}; name the one with --payment", CONFLICT)
    else:
        around = f"{session.trade.payment_days} days of {advice.paid_on.isoformat()}"
        refuse(
            f"the books have no payment of {said_amount(advice)} by {advice.dealer} within {around}; import it, "
            "name another with --payment, or --book it",
            CONFLICT,
        )
    _settle(books, advice, settle(advice, "match", session.who, payment=named))
    session.record("payment matched", reference, {"payment": named, "booked": book}, in_journal=False)
    return {"reference": reference, "state": payments.MATCHED, "payment": named}


@action(Right.DECIDE_PAYMENTS)
def reject_payment(session: Session, books: Desk, reference: str, why: str) -> dict[str, Any]:
    """Turn down what a shop told of; it is told why. Raises Refused."""
    advice = _open(session, books, reference)
    told = " ".join(why.split())
    faults = Faults()
    if not told:
        faults.add("why", "say why, for the shop is told")
    elif len(told) > WHY:
        faults.add("why", f"{len(told)} characters; {WHY} at most, for a text must hold it")
    faults.settle()
    _settle(books, advice, settle(advice, "reject", session.who, why=told))
    session.record("payment rejected", reference, {"why": told}, in_journal=False)
    return {"reference": reference, "state": payments.REJECTED, "why": told}


@action(Right.BOOK_PAYMENTS)
def book_payments(session: Session, books: Desk, paid: Sequence[Paid]) -> dict[str, int]:
    """Book payments that came in, as `smsgw import payments` does; one that is there already changes nothing.

    How many were new and how many the same. Raises Refused with everything that is wrong, and books none then.
    """
    faults = Faults()
    new: list[tuple[Paid, Sequence[Record], str]] = []
    seen: dict[tuple[str, str], int] = {}
    for place, one in enumerate(paid):
        field = f"payments.{place}"
        code = one.dealer.upper()
        dealer = books.directory.dealer(code)
        if dealer is None or not within_reach(session, code):
            faults.add(f"{field}.dealer", f"there is no dealer {one.dealer}")
            continue
        name = fields.outside("payment", one.reference)
        try:
            amount = minor(one.amount, one.currency)
            records = receive_payment(dealer, amount, one.currency, name)
        except (ValueError, CannotBook) as error:
            faults.add(f"{field}.amount", str(error))
            continue
        if one.paid_on > session.today:
            faults.add(f"{field}.paid_on", "lies in the future")
        elif (code, name) in seen:
            faults.add(f"{field}.reference", f"is that of payments.{seen[code, name]} too")
        else:
            seen[code, name] = place
            booked = _booked(books, code, name)
            if booked is None:
                new.append((one, records, dealer.timezone))
            elif booked != amount:
                faults.add(f"{field}.amount", f"is booked already with {decimal(booked, one.currency)}")
    faults.settle()
    for came, legs, zone in new:
        books.begin(morning(came.paid_on, zone))
        books.apply(legs)
    books.begin(session.at)
    for found in proposals(session.connection, session.trade.payment_days, [came.dealer.upper() for came, _, _ in new]):
        books.apply((AdviceTold(found.advice.reference, payments.FOUND, region=found.region),))
    return {"new": len(new), "same": len(paid) - len(new)}


def _open(session: Session, books: Desk, reference: str) -> Advice:
    """An advice that waits, kept from everybody else. Raises Refused."""
    advice = books.payments.find(reference)
    if advice is None or not within_reach(session, advice.dealer):
        refuse(_none(reference), NOT_FOUND)
    if advice.state != payments.OPEN:
        refuse(f"payment {reference} is {advice.state} already", CONFLICT)
    return advice


def _settle(books: Desk, advice: Advice, record: Record) -> None:
    books.apply((record, AdviceTold(advice.reference, payments.ENDED, hearing(advice, None, books))))


def _book(books: Desk, advice: Advice) -> str:
    """Book what a shop told of as received, under its slip, else its reference; the name. Raises Refused."""
    dealer = books.directory.dealer(advice.dealer)
    assert dealer is not None
    name = fields.outside("payment", advice.slip or advice.reference)
    if _booked(books, advice.dealer, name) is not None:
        refuse(f"payment {_outside(name)} of {advice.dealer} is booked already; match it with --payment", CONFLICT)
    try:
        books.apply(receive_payment(dealer, advice.amount, advice.currency, name))
    except CannotBook as refused:
        refuse(str(refused), CONFLICT)
    return name


def _named(books: Desk, advice: Advice, payment: str) -> str:
    """A payment in the books by the name that somebody gives it. Raises Refused where it cannot be the one."""
    name = fields.outside("payment", payment)
    amount = _booked(books, advice.dealer, name)
    if amount is None:
        refuse(f"the books have no payment {payment} of {advice.dealer}", NOT_FOUND)
    if amount != advice.amount:
        refuse(
            f"{payment} is of {decimal(amount, advice.currency)}, {advice.reference} of {said_amount(advice)}", CONFLICT
        )
    taken = books.payments.matched_to(advice.dealer, name)
    if taken is not None:
        refuse(f"{payment} is matched to {taken} already", CONFLICT)
    return name


def _booked(books: Desk, dealer: str, name: str) -> int | None:
    """What a payment of a dealer comes to in the books, in minor units; None where there is none of that name."""
    legs = [leg for leg in books.money.postings(name) if leg.dealer == dealer and leg.account == "cash"]
    return sum(leg.amount for leg in legs) if legs else None


def _outside(name: str) -> str:
    return name.partition(" ")[2] or name


def _with_found(session: Session, shown: dict[str, Any]) -> dict[str, Any]:
    if shown["state"] != payments.OPEN:
        return {**shown, "found": []}
    advice = Advice(
        shown["reference"],
        shown["dealer"],
        minor(shown["amount"], shown["currency"]),
        shown["currency"],
        date.fromisoformat(shown["paid_on"]),
        shown["slip"],
        shown["state"],
        session.at,
    )
    found = candidates(Driver(session.connection).ask, advice, session.trade.payment_days)
    return {**shown, "found": [one.reference for one in found]}


def _none(reference: str) -> str:
    return f"no shop told of a payment {reference}; `smsgw payment list --state all` shows every one"
