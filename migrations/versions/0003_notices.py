"""What headquarters says: audiences, broadcasts, surveys; who must report and was reminded; programs over HTTP.

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_request",
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token", "key", name=op.f("pk_api_request")),
    )
    op.create_table(
        "api_token",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_table(
        "audience",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_audience")),
    )
    op.create_table(
        "audience_number",
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("list", "number", name=op.f("pk_audience_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)
    op.create_table(
        "broadcast",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=True),
        sa.Column("answers_until", sa.BigInteger(), nullable=True),
        sa.Column("message_class", sa.SmallInteger(), nullable=True),
        sa.Column("link", sa.String(length=64), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("pace", sa.Integer(), nullable=True),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("valid_minutes", sa.Integer(), nullable=True),
        sa.Column("cron", sa.Text(), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("series", sa.String(length=16), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("scheduled_at", sa.BigInteger(), nullable=True),
        sa.Column("not_after", sa.BigInteger(), nullable=True),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("snapshot_at", sa.String(length=32), nullable=True),
        sa.Column("frozen_at", sa.BigInteger(), nullable=True),
        sa.Column("paced_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Text(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'scheduled', 'running', 'paused', 'cancelled', 'done')",
            name=op.f("ck_broadcast_state"),
        ),
        sa.ForeignKeyConstraint(["series"], ["broadcast.reference"], name=op.f("fk_broadcast_series")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_broadcast")),
    )
    op.create_index(
        "ix_broadcast_alive",
        "broadcast",
        ["state"],
        unique=False,
        sqlite_where=sa.text("state IN ('scheduled', 'running', 'paused')"),
        postgresql_where=sa.text("state IN ('scheduled', 'running', 'paused')"),
    )
    op.create_table(
        "excused_day",
        sa.Column("whom", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("whom", "day", name=op.f("pk_excused_day")),
    )
    op.create_table(
        "broadcast_recipient",
        sa.Column("broadcast", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("contact", ID, nullable=True),
        sa.Column("dealer", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["broadcast"], ["broadcast.reference"], name=op.f("fk_broadcast_recipient_broadcast")),
        sa.PrimaryKeyConstraint("broadcast", "zone", "position", name=op.f("pk_broadcast_recipient")),
        sqlite_with_rowid=False,
    )
    op.create_index("uq_broadcast_recipient_phone", "broadcast_recipient", ["phone", "broadcast"], unique=True)
    op.create_table(
        "broadcast_skipped",
        sa.Column("broadcast", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast"], ["broadcast.reference"], name=op.f("fk_broadcast_skipped_broadcast")),
        sa.PrimaryKeyConstraint("broadcast", "subject", name=op.f("pk_broadcast_skipped")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "broadcast_zone",
        sa.Column("broadcast", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast"], ["broadcast.reference"], name=op.f("fk_broadcast_zone_broadcast")),
        sa.PrimaryKeyConstraint("broadcast", "zone", name=op.f("pk_broadcast_zone")),
    )
    op.create_table(
        "survey_answer",
        sa.Column("id", ID, nullable=False),
        sa.Column("broadcast", sa.String(length=16), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("option", sa.SmallInteger(), nullable=False),
        sa.Column("message", ID, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast"], ["broadcast.reference"], name=op.f("fk_survey_answer_broadcast")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
    )
    op.create_index(op.f("ix_survey_answer_broadcast_phone"), "survey_answer", ["broadcast", "phone"], unique=False)
    op.create_table(
        "callback",
        sa.Column("message", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("mask", sa.SmallInteger(), nullable=False),
        sa.Column("told", sa.String(length=12), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["message"], ["message_out.id"], name=op.f("fk_callback_message")),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_callback")),
    )
    op.create_index(
        "ix_callback_due",
        "callback",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "expectation",
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "state IN ('due', 'on_time', 'late', 'missing', 'excused')", name=op.f("ck_expectation_state")
        ),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_expectation_dealer")),
        sa.PrimaryKeyConstraint("rule", "period", "dealer", name=op.f("pk_expectation")),
    )
    op.create_index(op.f("ix_expectation_dealer_period"), "expectation", ["dealer", "period"], unique=False)
    op.create_index(op.f("ix_expectation_due_at"), "expectation", ["due_at"], unique=False)
    op.create_index(
        "ix_expectation_open",
        "expectation",
        ["closes_at"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_table(
        "notice",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("message", ID, nullable=True),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["message"], ["message_out.id"], name=op.f("fk_notice_message")),
        sa.PrimaryKeyConstraint("kind", "subject", "phone", name=op.f("pk_notice")),
    )
    op.create_index(
        "ix_notice_open",
        "notice",
        ["phone"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "progress",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_progress")),
    )
    op.create_index(op.f("ix_booking_booked_at"), "booking", ["booked_at"], unique=False)
    op.create_index(op.f("ix_contact_dealer"), "contact", ["dealer"], unique=False)
    op.create_index(
        "ix_booking_undone",
        "booking",
        ["undone_at"],
        unique=False,
        sqlite_where=sa.text("undone_at IS NOT NULL"),
        postgresql_where=sa.text("undone_at IS NOT NULL"),
    )
    op.create_table(
        "reminder",
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("message", ID, nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["message"], ["message_out.id"], name=op.f("fk_reminder_message")),
        sa.PrimaryKeyConstraint("rule", "period", "dealer", "level", "phone", name=op.f("pk_reminder")),
    )
    op.create_index(
        "ix_reminder_open",
        "reminder",
        ["phone"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.add_column("consent", sa.Column("author", sa.Text(), nullable=True))
    op.add_column("consent", sa.Column("wording", sa.Text(), nullable=True))
    op.add_column("message_out", sa.Column("broadcast", sa.String(length=16), nullable=True))
    op.add_column("message_out", sa.Column("calendar", sa.Text(), nullable=True))
    op.add_column("message_out", sa.Column("message_class", sa.SmallInteger(), nullable=True))
    op.add_column("message_out", sa.Column("queried_at", sa.BigInteger(), nullable=True))
    op.add_column("message_out", sa.Column("author", sa.Text(), nullable=True))
    op.add_column("message_out", sa.Column("topic", sa.String(length=32), nullable=True))
    op.create_index(
        "ix_message_out_untold",
        "message_out",
        ["link", "queried_at", "sent_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('sent', 'unknown')"),
        postgresql_where=sa.text("state IN ('sent', 'unknown')"),
    )
    op.create_index(
        "ix_message_out_reminded",
        "message_out",
        ["recipient"],
        unique=False,
        sqlite_where=sa.text("kind = 'reminder'"),
        postgresql_where=sa.text("kind = 'reminder'"),
    )
    op.create_index(
        "ix_message_out_unknown",
        "message_out",
        ["recipient"],
        unique=False,
        sqlite_where=sa.text("state = 'unknown'"),
        postgresql_where=sa.text("state = 'unknown'"),
    )
    op.add_column("parked_receipt", sa.Column("phone", sa.String(length=32), nullable=True))
    op.add_column("parked_receipt", sa.Column("firm", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_parked_receipt_phone"), "parked_receipt", ["phone"], unique=False)
    op.create_index(op.f("ix_parked_receipt_receipt"), "parked_receipt", ["receipt"], unique=False)
    op.create_index(
        "uq_message_out_broadcast_recipient",
        "message_out",
        ["broadcast", "recipient"],
        unique=True,
        sqlite_where=sa.text("broadcast IS NOT NULL"),
        postgresql_where=sa.text("broadcast IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_contact_dealer"), table_name="contact")
    op.drop_index(op.f("ix_parked_receipt_receipt"), table_name="parked_receipt")
    op.drop_index(op.f("ix_parked_receipt_phone"), table_name="parked_receipt")
    op.drop_column("parked_receipt", "firm")
    op.drop_column("parked_receipt", "phone")
    op.drop_index(
        "ix_message_out_unknown",
        table_name="message_out",
        sqlite_where=sa.text("state = 'unknown'"),
        postgresql_where=sa.text("state = 'unknown'"),
    )
    op.drop_index(
        "uq_message_out_broadcast_recipient",
        table_name="message_out",
        sqlite_where=sa.text("broadcast IS NOT NULL"),
        postgresql_where=sa.text("broadcast IS NOT NULL"),
    )
    op.drop_index(
        "ix_message_out_reminded",
        table_name="message_out",
        sqlite_where=sa.text("kind = 'reminder'"),
        postgresql_where=sa.text("kind = 'reminder'"),
    )
    op.drop_index(
        "ix_message_out_untold",
        table_name="message_out",
        sqlite_where=sa.text("state IN ('sent', 'unknown')"),
        postgresql_where=sa.text("state IN ('sent', 'unknown')"),
    )
    op.drop_column("message_out", "topic")
    op.drop_column("message_out", "author")
    op.drop_column("message_out", "queried_at")
    op.drop_column("message_out", "message_class")
    op.drop_column("message_out", "calendar")
    op.drop_column("message_out", "broadcast")
    op.drop_column("consent", "wording")
    op.drop_column("consent", "author")
    op.drop_index(
        "ix_booking_undone",
        table_name="booking",
        sqlite_where=sa.text("undone_at IS NOT NULL"),
        postgresql_where=sa.text("undone_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_booking_booked_at"), table_name="booking")
    op.drop_table("progress")
    op.drop_index(
        "ix_reminder_open",
        table_name="reminder",
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.drop_table("reminder")
    op.drop_index(
        "ix_notice_open",
        table_name="notice",
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.drop_table("notice")
    op.drop_index(
        "ix_expectation_open",
        table_name="expectation",
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.drop_index(op.f("ix_expectation_due_at"), table_name="expectation")
    op.drop_index(op.f("ix_expectation_dealer_period"), table_name="expectation")
    op.drop_table("expectation")
    op.drop_index(
        "ix_callback_due",
        table_name="callback",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_table("callback")
    op.drop_index(op.f("ix_survey_answer_broadcast_phone"), table_name="survey_answer")
    op.drop_table("survey_answer")
    op.drop_table("broadcast_zone")
    op.drop_table("broadcast_skipped")
    op.drop_index("uq_broadcast_recipient_phone", table_name="broadcast_recipient")
    op.drop_table("broadcast_recipient")
    op.drop_table("excused_day")
    op.drop_index(
        "ix_broadcast_alive",
        table_name="broadcast",
        sqlite_where=sa.text("state IN ('scheduled', 'running', 'paused')"),
        postgresql_where=sa.text("state IN ('scheduled', 'running', 'paused')"),
    )
    op.drop_table("broadcast")
    op.drop_index(op.f("ix_audit_subject"), table_name="audit")
    op.drop_table("audit")
    op.drop_table("audience_number")
    op.drop_table("audience")
    op.drop_table("api_token")
    op.drop_table("api_request")
