"""The table of STOPs and STARTs."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    String,
    Table,
    Text,
)

from smsgw.store.columns import Id, Instant, Phone, metadata

# Append-only: the latest row of a phone and topic holds. Topic '' is all notices.
consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("phone", Phone, nullable=False),
    Column("topic", String(32), nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("message", Id),
    Column("decided_at", Instant, nullable=False),
    Column("author", Text),  # who decided it for the phone; none: the phone itself, by `message`
    Column("wording", Text),  # what was said or agreed to
    Index(None, "phone", "topic"),
)
