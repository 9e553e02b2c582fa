"""Receipts: what arrived at a shop of what was sent to it; and when sets were activated.

Revision: 0016
Follows: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SETS = "received >= 0 AND short >= 0 AND surplus >= 0 AND units >= 0 AND ordered >= 0"


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("order_reference", sa.String(length=16), nullable=True),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("ticket", sa.String(length=16), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_receipt_reference")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_receipt_dealer")),
        sa.ForeignKeyConstraint(
            ["order_reference"], ["sales_order.reference"], name=op.f("fk_receipt_order_reference")
        ),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.reference"], name=op.f("fk_receipt_ticket")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_receipt")),
    )
    op.create_index(op.f("ix_receipt_order_reference"), "receipt", ["order_reference"], unique=False)
    op.create_table(
        "receipt_line",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("short", sa.Integer(), nullable=False),
        sa.Column("surplus", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint(SETS, name=op.f("ck_receipt_line_sets")),
        sa.ForeignKeyConstraint(["reference"], ["receipt.reference"], name=op.f("fk_receipt_line_reference")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_receipt_line_model")),
        sa.PrimaryKeyConstraint("reference", "model", name=op.f("pk_receipt_line")),
    )

    op.create_table(
        "activation",
        sa.Column("imei", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("activated_at", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=True),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('first', 'second')", name=op.f("ck_activation_kind")),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name=op.f("fk_activation_region")),
        sa.PrimaryKeyConstraint("imei", "kind", name=op.f("pk_activation")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("activation")
    op.drop_table("receipt_line")
    op.drop_index(op.f("ix_receipt_order_reference"), table_name="receipt")
    op.drop_table("receipt")
