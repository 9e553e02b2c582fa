"""What must be true of tickets: state and assignee of each are those that its notes lead to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import text
from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.business.tickets import rules as tickets
from smsgw.store.verify import Finding, show_value
from smsgw.values.state_table import IllegalMove


def notes(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """State of every ticket, and who has it, are those that its notes lead to."""
    rows = connection.execute(
        text(
            "SELECT t.reference, t.state, t.keeper, n.happening, n.keeper FROM ticket t "
            "LEFT JOIN ticket_note n ON n.ticket = t.reference ORDER BY t.reference, n.seq"
        )
    )
    for (reference, state, keeper), group in groupby(rows, key=lambda row: tuple(row[:3])):
        told = [(event, who) for _, _, _, event, who in group if event is not None]
        try:
            right = tickets.replay(event for event, _ in told)
        except IllegalMove as error:
            yield Finding("ticket_note", reference, "notes that cannot be", str(error))
            continue
        if state != right:
            yield Finding("ticket.state", reference, state, show_value(right))
        had = [who for _, who in told if who is not None]
        if keeper != (had[-1] if had else None):
            yield Finding("ticket.keeper", reference, show_value(keeper), show_value(had[-1] if had else None))


CHECKS = (notes,)
