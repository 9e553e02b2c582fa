"""Double entry: legs that sum to zero for each reference, kind and currency; what is owed, and since when."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, datetime
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


AGES = (30, 60, 90)  # days past its day, up to which something owed is of one age; beyond the last it is of the fourth


@value
class Debt:
    """What a dealer owes, in minor units of its currency; below zero where it has paid more.

    `overdue` is what of it is past its day, `oldest` the day of the oldest of that (None where nothing is), `aged` the
    same by how long it is past: 1-30, 31-60, 61-90 and more days.
    """

    owed: int
    overdue: int = 0
    oldest: date | None = None
    aged: tuple[int, ...] = (0,) * (len(AGES) + 1)


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


@value
class Movement:
    """What changed what a dealer owes: an invoice, a payment, a credit. `amount` in minor units, above zero a debt."""

    at: datetime
    reference: str
    kind: str
    amount: int


@value
class Statement:
    """What a dealer owed when a time began, what changed it, oldest first, and what it owed at its end."""

    opening: int
    movements: tuple[Movement, ...]
    closing: int

    def sums(self) -> dict[str, tuple[int, int]]:
        """Of each kind of movement how many there were, by reference, and what they come to."""
        found: dict[str, tuple[set[str], int]] = {}
        for each in self.movements:
            references, amount = found.get(each.kind, (set(), 0))
            found[each.kind] = (references | {each.reference}, amount + each.amount)
        return {kind: (len(references), amount) for kind, (references, amount) in found.items() if amount}


def state_account(owed: int, movements: Sequence[Movement], until: datetime) -> Statement:
    """The statement up to a moment of a dealer that owes so much now; `movements` are all since it begins."""
    within = tuple(each for each in movements if each.at < until)
    closing = owed - sum(each.amount for each in movements) + sum(each.amount for each in within)
    return Statement(owed - sum(each.amount for each in movements), within, closing)


def age(owed: int, due: Iterable[tuple[date, int]], today: date) -> Debt:
    """What a dealer owes by age, as of a day.

    `due` are the days on which something became or becomes due with what was invoiced for them, the newest first.
    Payments settle the oldest invoices first, so that what is owed is of the newest days; no more days are taken than
    that takes. What was invoiced for a day and taken back is not in it.
    """
    left = owed
    overdue = 0
    oldest = None
    aged = [0] * (len(AGES) + 1)
    days = iter(due)
    while left > 0 and (next_due := next(days, None)) is not None:
        day, amount = next_due
        part = max(0, min(left, amount))
        left -= part
        if part and day < today:
            overdue += part
            oldest = day
            aged[bisect_left(AGES, (today - day).days)] += part
    return Debt(owed, overdue, oldest, tuple(aged))


class Money(Protocol):
    """What may be asked about what dealers owe."""

    def debt(self, dealer: str, currency: str, today: date) -> Debt:
        """What a dealer owes in its currency, as of a day."""

    def statement(self, dealer: str, currency: str, since: datetime, until: datetime) -> Statement:
        """What changed what a dealer owes from one moment to before another."""

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
