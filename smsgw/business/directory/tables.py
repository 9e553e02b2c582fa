"""Tables of who there is: regions, dealers, depots, people and their phones."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, true

from smsgw.business.core.principal import ROLES
from smsgw.store.columns import Code, Id, Minor, Phone, metadata, one_of

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


# Where headquarters keeps sets before they are shipped, and those that came back. No dealer has the code of a depot.
depot = Table(
    "depot",
    metadata,
    Column("code", Code, primary_key=True),
    Column("name", Text, nullable=False),
    Column("region", Code, ForeignKey("region.code"), nullable=False),
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
