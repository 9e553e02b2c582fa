"""Tables of broadcasts, their recipients, and the answers to surveys."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text, text

from smsgw.store.columns import Code, Id, Instant, Minor, Phone, Reference, metadata, one_of

BROADCAST_STATES = ("draft", "approved", "scheduled", "running", "paused", "cancelled", "done")


# One row for each job. A recurring one (`cron`) is never sent itself: each time brings a job of its own, whose `series`
# it is. The audience is frozen from `released_at` on and complete at `frozen_at`; until then `snapshot_at` is the last
# number that was looked at. Texts and options are JSON by language; `skipped` is JSON by reason. Nothing is submitted
# after `not_after`.
broadcast = Table(
    "broadcast",
    metadata,
    Column("reference", Reference, primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("topic", String(32), nullable=False),
    Column("audience", Text, nullable=False),
    Column("texts", Text, nullable=False),
    Column("options", Text),  # of a survey
    Column("answers_until", Instant),  # of a survey
    Column("message_class", SmallInteger),
    Column("link", String(64)),
    Column("source", Text),
    Column("pace", Integer),  # texts a minute at most; none: as the links allow
    Column(
        "window", Text, nullable=False
    ),  # when it may be sent, in each recipient's own zone; '': the deployment's own
    Column("valid_minutes", Integer),
    Column("cron", Text),
    Column("zone", String(64)),
    Column("series", Reference, ForeignKey("broadcast.reference")),
    Column("author", Text, nullable=False),
    Column("approver", Text),
    Column("created_at", Instant, nullable=False),
    Column("approved_at", Instant),
    Column("scheduled_at", Instant),
    Column("not_after", Instant),
    Column("released_at", Instant),
    Column("snapshot_at", Phone),
    Column("frozen_at", Instant),
    Column("paced_at", Instant),  # where there is a pace: when the next text may be queued
    Column("ended_at", Instant),
    Column("recipients", Integer, nullable=False),
    Column("skipped", Text, nullable=False),
    Column("parts", Integer, nullable=False),  # expected, of all texts together
    Column("cost", Minor, nullable=False),  # expected
    Column("currency", String(3), nullable=False),
    Column("why", Text),  # it was paused or cancelled, where a person or a fault says so
    one_of("state", BROADCAST_STATES, "state"),
    Index(
        "ix_broadcast_alive",
        "state",
        sqlite_where=text("state IN ('scheduled', 'running', 'paused')"),
        postgresql_where=text("state IN ('scheduled', 'running', 'paused')"),
    ),
)


# The frozen audience. Positions count from 1 in each zone; `broadcast_zone` says how far each zone has been queued.
broadcast_recipient = Table(
    "broadcast_recipient",
    metadata,
    Column("broadcast", Reference, ForeignKey("broadcast.reference"), primary_key=True),
    Column("zone", String(64), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("phone", Phone, nullable=False),
    Column("contact", Id),
    Column("dealer", Code),
    Column("language", String(8), nullable=False),
    Index("uq_broadcast_recipient_phone", "phone", "broadcast", unique=True),
    sqlite_with_rowid=False,
)


# `cursor` moves in the same transaction in which the texts up to it enter the outbox.
broadcast_zone = Table(
    "broadcast_zone",
    metadata,
    Column("broadcast", Reference, ForeignKey("broadcast.reference"), primary_key=True),
    Column("zone", String(64), primary_key=True),
    Column("total", Integer, nullable=False),
    Column("cursor", Integer, nullable=False),
)


# Who was left out, and why: at the snapshot, or when the text was to be queued. `subject` is a phone, or what stands
# for somebody who has none (a dealer's code).
broadcast_skipped = Table(
    "broadcast_skipped",
    metadata,
    Column("broadcast", Reference, ForeignKey("broadcast.reference"), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)


# Append-only; the latest answer of a phone holds.
survey_answer = Table(
    "survey_answer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("broadcast", Reference, ForeignKey("broadcast.reference"), nullable=False),
    Column("phone", Phone, nullable=False),
    Column("option", SmallInteger, nullable=False),
    Column("message", Id),
    Column("answered_at", Instant, nullable=False),
    Index(None, "broadcast", "phone"),
)
