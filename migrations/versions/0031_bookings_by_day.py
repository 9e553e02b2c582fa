"""What a phone booked is found by the day first, so that a text touches the pages of its day, not of all history.

Revision: 0031
Follows: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_booking_day_phone", "booking", [sa.text("(booked_at / 86400000)"), "phone"])
    op.drop_index("ix_booking_phone_booked_at", table_name="booking")


def downgrade() -> None:
    op.create_index("ix_booking_phone_booked_at", "booking", ["phone", "booked_at"])
    op.drop_index("ix_booking_day_phone", table_name="booking")
