"""Tables of price protection: planned cuts, and claims with their sets."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from smsgw.business.protection.rules.states import STATES
from smsgw.store.columns import Code, Day, Id, Imei, Instant, Minor, Reference, metadata, one_of

# A cut that somebody plans, of the list of a dealer, a region, a tier or everybody: nobody hears of it before it is
# announced, which puts the price on its list.
price_plan = Table(
    "price_plan",
    metadata,
    Column("model", Code, ForeignKey("product.code"), primary_key=True),
    Column("used_for", String(8), primary_key=True),
    Column("code", Code, primary_key=True),
    Column("valid_from", Day, primary_key=True),
    Column("dealer_price", Minor, nullable=False),
    Column("retail_price", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("planned_by", String(64), nullable=False),
    Column("announced_at", Instant),
    Column("announced_by", String(64)),
    # Sets that a shop has had for so many days at most count (0: any), by the rule when it was planned.
    Column("days", Integer, nullable=False, server_default=text("0")),
)


protection_claim = Table(
    "protection_claim",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("model", Code, ForeignKey("product.code"), nullable=False),
    Column("cut_on", Day, nullable=False),
    Column("old_price", Minor, nullable=False),
    Column("new_price", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(16), nullable=False),
    Column("filed_at", Instant, nullable=False),
    Column("filed_by", String(64), nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", String(64)),  # as the trail calls who acts
    Column("why", Text),  # it was rejected
    Column("journal", Id),
    one_of("state", STATES, "state"),
    Index(None, "dealer"),
    Index(  # those that wait for a decision
        "ix_protection_claim_open",
        "filed_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)


_LIVE = text("released_at IS NULL")

protection_line = Table(
    "protection_line",
    metadata,
    Column("reference", Reference, ForeignKey("protection_claim.reference"), primary_key=True),
    Column("imei", Imei, ForeignKey("unit.imei"), primary_key=True),
    Column("cut_on", Day, nullable=False),
    Column("amount", Minor, nullable=False),
    Column("released_at", Instant),  # the claim came to nothing, and the set may be claimed again
    Column("journal", Id),
    # A set is in one live claim for a cut at most.
    Index("uq_protection_line_live", "imei", "cut_on", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
)
