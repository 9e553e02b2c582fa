"""The days of all shops are found without reading those of all time.

Revision: 0009
Follows: 0008
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_sales_day_sold_on"), "sales_day", ["sold_on"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sales_day_sold_on"), "sales_day")
