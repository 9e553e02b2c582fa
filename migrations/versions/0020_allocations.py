"""Sets in depots that are promised to orders.

Revision: 0020
Follows: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "allocation",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("depot", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("sets", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("message", ID, nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint("kind IN ('allocated', 'released', 'shipped')", name=op.f("ck_allocation_kind")),
        sa.CheckConstraint("(sets > 0) = (kind = 'allocated') AND sets <> 0", name=op.f("ck_allocation_sets")),
        sa.ForeignKeyConstraint(["depot"], ["depot.code"], name=op.f("fk_allocation_depot")),
        sa.ForeignKeyConstraint(["model"], ["product.code"], name=op.f("fk_allocation_model")),
        sa.PrimaryKeyConstraint("reference", "seq", name=op.f("pk_allocation")),
    )
    op.add_column("depot_stock", sa.Column("allocated", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    op.drop_column("depot_stock", "allocated")
    op.drop_table("allocation")
