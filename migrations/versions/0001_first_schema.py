"""The first schema: directory, trade, messages.

Revision: 0001
Follows: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateSequence, DropSequence

STATES = (
    "state IN ('draft', 'confirmed', 'approved', 'allocated', 'part_shipped', 'shipped', 'received', 'closed', "
    "'rejected', 'cancelled', 'expired')"
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEQUENCES = {
    "message_number": 1,
    **{f"reference_{letter}": 1001 for letter in "abcdefghijklmnopqrstuvwxyz"},
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, start in SEQUENCES.items():
            op.execute(CreateSequence(sa.Sequence(name, start=start, data_type=sa.BigInteger)))
    op.create_table(
        "consent",
        sa.Column("id", ID, nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("message", ID, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_phone_topic"), "consent", ["phone", "topic"], unique=False)
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "message_in",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("session", ID, nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("data_coding", sa.SmallInteger(), nullable=False),
        sa.Column("parts", sa.SmallInteger(), nullable=False),
        sa.Column("contact", ID, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reading", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("handled_at", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("redeliveries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("content_key", ID, nullable=False),
        sa.Column("repeat_key", ID, nullable=False),
        sa.Column("set_key", ID, nullable=True),
        sa.Column("deadline_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'failed', 'ignored')", name=op.f("ck_message_in_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_in")),
    )
    op.create_index("ix_message_in_repeat", "message_in", ["repeat_key", "received_at"], unique=False)
    op.create_index(
        "ix_message_in_set",
        "message_in",
        ["set_key"],
        unique=False,
        sqlite_where=sa.text("set_key IS NOT NULL"),
        postgresql_where=sa.text("set_key IS NOT NULL"),
    )
    op.create_index(
        "ix_message_in_waiting",
        "message_in",
        ["deadline_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "pending_question",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("message", ID, nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", ID, nullable=True),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_pending_question")),
    )
    op.create_index(
        "ix_pending_question_open",
        "pending_question",
        ["phone"],
        unique=False,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "product",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_product")),
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(length=32), nullable=True),
        sa.Column("manager", sa.String(length=32), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["region.code"], name=op.f("fk_region_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    op.create_table(
        "run",
        sa.Column("id", ID, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_table(
        "sales_day",
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("sold_on", sa.String(length=10), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("dealer", "sold_on", "model", name=op.f("pk_sales_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stock_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=True),
        sa.Column("message", ID, nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_entry")),
    )
    op.create_index(op.f("ix_stock_entry_reference"), "stock_entry", ["reference"], unique=False)
    op.create_table(
        "tier",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_tier")),
    )
    op.create_table(
        "version",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_version")),
    )
    op.create_table(
        "dealer",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("tier", sa.String(length=32), nullable=False),
        sa.Column("parent", sa.String(length=32), nullable=True),
        sa.Column("credit_limit", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("terms_days", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["dealer.code"], name=op.f("fk_dealer_parent")),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name=op.f("fk_dealer_region")),
        sa.ForeignKeyConstraint(["tier"], ["tier.code"], name=op.f("fk_dealer_tier")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_dealer")),
    )
    op.create_table(
        "link_session",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("run", ID, nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_link_session_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_session")),
    )
    op.create_table(
        "message_out",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("in_reply_to", ID, nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("parts", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("run", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("not_after", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("final_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('reply', 'question', 'reminder', 'broadcast')", name=op.f("ck_message_out_kind")),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'delivered', 'failed', 'expired', 'unknown', 'held', 'cancelled')",
            name=op.f("ck_message_out_state"),
        ),
        sa.ForeignKeyConstraint(["in_reply_to"], ["message_in.id"], name=op.f("fk_message_out_in_reply_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_out")),
    )
    op.create_index(
        "ix_message_out_due",
        "message_out",
        ["priority", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index("uq_message_out_in_reply_to", "message_out", ["in_reply_to"], unique=True)
    op.create_table(
        "message_part",
        sa.Column("message", ID, nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("data_coding", sa.SmallInteger(), nullable=False),
        sa.Column("session", ID, nullable=True),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("handled_at", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("content_key", ID, nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_message_part_number")),
        sa.ForeignKeyConstraint(["message"], ["message_in.id"], name=op.f("fk_message_part_message")),
        sa.PrimaryKeyConstraint("message", "number", name=op.f("pk_message_part")),
    )
    op.create_table(
        "price",
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("tier", sa.String(length=32), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("dealer_price", sa.BigInteger(), nullable=False),
        sa.Column("retail_price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_price_model")),
        sa.PrimaryKeyConstraint("model", "tier", "valid_from", name=op.f("pk_price")),
    )
    op.create_table(
        "product_alias",
        sa.Column("product", sa.String(length=32), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["product"], ["product.code"], name=op.f("fk_product_alias_product")),
        sa.PrimaryKeyConstraint("product", "alias", name=op.f("pk_product_alias")),
    )
    op.create_table(
        "product_tac",
        sa.Column("tac", sa.String(length=8), nullable=False),
        sa.Column("product", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["product"], ["product.code"], name=op.f("fk_product_tac_product")),
        sa.PrimaryKeyConstraint("tac", name=op.f("pk_product_tac")),
    )
    op.create_table(
        "account_balance",
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=24), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_account_balance_dealer")),
        sa.PrimaryKeyConstraint("dealer", "account", "currency", name=op.f("pk_account_balance")),
    )
    op.create_table(
        "booking",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("verb", sa.String(length=24), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("contact", ID, nullable=True),
        sa.Column("message", ID, nullable=True),
        sa.Column("booked_on", sa.String(length=10), nullable=False),
        sa.Column("booked_at", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_booking_dealer")),
        sa.ForeignKeyConstraint(["message"], ["message_in.id"], name=op.f("fk_booking_message")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_booking")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_booking_phone_booked_at"), "booking", ["phone", "booked_at"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=True),
        sa.Column("region", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'clerk', 'promoter', 'field', 'manager', 'hq')", name=op.f("ck_contact_role")
        ),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_contact_dealer")),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name=op.f("fk_contact_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_table(
        "delivery_receipt",
        sa.Column("id", ID, nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("smsc_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("error", sa.String(length=24), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("message", ID, nullable=True),
        sa.Column("number", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(["message"], ["message_out.id"], name=op.f("fk_delivery_receipt_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_receipt")),
    )
    op.create_index(op.f("ix_delivery_receipt_message"), "delivery_receipt", ["message"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("message", ID, nullable=True),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_ledger_entry_dealer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
    )
    op.create_index(op.f("ix_ledger_entry_dealer_account"), "ledger_entry", ["dealer", "account"], unique=False)
    op.create_index(op.f("ix_ledger_entry_reference"), "ledger_entry", ["reference"], unique=False)
    op.create_table(
        "message_out_part",
        sa.Column("message", ID, nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("smsc_id", sa.Text(), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message_out.id"], name=op.f("fk_message_out_part_message")),
        sa.PrimaryKeyConstraint("message", "number", name=op.f("pk_message_out_part")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_message_out_part_match_key"), "message_out_part", ["match_key"], unique=False)
    op.create_table(
        "sales_order",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("message", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_sales_order_state")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_sales_order_dealer")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_sales_order")),
    )
    op.create_index(op.f("ix_sales_order_dealer_created_at"), "sales_order", ["dealer", "created_at"], unique=False)
    op.create_table(
        "stock_level",
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_stock_level_dealer")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_stock_level_model")),
        sa.PrimaryKeyConstraint("dealer", "model", name=op.f("pk_stock_level")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit",
        sa.Column("imei", sa.String(length=16), nullable=False),
        sa.Column("imei2", sa.String(length=16), nullable=True),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=True),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.CheckConstraint("origin IN ('shipped', 'unknown')", name=op.f("ck_unit_origin")),
        sa.CheckConstraint(
            "state IN ('made', 'shipped', 'in_stock', 'sold', 'in_transfer', 'returned', 'scrapped')",
            name=op.f("ck_unit_state"),
        ),
        sa.ForeignKeyConstraint(["holder"], ["dealer.code"], name=op.f("fk_unit_holder")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_unit_model")),
        sa.PrimaryKeyConstraint("imei", name=op.f("pk_unit")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_unit_held",
        "unit",
        ["holder"],
        unique=False,
        sqlite_where=sa.text("state IN ('shipped', 'in_stock')"),
        postgresql_where=sa.text("state IN ('shipped', 'in_stock')"),
    )
    op.create_index(
        "uq_unit_imei2",
        "unit",
        ["imei2"],
        unique=True,
        sqlite_where=sa.text("imei2 IS NOT NULL"),
        postgresql_where=sa.text("imei2 IS NOT NULL"),
    )
    op.create_table(
        "nil_report",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("reported_on", sa.String(length=10), nullable=False),
        sa.Column("reversed_at", sa.BigInteger(), nullable=True),
        sa.Column("reversed_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_nil_report_dealer")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_nil_report_reference")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_nil_report")),
    )
    op.create_table(
        "order_event",
        sa.Column("order_reference", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("message", ID, nullable=True),
        sa.Column("contact", ID, nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_reference"], ["sales_order.reference"], name=op.f("fk_order_event_order_reference")
        ),
        sa.PrimaryKeyConstraint("order_reference", "seq", name=op.f("pk_order_event")),
    )
    op.create_table(
        "order_line",
        sa.Column("order_reference", sa.String(length=16), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("shipped", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity")),
        sa.CheckConstraint("shipped >= 0", name=op.f("ck_order_line_shipped")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_order_line_model")),
        sa.ForeignKeyConstraint(
            ["order_reference"], ["sales_order.reference"], name=op.f("fk_order_line_order_reference")
        ),
        sa.PrimaryKeyConstraint("order_reference", "line", name=op.f("pk_order_line")),
    )
    op.create_table(
        "parked_receipt",
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("receipt", ID, nullable=False),
        sa.ForeignKeyConstraint(["receipt"], ["delivery_receipt.id"], name=op.f("fk_parked_receipt_receipt")),
        sa.PrimaryKeyConstraint("match_key", "receipt", name=op.f("pk_parked_receipt")),
    )
    op.create_table(
        "phone",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("contact", ID, nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contact.id"], name=op.f("fk_phone_contact")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_phone")),
    )
    op.create_index(op.f("ix_phone_contact"), "phone", ["contact"], unique=False)
    op.create_table(
        "sale_line",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("sold_on", sa.String(length=10), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("imei", sa.String(length=16), nullable=True),
        sa.Column("reversed_at", sa.BigInteger(), nullable=True),
        sa.Column("reversed_by", ID, nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_sale_line_quantity")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_sale_line_model")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_sale_line_reference")),
        sa.PrimaryKeyConstraint("reference", "line", name=op.f("pk_sale_line")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "uq_sale_line_live_imei",
        "sale_line",
        ["imei"],
        unique=True,
        sqlite_where=sa.text("imei IS NOT NULL AND reversed_at IS NULL"),
        postgresql_where=sa.text("imei IS NOT NULL AND reversed_at IS NULL"),
    )
    op.create_table(
        "stock_count_line",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("reversed_at", sa.BigInteger(), nullable=True),
        sa.Column("reversed_by", ID, nullable=True),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_stock_count_line_counted")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_stock_count_line_dealer")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_stock_count_line_model")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_stock_count_line_reference")),
        sa.PrimaryKeyConstraint("reference", "line", name=op.f("pk_stock_count_line")),
    )
    op.create_table(
        "unit_event",
        sa.Column("imei", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=True),
        sa.Column("reference", sa.String(length=64), nullable=True),
        sa.Column("message", ID, nullable=True),
        sa.Column("reverses", sa.Integer(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_unit_event_seq")),
        sa.ForeignKeyConstraint(["imei"], ["unit.imei"], name=op.f("fk_unit_event_imei")),
        sa.PrimaryKeyConstraint("imei", "seq", name=op.f("pk_unit_event")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_unit_event_reference"), "unit_event", ["reference"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_unit_event_reference"), table_name="unit_event")
    op.drop_table("unit_event")
    op.drop_table("stock_count_line")
    op.drop_index(
        "uq_sale_line_live_imei",
        table_name="sale_line",
        sqlite_where=sa.text("imei IS NOT NULL AND reversed_at IS NULL"),
        postgresql_where=sa.text("imei IS NOT NULL AND reversed_at IS NULL"),
    )
    op.drop_table("sale_line")
    op.drop_index(op.f("ix_phone_contact"), table_name="phone")
    op.drop_table("phone")
    op.drop_table("parked_receipt")
    op.drop_table("order_line")
    op.drop_table("order_event")
    op.drop_table("nil_report")
    op.drop_index(
        "uq_unit_imei2",
        table_name="unit",
        sqlite_where=sa.text("imei2 IS NOT NULL"),
        postgresql_where=sa.text("imei2 IS NOT NULL"),
    )
    op.drop_index(
        "ix_unit_held",
        table_name="unit",
        sqlite_where=sa.text("state IN ('shipped', 'in_stock')"),
        postgresql_where=sa.text("state IN ('shipped', 'in_stock')"),
    )
    op.drop_table("unit")
    op.drop_table("stock_level")
    op.drop_index(op.f("ix_sales_order_dealer_created_at"), table_name="sales_order")
    op.drop_table("sales_order")
    op.drop_index(op.f("ix_message_out_part_match_key"), table_name="message_out_part")
    op.drop_table("message_out_part")
    op.drop_index(op.f("ix_ledger_entry_reference"), table_name="ledger_entry")
    op.drop_index(op.f("ix_ledger_entry_dealer_account"), table_name="ledger_entry")
    op.drop_table("ledger_entry")
    op.drop_index(op.f("ix_delivery_receipt_message"), table_name="delivery_receipt")
    op.drop_table("delivery_receipt")
    op.drop_table("contact")
    op.drop_index(op.f("ix_booking_phone_booked_at"), table_name="booking")
    op.drop_table("booking")
    op.drop_table("account_balance")
    op.drop_table("product_tac")
    op.drop_table("product_alias")
    op.drop_table("price")
    op.drop_table("message_part")
    op.drop_index("uq_message_out_in_reply_to", table_name="message_out")
    op.drop_index(
        "ix_message_out_due",
        table_name="message_out",
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.drop_table("message_out")
    op.drop_table("link_session")
    op.drop_table("dealer")
    op.drop_table("version")
    op.drop_table("tier")
    op.drop_index(op.f("ix_stock_entry_reference"), table_name="stock_entry")
    op.drop_table("stock_entry")
    op.drop_table("sales_day")
    op.drop_table("run")
    op.drop_table("region")
    op.drop_table("product")
    op.drop_index(
        "ix_pending_question_open",
        table_name="pending_question",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.drop_table("pending_question")
    op.drop_index(
        "ix_message_in_waiting",
        table_name="message_in",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(
        "ix_message_in_set",
        table_name="message_in",
        sqlite_where=sa.text("set_key IS NOT NULL"),
        postgresql_where=sa.text("set_key IS NOT NULL"),
    )
    op.drop_index("ix_message_in_repeat", table_name="message_in")
    op.drop_table("message_in")
    op.drop_table("counter")
    op.drop_index(op.f("ix_consent_phone_topic"), table_name="consent")
    op.drop_table("consent")
    if op.get_bind().dialect.name == "postgresql":
        for name in SEQUENCES:
            op.execute(DropSequence(sa.Sequence(name)))
