"""Tables of the conversation: references with what they did, and questions that wait for an answer."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from smsgw.business.conversation.rules.undo_requests import STATES
from smsgw.store.columns import Code, Day, Id, Instant, Phone, Reference, metadata, one_of

pending_question = Table(
    "pending_question",
    metadata,
    Column("reference", Reference, primary_key=True),
    Column("phone", Phone, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("options", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("message", Id),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("answer", Text),  # of an open question: whether another text of the phone came since
    Column("answered_at", Instant),
    Column("answered_by", Id),
    Index(
        "ix_pending_question_open",
        "phone",
        sqlite_where=text("answered_at IS NULL"),
        postgresql_where=text("answered_at IS NULL"),
    ),
)


# What a phone said last that its next text may make whole or go on with, as JSON; empty: nothing.
unfinished = Table(
    "unfinished",
    metadata,
    Column("phone", Phone, primary_key=True),
    Column("message", Id, nullable=False),
    Column("said", Text, nullable=False),
    Column("said_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)


# That a booking be taken back when the hours in which it could be are over, and what was decided of it.
undo_request = Table(
    "undo_request",
    metadata,
    Column("reference", Reference, ForeignKey("booking.reference"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # from 1: what was rejected may be asked again
    Column("state", String(12), nullable=False),
    Column("phone", Phone),
    Column("message", Id),
    Column("asked_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Text),
    Column("why", Text),
    Column("journal", Id),
    one_of("state", STATES, "state"),
    Index(
        "ix_undo_request_open",
        "asked_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)


# The header of everything that one reference did.
booking = Table(
    "booking",
    metadata,
    Column("reference", Reference, primary_key=True),
    Column("verb", String(24), nullable=False),
    Column("dealer", Code, ForeignKey("dealer.code")),
    Column("phone", Phone),
    Column("contact", Id),
    Column("message", Id, ForeignKey("message_in.id")),
    Column("booked_on", Day, nullable=False),
    Column("booked_at", Instant, nullable=False),
    Column("place", SmallInteger, nullable=False),  # among the bookings of its message, from 0
    Column("summary", Text, nullable=False),
    Column("undone_at", Instant),
    Column("undone_by", Id),  # the message that undid it; none where an operator did
    Column("journal", Id),
    # What phones booked, by the day (of UTC) first: of a key that begins with the phone every text would touch another
    # page of the whole history, and write it anew.
    Index("ix_booking_day_phone", text("(booked_at / 86400000)"), "phone"),
    Index(None, "booked_at"),
    Index(
        "ix_booking_undone",
        "undone_at",
        sqlite_where=text("undone_at IS NOT NULL"),
        postgresql_where=text("undone_at IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)
