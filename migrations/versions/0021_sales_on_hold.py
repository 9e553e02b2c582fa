"""Sales on hold: sets of another shop that were told as sold.

Revision: 0021
Follows: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "'open', 'approved', 'rejected', 'lapsed', 'undone'"


def upgrade() -> None:
    op.create_table(
        "sale_hold",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("sold_on", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("customer", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(length=64), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_sale_hold_state")),
        sa.CheckConstraint("dealer <> holder", name=op.f("ck_sale_hold_shops")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_sale_hold_reference")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_sale_hold_dealer")),
        sa.ForeignKeyConstraint(["holder"], ["dealer.code"], name=op.f("fk_sale_hold_holder")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_sale_hold")),
    )
    op.create_index(
        "ix_sale_hold_open",
        "sale_hold",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "sale_hold_line",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("imei", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("fills", sa.String(length=16), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.ForeignKeyConstraint(["reference"], ["sale_hold.reference"], name=op.f("fk_sale_hold_line_reference")),
        sa.ForeignKeyConstraint(["imei"], ["unit.imei"], name=op.f("fk_sale_hold_line_imei")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_sale_hold_line_model")),
        sa.PrimaryKeyConstraint("reference", "imei", name=op.f("pk_sale_hold_line")),
    )
    op.create_index(op.f("ix_sale_hold_line_imei"), "sale_hold_line", ["imei"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sale_hold_line_imei"), table_name="sale_hold_line")
    op.drop_table("sale_hold_line")
    op.drop_index("ix_sale_hold_open", table_name="sale_hold")
    op.drop_table("sale_hold")
