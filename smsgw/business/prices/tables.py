"""Tables of what models cost, by whom a list is for and day."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from smsgw.business.prices.rules import FOR_DEALER, FOR_REGION
from smsgw.store.columns import Code, Day, Minor, metadata, one_of

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
    Column("valid_to", Day),  # its last day; none: until another takes its place
)

# The same, of lists for one dealer or one region.
special_price = Table(
    "special_price",
    metadata,
    Column("model", Code, ForeignKey("product.code"), primary_key=True),
    Column("used_for", String(8), primary_key=True),
    Column("code", Code, primary_key=True),
    Column("valid_from", Day, primary_key=True),
    Column("dealer_price", Minor, nullable=False),
    Column("retail_price", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("valid_to", Day),
    one_of("used_for", (FOR_DEALER, FOR_REGION), "used_for"),
)
