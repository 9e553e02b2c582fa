"""Tables of who must report what by when, whether they did, and who was reminded of it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, SmallInteger, String, Table, Text, text

from smsgw.store.columns import Code, Day, Id, Instant, Phone, Reference, metadata, one_of

EXPECTATION_STATES = ("due", "on_time", "late", "missing", "excused")


# One row for each report that is owed: the fixed denominator of a rate. A period is named by its first day.
expectation = Table(
    "expectation",
    metadata,
    Column("rule", String(40), primary_key=True),
    Column("period", Day, primary_key=True),
    Column("dealer", Code, ForeignKey("dealer.code"), primary_key=True),
    Column("region", Code, nullable=False),  # the dealer's on that day
    Column("due_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),  # after the days of grace
    Column("state", String(8), nullable=False),
    Column("reported_at", Instant),
    Column("reference", Reference),
    one_of("state", EXPECTATION_STATES, "state"),
    Index(
        "ix_expectation_open",
        "closes_at",
        sqlite_where=text("state = 'due'"),
        postgresql_where=text("state = 'due'"),
    ),
    Index(None, "dealer", "period"),
    Index(None, "due_at"),
)


# Days on which nobody of a dealer or region must report; `whom` is a code, or '' for everybody.
excused_day = Table(
    "excused_day",
    metadata,
    Column("whom", Code, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("why", Text, nullable=False),
)


# A reminder of an expectation: at most one for each level and phone. `message` is its text in the outbox; none yet
# where a person asked for it (level 0) and it is still to be sent.
reminder = Table(
    "reminder",
    metadata,
    Column("rule", String(40), primary_key=True),
    Column("period", Day, primary_key=True),
    Column("dealer", Code, primary_key=True),
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("phone", Phone, primary_key=True),
    Column("message", Id, ForeignKey("message_out.id")),
    Column("sent_at", Instant),
    Index("ix_reminder_open", "phone", sqlite_where=text("sent_at IS NULL"), postgresql_where=text("sent_at IS NULL")),
)


# How far work has come that goes on forever, such as looking through new bookings.
progress = Table(
    "progress",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", Instant, nullable=False),
)
