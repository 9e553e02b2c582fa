"""The books of money: every posting, and what each dealer owes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.money import tables
from smsgw.business.money.rules import RECEIVABLE, Debt, Movement, Posted, Statement, age, state_account
from smsgw.store.driver import Row
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.statements import added, insert

LEDGER_ENTRY = insert(
    tables.ledger_entry, "reference dealer account kind amount currency due_on message posted_at journal"
)
ACCOUNT_BALANCE = added(tables.account_balance, "dealer account currency", "amount")
_DAYS = 40  # on which something became due, that are read at a time


def debt(ask: Callable[..., list[Row]], dealer: str, currency: str, today: date) -> Debt:
    """What a dealer owes, and since when, in minor units (`smsgw.business.money.rules.age`).

    `ask` takes a question in which `?` marks a value, and the values.
    """
    return age(_owed(ask, dealer, currency), _due(ask, dealer, currency), today)


def statement(ask: Callable[..., list[Row]], dealer: str, currency: str, since: datetime, until: datetime) -> Statement:
    """What changed what a dealer owes from `since` to before `until`. What lies before is not read."""
    rows = ask(
        "SELECT posted_at, reference, kind, amount FROM ledger_entry "
        "WHERE dealer = ? AND account = ? AND currency = ? AND posted_at >= ? ORDER BY posted_at, id",
        dealer,
        RECEIVABLE,
        currency,
        to_ms(since),
    )
    movements = [Movement(from_ms(at), reference, kind, int(amount)) for at, reference, kind, amount in rows]
    return state_account(_owed(ask, dealer, currency), movements, until)


def _owed(ask: Callable[..., list[Row]], dealer: str, currency: str) -> int:
    found = ask(
        "SELECT amount FROM account_balance WHERE dealer = ? AND account = ? AND currency = ?",
        dealer,
        RECEIVABLE,
        currency,
    )
    return int(found[0][0]) if found else 0


def _due(ask: Callable[..., list[Row]], dealer: str, currency: str) -> Iterator[tuple[date, int]]:
    """The days for which something was invoiced, newest first, read as far as they are wanted."""
    before = "9999-12-31"
    while True:
        rows = ask(
            "SELECT due_on, sum(amount) FROM ledger_entry "
            "WHERE dealer = ? AND account = ? AND currency = ? AND due_on < ? "
            f"GROUP BY due_on ORDER BY due_on DESC LIMIT {_DAYS}",
            dealer,
            RECEIVABLE,
            currency,
            before,
        )
        yield from ((date.fromisoformat(day), int(amount)) for day, amount in rows)
        if len(rows) < _DAYS:
            return
        before = rows[-1][0]


class StoredMoney:
    """See `smsgw.business.money.rules.Money`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._postings = self._work.rows(LEDGER_ENTRY)
        self._balances = self._work.sums(ACCOUNT_BALANCE)

    def debt(self, dealer: str, currency: str, today: date) -> Debt:
        return debt(self._work.ask, dealer, currency, today)

    def statement(self, dealer: str, currency: str, since: datetime, until: datetime) -> Statement:
        return statement(self._work.ask, dealer, currency, since, until)

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
