"""Orders in parts: how much of each line is approved and has arrived, and what left at once by which carrier.

Revision: 0015
Follows: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

DECIDED = "'approved', 'allocated', 'part_shipped', 'shipped', 'received', 'closed'"


def upgrade() -> None:
    for name in ("approved", "received"):
        op.add_column("order_line", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute(
        "UPDATE order_line SET approved = quantity WHERE order_reference IN "
        f"(SELECT reference FROM sales_order WHERE state IN ({DECIDED}))"
    )
    op.add_column("order_event", sa.Column("author", sa.Text(), nullable=True))
    op.create_table(
        "shipment",
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("shipment", sa.String(length=40), nullable=False),
        sa.Column("order_reference", sa.String(length=16), server_default=sa.text("''"), nullable=False),
        sa.Column("sets", sa.Integer(), nullable=False),
        sa.Column("shipped_on", sa.String(length=10), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=True),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.CheckConstraint("sets > 0", name=op.f("ck_shipment_sets")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_shipment_dealer")),
        sa.PrimaryKeyConstraint("dealer", "shipment", "order_reference", name=op.f("pk_shipment")),
    )
    op.create_index(op.f("ix_shipment_order_reference"), "shipment", ["order_reference"], unique=False)


def downgrade() -> None:
    op.drop_table("shipment")
    with op.batch_alter_table("order_event") as event:
        event.drop_column("author")
    with op.batch_alter_table("order_line") as line:
        line.drop_column("received")
        line.drop_column("approved")
