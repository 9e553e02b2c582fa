"""Visits: who of the field was at which shop.

Revision: 0032
Follows: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("visited_on", sa.String(length=10), nullable=False),
        sa.Column("visited_at", sa.BigInteger(), nullable=False),
        sa.Column("reversed_at", sa.BigInteger(), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_visit_dealer")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_visit_reference")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_dealer_visited_on"), "visit", ["dealer", "visited_on"], unique=False)
    op.create_index(op.f("ix_visit_visited_on"), "visit", ["visited_on"], unique=False)


def downgrade() -> None:
    op.drop_table("visit")
