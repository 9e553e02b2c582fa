"""Tables of who and what there is: regions, dealers, people and their phones, models and their prices."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, true

from smsgw.retail.model import ROLES
from smsgw.store.schema.base import Code, Day, Id, Instant, Minor, Phone, metadata, one_of

region = Table(
    "region",
    metadata,
    Column("code", Code, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent", Code, ForeignKey("region.code")),
    Column("manager", Phone),
    Column("timezone", String(64)),
)

tier = Table("tier", metadata, Column("code", Code, primary_key=True))

dealer = Table(
    "dealer",
    metadata,
    Column("code", Code, primary_key=True),
    Column("name", Text, nullable=False),
    Column("region", Code, ForeignKey("region.code"), nullable=False),
    Column("tier", Code, ForeignKey("tier.code"), nullable=False),
    Column("parent", Code, ForeignKey("dealer.code")),
    Column("credit_limit", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("language", String(8), nullable=False),
    Column("terms_days", Integer, nullable=False),
    Column("timezone", String(64)),
    Column("active", Boolean, nullable=False, server_default=true()),
)

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("dealer", Code, ForeignKey("dealer.code"), index=True),
    Column("region", Code, ForeignKey("region.code")),
    Column("language", String(8), nullable=False),
    Column("active", Boolean, nullable=False, server_default=true()),
    one_of("role", ROLES, "role"),
)

phone = Table(
    "phone",
    metadata,
    Column("number", Phone, primary_key=True),
    Column("contact", Id, ForeignKey("contact.id"), nullable=False, index=True),
    Column("active", Boolean, nullable=False, server_default=true()),
)

product = Table(
    "product",
    metadata,
    Column("code", Code, primary_key=True),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=true()),
)

product_alias = Table(
    "product_alias",
    metadata,
    Column("product", Code, ForeignKey("product.code"), primary_key=True),
    Column("alias", Text, primary_key=True),
)

product_tac = Table(
    "product_tac",
    metadata,
    Column("tac", String(8), primary_key=True),
    Column("product", Code, ForeignKey("product.code"), nullable=False),
)

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

# The last number given out of each kind; on SQLite only (PostgreSQL has sequences).
counter = Table(
    "counter",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Instant, nullable=False),
)

# Raised with every change of what daemons keep in memory: catalogue, directory (dealers and regions), contacts, prices.
version = Table(
    "version",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Instant, nullable=False),
)
