"""Tables of transfers: who hands what to whom, and how it ended."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, text

from smsgw.business.transfers.rules import STATES
from smsgw.store.columns import Code, Id, Instant, Reference, metadata, one_of

transfer = Table(
    "transfer",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("giver", Code, ForeignKey("dealer.code"), nullable=False),
    Column("receiver", Code, ForeignKey("dealer.code"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", Id),  # the text that did it; none where time did
    Column("journal", Id),
    one_of("state", STATES, "state"),
    CheckConstraint("giver <> receiver", name="shops"),
    Index(None, "giver", "asked_at"),
    Index(  # those that wait for an answer
        "ix_transfer_open",
        "expires_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)


transfer_line = Table(
    "transfer_line",
    metadata,
    Column("reference", Reference, ForeignKey("transfer.reference"), primary_key=True),
    Column("model", Code, ForeignKey("product.code"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    Column("journal", Id),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("units = 0 OR units = quantity", name="units"),
)
