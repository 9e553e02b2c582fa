"""Tables of the models: their names, aliases and type allocation codes."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text, true

from smsgw.store.columns import Code, metadata

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
