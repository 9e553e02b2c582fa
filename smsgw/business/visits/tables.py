"""The table of visits."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from smsgw.store.columns import Code, Day, Id, Instant, Phone, Reference, metadata

visit = Table(
    "visit",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("phone", Phone, nullable=False),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("visited_on", Day, nullable=False),
    Column("visited_at", Instant, nullable=False),
    Column("reversed_at", Instant),
    Column("journal", Id),
    Index(None, "dealer", "visited_on"),
    Index(None, "visited_on"),
)
