"""Drafts of orders are found by their deadline: they lapse by the clock.

Revision: 0018
Follows: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_sales_order_drafts",
        "sales_order",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )


def downgrade() -> None:
    op.drop_index("ix_sales_order_drafts", table_name="sales_order")
