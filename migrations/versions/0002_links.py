"""How the links stand, and what people ask of them.

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "link_status",
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("run", ID, autoincrement=False, nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_link_status_run")),
        sa.PrimaryKeyConstraint("link", "run", name=op.f("pk_link_status")),
    )
    op.create_table(
        "link_order",
        sa.Column("id", ID, nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.CheckConstraint("what IN ('pause', 'resume', 'rebind', 'capture')", name=op.f("ck_link_order_what")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_order")),
    )


def downgrade() -> None:
    op.drop_table("link_order")
    op.drop_table("link_status")
