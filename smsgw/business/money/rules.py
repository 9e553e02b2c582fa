"""Double entry: legs that sum to zero for each reference, kind and currency; what is owed and what is overdue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from smsgw.business.core.decision import Record
from smsgw.business.core.reply import Reply
from smsgw.business.directory.rules import Dealer
from smsgw.business.prices.rules import PriceBooks
from smsgw.errors import CannotBook
from smsgw.values.money import decimal
from smsgw.values.value import value


@value
class Posted(Record):
    """One leg of a double entry; the legs of one reference and kind sum to zero. Positive receivable: owed to us."""

    reference: str
    dealer: str
    account: str  # receivable, revenue, cash …
    kind: str  # invoice, payment …
    amount: int  # minor units, signed
    currency: str
    due_on: date | None = None


@value
class Debt:
    """What a dealer owes, and owes for longer than agreed, in minor units of its currency."""

    owed: int
    overdue: int


RECEIVABLE, REVENUE, CASH = "receivable", "revenue", "cash"


INVOICE, PAYMENT = "invoice", "payment"


def entry(
    reference: str,
    dealer: str,
    kind: str,
    *,
    debit: str,
    credit: str,
    amount: int,
    currency: str,
    due_on: date | None = None,
) -> tuple[Posted, Posted]:
    """The two legs of one movement of `amount` minor units; the due date goes with the receivable leg."""
    return (
        Posted(reference, dealer, debit, kind, amount, currency, due_on if debit == RECEIVABLE else None),
        Posted(reference, dealer, credit, kind, -amount, currency, due_on if credit == RECEIVABLE else None),
    )


def overdue(postings: Iterable[Posted], today: date) -> int:
    """What is past its due date: receivables due before today less everything credited, never below zero.

    Payments settle the oldest invoices first.
    """
    due = credited = 0
    for leg in postings:
        if leg.account != RECEIVABLE:
            continue
        if leg.amount < 0:
            credited -= leg.amount
        elif leg.due_on is not None and leg.due_on < today:
            due += leg.amount
    return max(0, due - credited)


class Money(Protocol):
    """What may be asked about what dealers owe."""

    def debt(self, dealer: str, currency: str, today: date) -> Debt:
        """What a dealer owes in its currency, as of a day."""

    def postings(self, reference: str) -> Sequence[Posted]:
        """Every posting of a reference, in their order."""


class MoneyBooks(PriceBooks, Protocol):
    """The books as far as money and what they stand on."""

    @property
    def money(self) -> Money: ...


def receive_payment(dealer: Dealer, amount: int, currency: str, reference: str) -> tuple[Posted, Posted]:
    """The records of a payment of `amount` minor units received from a dealer. Raises CannotBook."""
    if currency != dealer.currency:
        raise CannotBook(f"{dealer.code} pays in {dealer.currency}, not in {currency}")
    if amount <= 0:
        raise CannotBook(f"a payment is more than nothing, not {decimal(amount, currency)}")
    return entry(reference, dealer.code, PAYMENT, debit=CASH, credit=RECEIVABLE, amount=amount, currency=currency)


def reverse(reference: str, books: MoneyBooks) -> list[Record] | Reply:
    """The postings that take those of a reference back."""
    return [
        Posted(leg.reference, leg.dealer, leg.account, leg.kind, -leg.amount, leg.currency, leg.due_on)
        for leg in books.money.postings(reference)
    ]
