"""Tables of what models cost, by tier and day."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from smsgw.store.columns import Code, Day, Minor, metadata

# A price is never changed once it was in force: a new one from a later day takes its place. Tier '' is everybody's.
price = Table(
    "price",
    metadata,
    Column("model", Code, ForeignKey("product.code"), primary_key=True),
    Column("tier", Code, primary_key=True),
    Column("valid_from", Day, primary_key=True),
    Column("dealer_price", Minor, nullable=False),
    Column("retail_price", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
)
