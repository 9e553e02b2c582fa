"""Tables of stock-takes: lists that texts add to, what counts found of each set, what was decided, and rounds."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from smsgw.business.counts.rules import FINDINGS, LIST_STATES, STATES, UNDECIDED
from smsgw.store.columns import Code, Id, Imei, Instant, Phone, Reference, metadata, one_of

_OPEN = text("state = 'open'")
_UNDECIDED = text(f"state IN ({', '.join(repr(state) for state in UNDECIDED)})")

count_list = Table(
    "count_list",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("phone", Phone),
    Column("state", String(16), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("result", Reference),
    Column("journal", Id),
    one_of("state", LIST_STATES, "state"),
    # A shop is counted on one list at a time.
    Index("uq_count_list_open", "dealer", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_count_list_phone", "phone", sqlite_where=_OPEN, postgresql_where=_OPEN),
)


count_list_set = Table(
    "count_list_set",
    metadata,
    Column("reference", Reference, ForeignKey("count_list.reference"), primary_key=True),
    Column("imei", Imei, primary_key=True),
    Column("listed_at", Instant, nullable=False),
    Column("journal", Id),
    sqlite_with_rowid=False,
)


stock_count = Table(
    "stock_count",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("list", Reference, ForeignKey("count_list.reference")),
    Column("decided_at", Instant),
    Column("decided_by", String(64)),
    Column("why", Text),
    Column("journal", Id),
    one_of("state", STATES, "state"),
    Index("ix_stock_count_undecided", "dealer", sqlite_where=_UNDECIDED, postgresql_where=_UNDECIDED),
)


stock_count_set = Table(
    "stock_count_set",
    metadata,
    Column("reference", Reference, ForeignKey("stock_count.reference"), primary_key=True),
    Column("imei", Imei, primary_key=True),
    Column("model", Code, nullable=False),  # '' where it is of no model that we know
    Column("finding", String(16), nullable=False),
    Column("journal", Id),
    one_of("finding", FINDINGS, "finding"),
    sqlite_with_rowid=False,
)


# A round of counts: each shop of the frozen audience is to count between its beginning and its end.
count_round = Table(
    "count_round",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("audience", Text, nullable=False),
    Column("author", String(64), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Index("ix_count_round_ends_at", "ends_at"),
)


count_round_shop = Table(
    "count_round_shop",
    metadata,
    Column("round", Integer, ForeignKey("count_round.id"), primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), primary_key=True),
    sqlite_with_rowid=False,
)
