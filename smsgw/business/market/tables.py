"""The table of market notes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text

from smsgw.store.columns import Code, Day, Id, Instant, Minor, Phone, Reference, metadata

# One row a note: seen at a dealer's, or somewhere in a region. `words` are the sender's, `brand` and `model` what notes
# are compared by.
market_note = Table(
    "market_note",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("phone", Phone, nullable=False),
    Column("dealer", Code, ForeignKey("dealer.code")),
    Column("region", Code, ForeignKey("region.code")),
    Column("words", Text, nullable=False),
    Column("brand", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("price", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("noted_on", Day, nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("reversed_at", Instant),
    Column("journal", Id),
    CheckConstraint("(dealer IS NULL) <> (region IS NULL)", name="place"),
    CheckConstraint("price > 0", name="price"),
    Index(None, "noted_on"),
)
