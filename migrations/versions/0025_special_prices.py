"""Prices for one dealer or one region, and prices that end on a day.

Revision: 0025
Follows: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("price", sa.Column("valid_to", sa.String(10)))
    op.create_table(
        "special_price",
        sa.Column("model", sa.String(32), nullable=False),
        sa.Column("used_for", sa.String(8), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("valid_from", sa.String(10), nullable=False),
        sa.Column("dealer_price", sa.BigInteger(), nullable=False),
        sa.Column("retail_price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("valid_to", sa.String(10)),
        sa.CheckConstraint("used_for IN ('dealer', 'region')", name=op.f("ck_special_price_used_for")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_special_price_model")),
        sa.PrimaryKeyConstraint("model", "used_for", "code", "valid_from", name=op.f("pk_special_price")),
    )


def downgrade() -> None:
    op.drop_table("special_price")
    op.drop_column("price", "valid_to")
