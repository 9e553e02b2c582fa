"""The table of allocations: what became of sets in depots that are promised to orders."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, Text

from smsgw.business.depots.rules import KINDS
from smsgw.store.columns import Code, Id, Instant, Reference, metadata, one_of

# Append-only: sets are promised to an order (above zero), and released or shipped (below). What is promised is their
# sum; the cache of it by depot and model is depot_stock.allocated.
allocation = Table(
    "allocation",
    metadata,
    Column("reference", Reference, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("depot", Code, ForeignKey("depot.code"), nullable=False),
    Column("model", Code, ForeignKey("product.code"), nullable=False),
    Column("sets", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("message", Id),
    Column("author", Text),  # whoever did it where no text did
    Column("journal", Id),
    one_of("kind", KINDS, "kind"),
    CheckConstraint("(sets > 0) = (kind = 'allocated') AND sets <> 0", name="sets"),
)
