"""Returns: sets that customers bring back and shops send back, and the reasons for it.

Revision: 0014
Follows: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "'open', 'credited', 'replaced', 'rejected', 'undone'"


def upgrade() -> None:
    op.create_table(
        "return_reason",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("used_for", sa.String(length=8), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 9", name=op.f("ck_return_reason_number")),
        sa.CheckConstraint("used_for IN ('customer', 'shop', 'both')", name=op.f("ck_return_reason_used_for")),
        sa.PrimaryKeyConstraint("number", "language", name=op.f("pk_return_reason")),
    )
    op.create_table(
        "return_case",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(length=64), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_return_case_state")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_return_case_reference")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_return_case_dealer")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_return_case")),
    )
    op.create_index(op.f("ix_return_case_dealer"), "return_case", ["dealer"], unique=False)
    op.create_index(
        "ix_return_case_open",
        "return_case",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "return_line",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("imei", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=16), nullable=True),
        sa.Column("credit", sa.BigInteger(), nullable=True),
        sa.Column("replaced_by", sa.String(length=16), nullable=True),
        sa.Column("depot", sa.String(length=32), nullable=True),
        sa.Column("arrived_at", sa.BigInteger(), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.ForeignKeyConstraint(["reference"], ["return_case.reference"], name=op.f("fk_return_line_reference")),
        sa.ForeignKeyConstraint(["imei"], ["unit.imei"], name=op.f("fk_return_line_imei")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_return_line_model")),
        sa.ForeignKeyConstraint(["sale"], ["booking.reference"], name=op.f("fk_return_line_sale")),
        sa.ForeignKeyConstraint(["replaced_by"], ["unit.imei"], name=op.f("fk_return_line_replaced_by")),
        sa.PrimaryKeyConstraint("reference", "imei", name=op.f("pk_return_line")),
    )
    op.create_index(op.f("ix_return_line_imei"), "return_line", ["imei"], unique=False)
    op.create_index(op.f("ix_return_line_replaced_by"), "return_line", ["replaced_by"], unique=False)
    op.create_index(
        "ix_unit_returned",
        "unit",
        ["holder"],
        unique=False,
        sqlite_where=sa.text("state = 'returned'"),
        postgresql_where=sa.text("state = 'returned'"),
    )
    op.add_column("sale_line", sa.Column("returned", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("sale_line", "returned")
    op.drop_index("ix_unit_returned", table_name="unit")
    op.drop_table("return_line")
    op.drop_table("return_case")
    op.drop_table("return_reason")
