"""Tickets: what shops had to say, who answers it by when, and what became of it.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("dealer", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("keeper", ID, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'settled', 'closed')", name=op.f("ck_ticket_state")),
        sa.ForeignKeyConstraint(["dealer"], ["dealer.code"], name=op.f("fk_ticket_dealer")),
        sa.ForeignKeyConstraint(["keeper"], ["contact.id"], name=op.f("fk_ticket_keeper")),
        sa.ForeignKeyConstraint(["reference"], ["booking.reference"], name=op.f("fk_ticket_reference")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_ticket")),
    )
    op.create_index(
        "ix_ticket_alive",
        "ticket",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(op.f("ix_ticket_dealer"), "ticket", ["dealer"], unique=False)
    op.create_index(op.f("ix_ticket_phone"), "ticket", ["phone"], unique=False)
    op.create_table(
        "ticket_note",
        sa.Column("ticket", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("happening", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("keeper", ID, nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("message", ID, nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.reference"], name=op.f("fk_ticket_note_ticket")),
        sa.PrimaryKeyConstraint("ticket", "seq", name=op.f("pk_ticket_note")),
    )


def downgrade() -> None:
    op.drop_table("ticket_note")
    op.drop_table("ticket")
