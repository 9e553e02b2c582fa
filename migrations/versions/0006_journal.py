"""The journal of what was booked, which the rows of the trade carry; the audit trail is sealed by place.

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEQUENCES = ("journal_number", "journal_written")
CARRY = (
    "booking",
    "unit_event",
    "sale_line",
    "nil_report",
    "stock_count_line",
    "stock_entry",
    "order_event",
    "ledger_entry",
)


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        for name in SEQUENCES:
            op.execute(f"CREATE SEQUENCE {name}")
    op.create_table(
        "journal",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("entry", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=True),
        sa.Column("message", ID, nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    for table in CARRY:
        op.add_column(table, sa.Column("journal", ID, nullable=True))
    op.add_column("audit", sa.Column("place", ID, nullable=True))
    op.execute(
        "UPDATE audit SET place = placed.place "
        "FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM audit) AS placed WHERE audit.id = placed.id"
    )
    op.create_index("uq_audit_place", "audit", ["place"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_audit_place", table_name="audit")
    op.drop_column("audit", "place")
    for table in CARRY:
        op.drop_column(table, "journal")
    op.drop_table("journal")
    if op.get_bind().dialect.name == "postgresql":
        for name in SEQUENCES:
            op.execute(f"DROP SEQUENCE {name}")
