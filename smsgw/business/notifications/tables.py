"""The table of what is to be told unasked, once."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, text

from smsgw.store.columns import Id, Instant, Phone, metadata

# What was told to whom unasked, so that it is told once: a shipment, a price, a digest of a day. Noted with what it is
# about, in one transaction, and told later, when it may be sent; told without a `message` is what could not be.
notice = Table(
    "notice",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("phone", Phone, primary_key=True),
    Column("message", Id, ForeignKey("message_out.id")),
    Column("noted_at", Instant, nullable=False),
    Column("told_at", Instant),
    Index("ix_notice_open", "phone", sqlite_where=text("told_at IS NULL"), postgresql_where=text("told_at IS NULL")),
)
