"""What must be true of money: balances are sums of postings, entries sum to zero, a raised limit is in its currency."""

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


def overrides(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """A limit is raised in the dealer's own currency, and ended no earlier than it was raised."""
    yield from compared(
        connection,
        "credit_override.currency",
        "SELECT o.id, o.currency, d.currency FROM credit_override o JOIN dealer d ON d.code = o.dealer "
        "WHERE o.ended_at IS NULL AND o.currency <> d.currency ORDER BY 1",
    )
    yield from compared(
        connection,
        "credit_override.ended_at",
        "SELECT id, ended_at, granted_at FROM credit_override WHERE ended_at < granted_at ORDER BY 1",
    )


CHECKS = (
    balances,
    double_entry,
    overrides,
)
