"""The kernel's own tables: numbers handed out, versions of what is kept in memory, the trail of who did what."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from smsgw.store.columns import Id, Instant, metadata

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


# Append-only: who did what to whom. `digest` is made from the row and the digest before it, so that a row changed or
# taken out shows.
audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", String(32), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("detail", Text, nullable=False),  # JSON
    Column("digest", String(64), nullable=False),
)
