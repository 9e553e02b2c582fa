"""What there is, counted by state."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from smsgw.business.messages.tables import IN_STATES, OUT_STATES, message_in, message_out
from smsgw.business.orders.rules import STATES
from smsgw.business.orders.tables import sales_order
from smsgw.business.sales.tables import sale_line
from smsgw.business.units.rules.states import UNIT_STATES
from smsgw.business.units.tables import unit


def stats(connection: Connection) -> dict[str, Any]:
    """How many texts, units and orders there are in each state, and how many live sale lines."""

    def by_state(table: Any, states: tuple[str, ...]) -> dict[str, int]:
        counted = dict.fromkeys(states, 0)
        for state, number in connection.execute(select(table.c.state, func.count()).group_by(table.c.state)):
            counted[state] = number
        return counted

    sales = connection.scalar(select(func.count()).select_from(sale_line).where(sale_line.c.reversed_at.is_(None)))
    return {
        "inbound": by_state(message_in, IN_STATES),
        "outbound": by_state(message_out, OUT_STATES),
        "sales": sales,
        "units": by_state(unit, UNIT_STATES),
        "orders": by_state(sales_order, STATES),
    }
