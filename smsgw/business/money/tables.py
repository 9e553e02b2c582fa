"""Tables of money: the legs of double entry, their sums, and by whom a credit limit is raised until when."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, text

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


# How much above its limit a dealer may owe and order: until which day, by whose word and why. One of a dealer at a time
# is not ended; one whose day is over is in force no more.
credit_override = Table(
    "credit_override",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("until", Day, nullable=False),
    Column("why", Text, nullable=False),
    Column("granted_at", Instant, nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", Text),
    Column("ended_why", Text),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
    Index(
        "uq_credit_override_open",
        "dealer",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
