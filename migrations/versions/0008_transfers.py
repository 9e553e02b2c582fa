"""Transfers: sets that one shop hands to another.

Revision: 0008
Follows: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "'open', 'taken', 'refused', 'lapsed', 'undone'"


def upgrade() -> None:
    op.create_table(
        "transfer",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("giver", sa.String(length=32), nullable=False),
        sa.Column("receiver", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_transfer_state")),
        sa.CheckConstraint("giver <> receiver", name=op.f("ck_transfer_shops")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_transfer_reference")),
        sa.ForeignKeyConstraint(["giver"], ["dealer.code"], name=op.f("fk_transfer_giver")),
        sa.ForeignKeyConstraint(["receiver"], ["dealer.code"], name=op.f("fk_transfer_receiver")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_transfer")),
    )
    op.create_index(
        "ix_transfer_open",
        "transfer",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "transfer_line",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_transfer_line_quantity")),
        sa.CheckConstraint("units = 0 OR units = quantity", name=op.f("ck_transfer_line_units")),
        sa.ForeignKeyConstraint(["reference"], ["transfer.reference"], name=op.f("fk_transfer_line_reference")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_transfer_line_model")),
        sa.PrimaryKeyConstraint("reference", "model", name=op.f("pk_transfer_line")),
    )


def downgrade() -> None:
    op.drop_table("transfer_line")
    op.drop_table("transfer")
