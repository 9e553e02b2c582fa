"""A token may be for the shops of one region.

Revision: 0028
Follows: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_token", sa.Column("region", sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column("api_token", "region")
