"""The books of money: every posting, and what each dealer owes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.money import tables
from smsgw.business.money.rules import RECEIVABLE, Debt, Posted
from smsgw.store.driver import Row
from smsgw.store.statements import added, insert

LEDGER_ENTRY = insert(
    tables.ledger_entry, "reference dealer account kind amount currency due_on message posted_at journal"
)
ACCOUNT_BALANCE = added(tables.account_balance, "dealer account currency", "amount")


def debt(ask: Callable[..., list[Row]], dealer: str, currency: str, today: date) -> Debt:
    """What a dealer owes, and owes for longer than agreed, in minor units.

    `ask` takes a question in which `?` marks a value, and the values. What is overdue is what was due before today
    less everything credited, for payments settle the oldest invoices first (`smsgw.business.money.rules.overdue`).
    """
    owed = ask(
        "SELECT amount FROM account_balance WHERE dealer = ? AND account = ? AND currency = ?",
        dealer,
        RECEIVABLE,
        currency,
    )
    overdue = ask(
        "SELECT coalesce(sum(amount), 0) FROM ledger_entry WHERE dealer = ? AND account = ? AND currency = ? "
        "AND (amount < 0 OR due_on < ?)",
        dealer,
        RECEIVABLE,
        currency,
        today.isoformat(),
    )
    return Debt(owed[0][0] if owed else 0, max(0, int(overdue[0][0])))


class StoredMoney:
    """See `smsgw.business.money.rules.Money`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._postings = self._work.rows(LEDGER_ENTRY)
        self._balances = self._work.sums(ACCOUNT_BALANCE)

    def debt(self, dealer: str, currency: str, today: date) -> Debt:
        return debt(self._work.ask, dealer, currency, today)

    def postings(self, reference: str) -> Sequence[Posted]:
        return tuple(
            Posted(ref, dealer, account, kind, amount, currency, date.fromisoformat(due) if due else None)
            for ref, dealer, account, kind, amount, currency, due in self._work.ask(
                "SELECT reference, dealer, account, kind, amount, currency, due_on FROM ledger_entry "
                "WHERE reference = ? ORDER BY id",
                reference,
            )
        )

    def post(self, record: Posted) -> None:
        work = self._work
        self._postings.append(
            (
                record.reference,
                record.dealer,
                record.account,
                record.kind,
                record.amount,
                record.currency,
                record.due_on.isoformat() if record.due_on else None,
                work.message,
                work.at,
                work.entries.get(record.reference),
            )
        )
        self._balances.add((record.dealer, record.account, record.currency), record.amount)


def _tell(record: Posted) -> Fact:
    amount = {"dealer": record.dealer, "amount": record.amount, "currency": record.currency}
    return "ledger", record.kind, record.reference, amount


BOOKS = StoredMoney
RECORDS = {Posted: Effect(StoredMoney.post, moves=_tell)}
