"""Price protection: planned cuts, claims and their sets.

Revision: 0027
Follows: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "'open', 'approved', 'rejected', 'undone'"


def upgrade() -> None:
    op.create_table(
        "price_plan",
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("used_for", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("dealer_price", sa.BigInteger(), nullable=False),
        sa.Column("retail_price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("planned_by", sa.String(length=64), nullable=False),
        sa.Column("announced_at", sa.BigInteger(), nullable=True),
        sa.Column("announced_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_price_plan_model")),
        sa.PrimaryKeyConstraint("model", "used_for", "code", "valid_from", name=op.f("pk_price_plan")),
    )
    op.create_table(
        "protection_claim",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("cut_on", sa.String(length=10), nullable=False),
        sa.Column("old_price", sa.BigInteger(), nullable=False),
        sa.Column("new_price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=False),
        sa.Column("filed_by", sa.String(length=64), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(length=64), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_protection_claim_state")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_protection_claim_reference")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_protection_claim_dealer")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_protection_claim_model")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_protection_claim")),
    )
    op.create_index(op.f("ix_protection_claim_dealer"), "protection_claim", ["dealer"], unique=False)
    op.create_index(
        "ix_protection_claim_open",
        "protection_claim",
        ["filed_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "protection_line",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("imei", sa.String(length=16), nullable=False),
        sa.Column("cut_on", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["reference"], ["protection_claim.reference"], name=op.f("fk_protection_line_reference")
        ),
        sa.ForeignKeyConstraint(["imei"], ["unit.imei"], name=op.f("fk_protection_line_imei")),
        sa.PrimaryKeyConstraint("reference", "imei", name=op.f("pk_protection_line")),
    )
    op.create_index(
        "uq_protection_line_live",
        "protection_line",
        ["imei", "cut_on"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_index(op.f("ix_transfer_giver_asked_at"), "transfer", ["giver", "asked_at"], unique=False)
    op.create_index(
        "ix_sale_line_sets",
        "sale_line",
        ["sold_on", "dealer"],
        unique=False,
        sqlite_where=sa.text("imei IS NOT NULL"),
        postgresql_where=sa.text("imei IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_sale_line_sets", table_name="sale_line")
    op.drop_index(op.f("ix_transfer_giver_asked_at"), table_name="transfer")
    op.drop_table("protection_line")
    op.drop_table("protection_claim")
    op.drop_table("price_plan")
