"""Why an order was rejected; those that wait for approval are found by an index.

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_event", sa.Column("why", sa.Text(), nullable=True))
    op.create_index(
        "ix_sales_order_waiting",
        "sales_order",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("state = 'confirmed'"),
        postgresql_where=sa.text("state = 'confirmed'"),
    )


def downgrade() -> None:
    op.drop_index("ix_sales_order_waiting", table_name="sales_order")
    op.drop_column("order_event", "why")
