"""What must be true of units: the state of each is the one that its trail leads to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import text
from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.business.units.rules.states import UnitEvent, replay
from smsgw.store.instants import from_ms
from smsgw.store.verify import Finding, show_value
from smsgw.values.state_table import IllegalMove


def units(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """State, holder and number of events of every unit are those that its trail leads to."""
    rows = connection.execution_options(stream_results=True).execute(
        text(
            "SELECT u.imei, u.state, u.holder, u.events, e.seq, e.kind, e.dealer, e.happened_at, e.reference, "
            "e.message, e.reverses FROM unit u LEFT JOIN unit_event e ON e.imei = u.imei ORDER BY u.imei, e.seq"
        )
    )
    for (imei, state, holder, count), group in groupby(rows, key=lambda row: tuple(row[:4])):
        events = [
            UnitEvent(imei, seq, kind, dealer, from_ms(at), reference, message, reverses)
            for _, _, _, _, seq, kind, dealer, at, reference, message, reverses in group
            if seq is not None
        ]
        if len(events) != count:
            yield Finding("unit.events", imei, str(count), str(len(events)))
        try:
            right_state, right_holder = replay(events)
        except IllegalMove as error:
            yield Finding("unit_event", imei, "a trail that cannot be", str(error))
            continue
        if state != right_state:
            yield Finding("unit.state", imei, state, right_state)
        if holder != right_holder:
            yield Finding("unit.holder", imei, show_value(holder), show_value(right_holder))


CHECKS = (units,)
