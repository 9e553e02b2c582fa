"""Tables of stock: movements of a shop's book, their sums, and the lines of stock-takes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from smsgw.store.columns import Code, Id, Instant, Reference, metadata

stock_count_line = Table(
    "stock_count_line",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("model", Code, ForeignKey("product.code"), nullable=False),
    Column("counted", Integer, nullable=False),
    Column("book", Integer, nullable=False),
    Column("reversed_at", Instant),
    Column("reversed_by", Id),
    Column("journal", Id),
    CheckConstraint("counted >= 0", name="counted"),
)


stock_entry = Table(
    "stock_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dealer", Code, nullable=False),
    Column("model", Code, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reference", String(64)),
    Column("message", Id),
    Column("happened_at", Instant, nullable=False),
    Column("journal", Id),
    Index(None, "reference"),
)


# Cache of stock_entry.
stock_level = Table(
    "stock_level",
    metadata,
    Column("dealer", Code, ForeignKey("dealer.code"), primary_key=True),
    Column("model", Code, ForeignKey("product.code"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    sqlite_with_rowid=False,
)
