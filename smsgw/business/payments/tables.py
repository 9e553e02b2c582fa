"""The table of what shops say they paid."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, text

from smsgw.business.payments.rules import STATES
from smsgw.store.columns import Code, Day, Id, Instant, Minor, Reference, metadata, one_of

payment_advice = Table(
    "payment_advice",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("amount", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("paid_on", Day, nullable=False),
    Column("slip", String(40)),
    Column("state", String(16), nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("payment", String(64)),  # that it was matched to, as the ledger names it
    Column("settled_at", Instant),
    Column("settled_by", Text),  # as the trail calls who acts
    Column("why", Text),  # it was rejected
    Column("journal", Id),
    one_of("state", STATES, "state"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("(payment IS NOT NULL) = (state = 'matched')", name="payment"),
    Index(None, "dealer", "amount"),
    Index(  # those that wait
        "ix_payment_advice_open",
        "told_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(  # a payment is matched once
        "uq_payment_advice_payment",
        "dealer",
        "payment",
        unique=True,
        sqlite_where=text("state = 'matched'"),
        postgresql_where=text("state = 'matched'"),
    ),
)
