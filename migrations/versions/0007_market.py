"""Market notes: what the field sees at the market.

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "market_note",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=True),
        sa.Column("region", sa.String(length=32), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("noted_on", sa.String(length=10), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("reversed_at", sa.BigInteger(), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint("(dealer IS NULL) <> (region IS NULL)", name=op.f("ck_market_note_place")),
        sa.CheckConstraint("price > 0", name=op.f("ck_market_note_price")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_market_note_dealer")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_market_note_reference")),
        sa.ForeignKeyConstraint(["region"], ["region.code"], name=op.f("fk_market_note_region")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_market_note")),
    )
    op.create_index(op.f("ix_market_note_noted_on"), "market_note", ["noted_on"], unique=False)


def downgrade() -> None:
    op.drop_table("market_note")
