"""What shops say they paid, and the payment that each was matched to.

Revision: 0029
Follows: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "payment_advice",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_on", sa.String(length=10), nullable=False),
        sa.Column("slip", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("payment", sa.String(length=64), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("journal", ID, nullable=True),
        sa.CheckConstraint("state IN ('open', 'matched', 'rejected', 'undone')", name=op.f("ck_payment_advice_state")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_advice_amount")),
        sa.CheckConstraint("(payment IS NOT NULL) = (state = 'matched')", name=op.f("ck_payment_advice_payment")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_payment_advice_dealer")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_payment_advice_reference")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_payment_advice")),
    )
    op.create_index(op.f("ix_payment_advice_dealer_amount"), "payment_advice", ["dealer", "amount"], unique=False)
    op.create_index(
        "ix_payment_advice_open",
        "payment_advice",
        ["told_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_payment_advice_payment",
        "payment_advice",
        ["dealer", "payment"],
        unique=True,
        sqlite_where=sa.text("state = 'matched'"),
        postgresql_where=sa.text("state = 'matched'"),
    )


def downgrade() -> None:
    op.drop_table("payment_advice")
