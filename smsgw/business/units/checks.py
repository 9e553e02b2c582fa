"""What must be true of units: each is as its trail says, and as many lie in a depot as its stock says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import text
from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.business.units.rules.states import UnitEvent, replay
from smsgw.store.instants import from_ms
from smsgw.store.verify import Finding, compared, show_value, sums
from smsgw.values.state_table import IllegalMove


def units(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """State, holder and number of events of every unit are those that its trail leads to."""
    rows = connection.execution_options(stream_results=True).execute(
        text(
            "SELECT u.imei, u.state, coalesce(u.holder, u.depot), u.events, e.seq, e.kind, e.dealer, e.happened_at, "
            "e.reference, e.message, e.reverses FROM unit u LEFT JOIN unit_event e ON e.imei = u.imei "
            "ORDER BY u.imei, e.seq"
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


def depots(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """The stock of a depot is the sets that lie in it."""
    yield from sums(
        connection,
        "depot_stock.quantity",
        "depot model",
        "SELECT depot, model, quantity AS amount FROM depot_stock",
        "SELECT depot, model, count(*) AS amount FROM unit WHERE state = 'in_depot' GROUP BY depot, model",
    )


def activations(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """No set was seen with another number in it before it was seen at all."""
    yield from compared(
        connection,
        "activation.activated_at",
        "SELECT s.imei, s.activated_at, coalesce(CAST(f.activated_at AS VARCHAR), 'never') || ' for the first time' "
        "FROM activation s LEFT JOIN activation f ON f.imei = s.imei AND f.kind = 'first' "
        "WHERE s.kind = 'second' AND f.activated_at > s.activated_at ORDER BY 1",
    )


CHECKS = (units, depots, activations)
