"""Tables of money: the legs of double entry, and their sums."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from smsgw.store.columns import Code, Day, Id, Instant, Minor, metadata

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(64), nullable=False),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("account", String(24), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("due_on", Day),
    Column("message", Id),
    Column("posted_at", Instant, nullable=False),
    Column("journal", Id),
    Index(None, "reference"),
    Index(None, "dealer", "account", "due_on"),
    Index(None, "dealer", "account", "posted_at"),
)


# Cache of ledger_entry.
account_balance = Table(
    "account_balance",
    metadata,
    Column("dealer", Code, ForeignKey("dealer.code"), primary_key=True),
    Column("account", String(24), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("amount", Minor, nullable=False),
)
