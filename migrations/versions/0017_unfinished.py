"""What a phone said last that its next text may make whole or go on with.

Revision: 0017
Follows: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "unfinished",
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("message", ID, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_unfinished")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("unfinished")
