"""The file of payments: what a dealer paid, when, and under which name of the bank's or the cashier's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from smsgw.business.core.columns import columns
from smsgw.business.core.importing import Changes, ImportKind, morning
from smsgw.business.core.known import Snapshot
from smsgw.business.money import tables as money_tables
from smsgw.business.money.rules import CASH, PAYMENT, receive_payment
from smsgw.errors import CannotBook
from smsgw.tables import fields
from smsgw.tables.cells import Cells, Known
from smsgw.tables.fault import Fault
from smsgw.tables.files import Row
from smsgw.values.money import decimal

COLUMNS = columns(("dealer", "amount", "currency", "paid_on", "reference"))
NAME = 40
Key = tuple[str, str]  # dealer, reference


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment to be booked: `amount` in minor units, `reference` as the books keep it."""

    cells: Cells
    dealer: str
    amount: int
    currency: str
    paid_on: date
    reference: str


def check(rows: Sequence[Row], known: Snapshot, kept: Mapping[Key, int], faults: list[Fault]) -> list[Payment]:
    """The payments of a file that `kept` (amounts by dealer and reference) does not hold yet."""
    dealers = Known("dealer", known.dealers)
    latest = known.today + timedelta(days=1)
    seen: dict[Key, int] = {}
    found: list[Payment] = []
    for row in rows:
        cells = Cells(row, faults)
        dealer = cells.read("dealer", dealers.find)
        currency = cells.currency("currency")
        amount = cells.money("amount", currency)
        paid_on = cells.day("paid_on")
        reference = cells.text("reference", NAME)
        if dealer and currency and currency != known.dealers[dealer].currency:
            cells.fault("currency", f"{dealer} pays in {known.dealers[dealer].currency}")
        if amount == 0:
            cells.fault("amount", "a payment is more than nothing")
        if paid_on and paid_on > latest:
            cells.fault("paid_on", "lies in the future")
        if not (dealer and reference):
            continue
        key = (dealer, fields.outside("payment", reference))
        if seen.setdefault(key, row.line) != row.line:
            cells.fault("reference", f"stands on line {seen[key]} already for {dealer}")
        elif cells.good and amount and currency and paid_on:
            if key not in kept:
                found.append(Payment(cells, dealer, amount, currency, paid_on, key[1]))
            elif kept[key] != amount:
                cells.fault("amount", _booked_with(kept[key], currency))
    return found


def kept_payments(connection: Connection) -> tuple[dict[Key, int]]:
    """What payments the books hold: amounts by dealer and reference."""
    return (_amounts(connection),)


def _amounts(connection: Connection, *where: Any) -> dict[Key, int]:
    entry = money_tables.ledger_entry.c
    rows = connection.execute(
        select(entry.dealer, entry.reference, func.sum(entry.amount))
        .where(entry.kind == PAYMENT, entry.account == CASH, *where)
        .group_by(entry.dealer, entry.reference)
    )
    return {(dealer, reference): int(amount) for dealer, reference, amount in rows}


def foresee(books: Any, found: Sequence[Payment], known: Snapshot, before: dict[Any, Any]) -> Changes:
    """The payments that would be booked; what the books refuse becomes a fault of its line."""
    changes = Changes()
    for payment, _ in _decided(books, found):
        changes.new.add((payment.dealer, payment.reference))
    return changes


def write(books: Any, found: Sequence[Payment], known: Snapshot, now: datetime) -> Changes:
    """Book payments, as of the day they were paid. What is booked already is left alone."""
    changes = Changes()
    for payment, records in _decided(books, found):
        books.begin(morning(payment.paid_on, known.dealers[payment.dealer].timezone))
        books.apply(records)
        changes.new.add((payment.dealer, payment.reference))
    return changes


def _decided(books: Any, found: Sequence[Payment]) -> Iterator[tuple[Payment, Sequence[Any]]]:
    """Payments that the books do not hold, with their records; what the books refuse becomes a fault of its line."""
    books.fetch(dealers={payment.dealer for payment in found})
    held = _amounts(
        books.connection, money_tables.ledger_entry.c.reference.in_([payment.reference for payment in found])
    )
    for payment in found:
        amount = held.get((payment.dealer, payment.reference))
        if amount == payment.amount:
            continue
        try:
            if amount is not None:
                raise CannotBook(_booked_with(amount, payment.currency))
            records = receive_payment(
                books.directory.dealer(payment.dealer), payment.amount, payment.currency, payment.reference
            )
        except CannotBook as refused:
            payment.cells.fault("", str(refused))
            continue
        yield payment, records


def _booked_with(amount: int, currency: str) -> str:
    return f"this payment is booked already with {decimal(amount, currency)}"


KINDS = {"payments": ImportKind(COLUMNS, check, write, kept=kept_payments, foresee=foresee, books_decide=True)}
