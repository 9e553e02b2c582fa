"""Stock-takes: lists of sets, what was found of each, what was decided, and rounds.

Revision: 0013
Follows: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIST_STATES = "'open', 'ended', 'lapsed', 'dropped'"
STATES = "'booked', 'waiting', 'part', 'approved', 'rejected', 'undone'"
FINDINGS = "'here', 'new', 'missing', 'elsewhere', 'sold', 'moving', 'unknown', 'other'"
OPEN = sa.text("state = 'open'")
UNDECIDED = sa.text("state IN ('waiting', 'part')")


def upgrade() -> None:
    op.create_table(
        "count_list",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint(f"state IN ({LIST_STATES})", name=op.f("ck_count_list_state")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_count_list_reference")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_count_list_dealer")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_count_list")),
    )
    op.create_index(
        "uq_count_list_open", "count_list", ["dealer"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_count_list_phone", "count_list", ["phone"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "count_list_set",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("imei", sa.String(length=16), nullable=False),
        sa.Column("listed_at", sa.BigInteger(), nullable=False),
        sa.Column("journal", ID, nullable=True),
        sa.ForeignKeyConstraint(["reference"], ["count_list.reference"], name=op.f("fk_count_list_set_reference")),
        sa.PrimaryKeyConstraint("reference", "imei", name=op.f("pk_count_list_set")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stock_count",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("list", sa.String(length=16), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_stock_count_state")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_stock_count_reference")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_stock_count_dealer")),
        sa.ForeignKeyConstraint(["list"], ["count_list.reference"], name=op.f("fk_stock_count_list")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_stock_count")),
    )
    op.create_index(
        "ix_stock_count_undecided", "stock_count", ["dealer"], sqlite_where=UNDECIDED, postgresql_where=UNDECIDED
    )
    op.create_table(
        "stock_count_set",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("imei", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("finding", sa.String(length=16), nullable=False),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint(f"finding IN ({FINDINGS})", name=op.f("ck_stock_count_set_finding")),
        sa.ForeignKeyConstraint(["reference"], ["stock_count.reference"], name=op.f("fk_stock_count_set_reference")),
        sa.PrimaryKeyConstraint("reference", "imei", name=op.f("pk_stock_count_set")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "count_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_round")),
    )
    op.create_index("ix_count_round_ends_at", "count_round", ["ends_at"])
    op.create_table(
        "count_round_shop",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["count_round.id"], name=op.f("fk_count_round_shop_round")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_count_round_shop_dealer")),
        sa.PrimaryKeyConstraint("round", "dealer", name=op.f("pk_count_round_shop")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("count_round_shop", "count_round", "stock_count_set", "stock_count", "count_list_set", "count_list"):
        op.drop_table(table)
