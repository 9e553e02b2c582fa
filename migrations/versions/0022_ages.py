"""What is owed is told by age, and what changed it by time, without reading every posting of a dealer.

Revision: 0022
Follows: 0021
"""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_ledger_entry_dealer_account_due_on"), "ledger_entry", ["dealer", "account", "due_on"], unique=False
    )
    op.create_index(
        op.f("ix_ledger_entry_dealer_account_posted_at"),
        "ledger_entry",
        ["dealer", "account", "posted_at"],
        unique=False,
    )
    op.drop_index(op.f("ix_ledger_entry_dealer_account"), table_name="ledger_entry")


def downgrade() -> None:
    op.create_index(op.f("ix_ledger_entry_dealer_account"), "ledger_entry", ["dealer", "account"], unique=False)
    op.drop_index(op.f("ix_ledger_entry_dealer_account_posted_at"), table_name="ledger_entry")
    op.drop_index(op.f("ix_ledger_entry_dealer_account_due_on"), table_name="ledger_entry")
