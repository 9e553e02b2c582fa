"""What must be true of money: balances are the sums of postings, and the legs of each entry sum to zero."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.store.verify import Finding, compared, sums


def balances(connection: Connection, trade: Trade) -> Iterator[Finding]:
    yield from sums(
        connection,
        "account_balance.amount",
        "dealer account currency",
        "SELECT dealer, account, currency, amount FROM account_balance",
        "SELECT dealer, account, currency, sum(amount) AS amount FROM ledger_entry GROUP BY dealer, account, currency",
    )


def double_entry(connection: Connection, trade: Trade) -> Iterator[Finding]:
    yield from compared(
        connection,
        "ledger_entry sum",
        "SELECT reference, kind, currency, sum(amount), 0 FROM ledger_entry "
        "GROUP BY reference, kind, currency HAVING sum(amount) <> 0 ORDER BY 1, 2, 3",
    )


CHECKS = (
    balances,
    double_entry,
)
