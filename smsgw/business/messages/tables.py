"""Tables of what was texted: inbound texts and their parts, the outbox, receipts, the lives of daemons; and broadcasts,
the jobs that send a text to many, which whoever claims messages must know."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    false,
    text,
)

from smsgw.store.columns import Code, Id, Instant, Minor, Phone, Reference, metadata, one_of

IN_STATES = ("waiting", "done", "failed", "ignored")


OUT_STATES = ("queued", "sent", "delivered", "failed", "expired", "unknown", "held", "cancelled")


OUT_KINDS = ("reply", "question", "reminder", "broadcast")


# One row for each life of a daemon; a row without end whose heartbeat is old is a daemon that died.
run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("heartbeat_at", Instant, nullable=False),
    Column("ended_at", Instant),
)


# One row for each SMPP session that brought a text. Whatever arrived before `proved_at` was answered, and the SMSC
# has shown that it read the answer.
link_session = Table(
    "link_session",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("link", String(64), nullable=False),
    Column("run", Id, ForeignKey("run.id")),
    Column("started_at", Instant, nullable=False),
    Column("proved_at", Instant),
    Column("ended_at", Instant),
)


# `received_at` is the first arrival, `arrived_at` the latest one (a redelivery moves it, and `session`, along).
# `late`: its answer was written so late that the SMSC may have given up waiting for it.
message_in = Table(
    "message_in",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("link", String(64), nullable=False),
    Column("session", Id),
    Column("sender", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("data_coding", SmallInteger, nullable=False),
    Column("parts", SmallInteger, nullable=False),
    Column("contact", Id),
    Column("state", String(8), nullable=False),
    Column("reading", Text),
    Column("error", Text),
    Column("received_at", Instant, nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Column("handled_at", Instant, nullable=False),
    Column("late", Boolean, nullable=False, server_default=false()),
    Column("redeliveries", Integer, nullable=False, server_default=text("0")),
    Column("content_key", Id, nullable=False),
    Column("repeat_key", Id, nullable=False),
    Column("set_key", Id),
    Column("deadline_at", Instant),
    one_of("state", IN_STATES, "state", hot=True),
    Index("ix_message_in_repeat", "repeat_key", "received_at"),
    Index(
        "ix_message_in_set",
        "set_key",
        sqlite_where=text("set_key IS NOT NULL"),
        postgresql_where=text("set_key IS NOT NULL"),
    ),
    Index(
        "ix_message_in_waiting",
        "deadline_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)


# The parts of a long text, as they came; `message` is the row of the whole text, which waits for them.
message_part = Table(
    "message_part",
    metadata,
    Column("message", Id, ForeignKey("message_in.id"), primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("payload", LargeBinary, nullable=False),
    Column("data_coding", SmallInteger, nullable=False),
    Column("session", Id),
    Column("arrived_at", Instant, nullable=False),
    Column("handled_at", Instant, nullable=False),
    Column("late", Boolean, nullable=False, server_default=false()),
    Column("content_key", Id, nullable=False),
    CheckConstraint("number > 0", name="number"),
)


message_out = Table(
    "message_out",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("recipient", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("link", String(64)),
    Column("source", Text),  # the address it is sent from; none: the link's own
    Column("in_reply_to", Id, ForeignKey("message_in.id")),
    Column("state", String(12), nullable=False),
    Column("parts", SmallInteger, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("run", Id),  # the daemon that has claimed it
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant),
    Column("not_after", Instant),
    Column("sent_at", Instant),  # the SMSC took it; of an unknown one: its answer was given up
    Column("final_at", Instant),
    Column("error", Text),
    Column("broadcast", Reference),  # the job it belongs to
    Column("calendar", Text),  # when it may be sent; none: at any hour
    Column("message_class", SmallInteger),  # 3GPP 23.038; 0 is shown at once
    Column("queried_at", Instant),  # the SMSC was last asked for it
    Column("author", Text),  # the program or person who had it sent, where that was no text and no job
    Column("topic", String(32)),  # what it is about, where it is unasked and of no job
    one_of("state", OUT_STATES, "state", hot=True),
    one_of("kind", OUT_KINDS, "kind", hot=True),
    # One answer to a text at most.
    Index("uq_message_out_in_reply_to", "in_reply_to", unique=True),
    # Whether a phone was recently reminded of something.
    Index(
        "ix_message_out_reminded",
        "recipient",
        sqlite_where=text("kind = 'reminder'"),
        postgresql_where=text("kind = 'reminder'"),
    ),
    # What the SMSC took and has told nothing more of.
    Index(
        "ix_message_out_untold",
        "link",
        "queried_at",
        "sent_at",
        sqlite_where=text("state IN ('sent', 'unknown')"),
        postgresql_where=text("state IN ('sent', 'unknown')"),
    ),
    # One text of a job to a phone at most.
    Index(
        "uq_message_out_broadcast_recipient",
        "broadcast",
        "recipient",
        unique=True,
        sqlite_where=text("broadcast IS NOT NULL"),
        postgresql_where=text("broadcast IS NOT NULL"),
    ),
    # Whose outcome a receipt may still tell.
    Index(
        "ix_message_out_unknown",
        "recipient",
        sqlite_where=text("state = 'unknown'"),
        postgresql_where=text("state = 'unknown'"),
    ),
    Index(
        "ix_message_out_due",
        "priority",
        "id",
        sqlite_where=text("state = 'queued'"),
        postgresql_where=text("state = 'queued'"),
    ),
)


# A part that an SMSC took: the id it gave, as it was and in the form by which receipts are matched.
message_out_part = Table(
    "message_out_part",
    metadata,
    Column("message", Id, ForeignKey("message_out.id"), primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("link", String(64), nullable=False),
    Column("smsc_id", Text, nullable=False),
    Column("match_key", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Index(None, "match_key"),
    sqlite_with_rowid=False,
)


# Append-only. `message` is none while no submit is known that the receipt belongs to.
delivery_receipt = Table(
    "delivery_receipt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("link", String(64), nullable=False),
    Column("smsc_id", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("status", String(24), nullable=False),
    Column("error", String(24), nullable=False),
    Column("done_at", Instant),
    Column("received_at", Instant, nullable=False),
    Column("message", Id, ForeignKey("message_out.id"), index=True),
    Column("number", SmallInteger),
)


# The forms under which a receipt without a known submit may still be claimed, and the phone that it speaks of. A firm
# one counts even where the phone is another.
parked_receipt = Table(
    "parked_receipt",
    metadata,
    Column("match_key", Text, primary_key=True),
    Column("receipt", Id, ForeignKey("delivery_receipt.id"), primary_key=True, index=True),
    Column("phone", Phone, index=True),
    Column("firm", Boolean, nullable=False, server_default=false()),
)


# ---- what is sent to many

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
