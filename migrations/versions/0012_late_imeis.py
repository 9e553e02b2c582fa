"""A sale by number knows how many of its IMEIs came later, a sale whose IMEIs they are, and to whom it was sold.

Revision: 0012
Follows: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sale_line", sa.Column("filled", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("sale_line", sa.Column("fills", sa.String(length=16), nullable=True))
    op.add_column("sale_line", sa.Column("customer", sa.String(length=32), nullable=True))
    without_imeis = sa.text("imei IS NULL AND reversed_at IS NULL")
    op.create_index(
        "ix_sale_line_wanted",
        "sale_line",
        ["dealer", "sold_on"],
        unique=False,
        sqlite_where=without_imeis,
        postgresql_where=without_imeis,
    )
    filling = sa.text("fills IS NOT NULL")
    op.create_index(
        "ix_sale_line_fills", "sale_line", ["fills"], unique=False, sqlite_where=filling, postgresql_where=filling
    )


def downgrade() -> None:
    op.drop_index("ix_sale_line_fills", "sale_line")
    op.drop_index("ix_sale_line_wanted", "sale_line")
    for column in ("customer", "fills", "filled"):
        op.drop_column("sale_line", column)
