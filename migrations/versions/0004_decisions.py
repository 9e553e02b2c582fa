"""Why an order was rejected.

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


def downgrade() -> None:
    op.drop_column("order_event", "why")
