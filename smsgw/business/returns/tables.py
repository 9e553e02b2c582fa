"""Tables of returns: each with its sets, and the reasons of the deployment."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from smsgw.business.returns.rules.reasons import PURPOSES
from smsgw.business.returns.rules.states import STATES
from smsgw.store.columns import Code, Day, Id, Imei, Instant, Minor, Reference, metadata, one_of

# Why sets come back, by number and language; empty: those that every deployment begins with (`reasons.DEFAULTS`).
return_reason = Table(
    "return_reason",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("language", String(8), primary_key=True),
    Column("words", Text, nullable=False),  # the first as it is said, the others as people say it too, after a |
    Column("used_for", String(8), nullable=False),
    CheckConstraint("number BETWEEN 1 AND 9", name="number"),
    one_of("used_for", PURPOSES, "used_for"),
)


return_case = Table(
    "return_case",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), nullable=False),
    Column("reason", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_on", Day, nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", String(64)),  # as the trail calls who acts
    Column("why", Text),  # it was rejected
    Column("journal", Id),
    one_of("state", STATES, "state"),
    Index(None, "dealer"),
    Index(  # those that wait for a decision
        "ix_return_case_open",
        "due_on",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)


return_line = Table(
    "return_line",
    metadata,
    Column("reference", Reference, ForeignKey("return_case.reference"), primary_key=True),
    Column("imei", Imei, ForeignKey("unit.imei"), primary_key=True),
    Column("model", Code, ForeignKey("product.code"), nullable=False),
    Column("sale", Reference, ForeignKey("booking.reference")),  # that it takes back; none: the shop had it in stock
    Column("credit", Minor),  # what the shop was credited for it, in minor units of the dealer's currency
    Column("replaced_by", Imei, ForeignKey("unit.imei")),
    Column("depot", Code),  # where it arrived
    Column("arrived_at", Instant),
    Column("journal", Id),
    Index(None, "imei"),
    Index(None, "replaced_by"),
)
