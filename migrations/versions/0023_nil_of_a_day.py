"""A report of nothing sold is found by its day, and keeps which sales it took back.

Revision: 0023
Follows: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("nil_report", sa.Column("undid", sa.Text(), nullable=True))
    op.create_index(op.f("ix_nil_report_dealer_reported_on"), "nil_report", ["dealer", "reported_on"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_nil_report_dealer_reported_on"), table_name="nil_report")
    op.drop_column("nil_report", "undid")
