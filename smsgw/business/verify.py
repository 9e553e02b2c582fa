"""The proof that the books agree with themselves: every cache against the rows it comes from, every law of the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection

from smsgw.business.core.trade import Trade
from smsgw.business.tickets import rules as tickets
from smsgw.business.units.rules.states import UNIT_STATES, IllegalMove, UnitEvent, in_stock, replay
from smsgw.store import audit
from smsgw.store.columns import SEQUENCES, metadata
from smsgw.store.instants import from_ms


@dataclass(frozen=True, slots=True)
class Finding:
    """One value that is not what its rows say. `cache` is the column or the law, `key` says which row."""

    cache: str
    key: str
    stored: str
    computed: str


def verify(connection: Connection, trade: Trade | None = None) -> list[Finding]:
    """Everything that does not agree; nothing when the books are right. `trade` says what counts as stock."""
    rules = trade or Trade()
    findings: list[Finding] = []
    findings += _units(connection)
    findings += _stock_units(connection, rules)
    for check in _CHECKS:
        findings += check(connection)
    return findings


def _compared(connection: Connection, cache: str, question: str) -> Iterator[Finding]:
    """Rows of (…key, stored, computed) that the question brings because the two differ."""
    for row in connection.execute(text(question)):
        *key, stored, computed = row
        yield Finding(cache, " ".join(map(str, key)), _said(stored), _said(computed))


def _said(value: Any) -> str:
    return "nothing" if value is None else str(value)


def _units(connection: Connection) -> Iterator[Finding]:
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
            yield Finding("unit.holder", imei, _said(holder), _said(right_holder))


def _sums(connection: Connection, cache: str, keys: str, stored: str, computed: str) -> Iterator[Finding]:
    """Two questions for (…keys, sum) that must have the same answer; a key that only one has counts as nought."""
    names = keys.split()
    columns = ", ".join(names)
    yield from _compared(
        connection,
        cache,
        f"SELECT {columns}, sum(stored), sum(computed) FROM ("
        f"SELECT {columns}, amount AS stored, 0 AS computed FROM ({stored}) AS s "
        f"UNION ALL SELECT {columns}, 0, amount FROM ({computed}) AS c"
        f") AS both_sums GROUP BY {columns} HAVING sum(stored) <> sum(computed) ORDER BY {columns}",
    )


def _stock_units(connection: Connection, trade: Trade) -> Iterator[Finding]:
    """The sets of a level that are known by IMEI are the units in that shop's stock."""
    states = ", ".join(f"'{state}'" for state in UNIT_STATES if in_stock(state, trade))
    yield from _sums(
        connection,
        "stock_level.units",
        "dealer model",
        "SELECT dealer, model, units AS amount FROM stock_level",
        "SELECT holder AS dealer, model, count(*) AS amount FROM unit "
        f"WHERE holder IS NOT NULL AND state IN ({states}) GROUP BY holder, model",
    )


def _levels(connection: Connection) -> Iterator[Finding]:
    for column in ("quantity", "units"):
        yield from _sums(
            connection,
            f"stock_level.{column}",
            "dealer model",
            f"SELECT dealer, model, {column} AS amount FROM stock_level",
            f"SELECT dealer, model, sum({column}) AS amount FROM stock_entry GROUP BY dealer, model",
        )


def _sales_days(connection: Connection) -> Iterator[Finding]:
    yield from _sums(
        connection,
        "sales_day.quantity",
        "dealer sold_on model",
        "SELECT dealer, sold_on, model, quantity AS amount FROM sales_day",
        "SELECT dealer, sold_on, model, sum(quantity) AS amount FROM sale_line WHERE reversed_at IS NULL "
        "GROUP BY dealer, sold_on, model",
    )


def _balances(connection: Connection) -> Iterator[Finding]:
    yield from _sums(
        connection,
        "account_balance.amount",
        "dealer account currency",
        "SELECT dealer, account, currency, amount FROM account_balance",
        "SELECT dealer, account, currency, sum(amount) AS amount FROM ledger_entry GROUP BY dealer, account, currency",
    )


def _double_entry(connection: Connection) -> Iterator[Finding]:
    yield from _compared(
        connection,
        "ledger_entry sum",
        "SELECT reference, kind, currency, sum(amount), 0 FROM ledger_entry "
        "GROUP BY reference, kind, currency HAVING sum(amount) <> 0 ORDER BY 1, 2, 3",
    )


def _orders(connection: Connection) -> Iterator[Finding]:
    yield from _compared(
        connection,
        "sales_order.total",
        "SELECT o.reference, o.total, coalesce(sum(l.quantity * l.price), 0) FROM sales_order o "
        "LEFT JOIN order_line l ON l.order_reference = o.reference "
        "GROUP BY o.reference, o.total HAVING o.total <> coalesce(sum(l.quantity * l.price), 0) ORDER BY 1",
    )
    yield from _compared(
        connection,
        "sales_order.state",
        "SELECT o.reference, o.state, e.state FROM sales_order o LEFT JOIN order_event e "
        "ON e.order_reference = o.reference AND e.seq = "
        "(SELECT max(seq) FROM order_event x WHERE x.order_reference = o.reference) "
        "WHERE e.state IS NULL OR e.state <> o.state ORDER BY 1",
    )
    yield from _compared(
        connection,
        "order_line.shipped",
        "SELECT o.reference, o.state || ' with ' || sum(l.shipped) || ' of ' || sum(l.quantity) || ' sets shipped', "
        "CASE WHEN sum(l.shipped) = 0 THEN 'none' WHEN sum(l.shipped) < sum(l.quantity) THEN 'part' ELSE 'all' END "
        "FROM sales_order o JOIN order_line l ON l.order_reference = o.reference GROUP BY o.reference, o.state "
        "HAVING (o.state = 'part_shipped' AND (sum(l.shipped) = 0 OR sum(l.shipped) >= sum(l.quantity))) "
        "OR (o.state = 'shipped' AND sum(l.shipped) < sum(l.quantity)) "
        "OR (o.state IN ('draft', 'confirmed', 'approved', 'allocated', 'rejected', 'expired') AND sum(l.shipped) > 0) "
        "ORDER BY 1",
    )


def _live_sales(connection: Connection) -> Iterator[Finding]:
    """A set is in one live sale at most, and in one exactly while it is sold."""
    yield from _compared(
        connection,
        "sale_line.imei",
        "SELECT imei, count(*), 1 FROM sale_line WHERE imei IS NOT NULL AND reversed_at IS NULL "
        "GROUP BY imei HAVING count(*) > 1 ORDER BY 1",
    )
    yield from _compared(
        connection,
        "unit.state",
        "SELECT u.imei, u.state, 'sold' FROM unit u JOIN sale_line l ON l.imei = u.imei AND l.reversed_at IS NULL "
        "WHERE u.state <> 'sold' ORDER BY 1",
    )
    yield from _compared(
        connection,
        "sale_line.imei",
        "SELECT u.imei, 'no live sale', 'one' FROM unit u WHERE u.state = 'sold' AND NOT EXISTS "
        "(SELECT 1 FROM sale_line l WHERE l.imei = u.imei AND l.reversed_at IS NULL) ORDER BY 1",
    )


def _undone(connection: Connection) -> Iterator[Finding]:
    for table in ("sale_line", "nil_report", "stock_count_line"):
        yield from _compared(
            connection,
            f"{table}.reversed_at",
            f"SELECT DISTINCT t.reference, CASE WHEN t.reversed_at IS NULL THEN 'live' ELSE 'reversed' END, "
            f"CASE WHEN b.undone_at IS NULL THEN 'live' ELSE 'reversed' END FROM {table} t "
            "JOIN booking b ON b.reference = t.reference "
            "WHERE (t.reversed_at IS NULL) <> (b.undone_at IS NULL) ORDER BY 1",
        )


def _replies(connection: Connection) -> Iterator[Finding]:
    yield from _compared(
        connection,
        "message_out.in_reply_to",
        "SELECT in_reply_to, count(*), 1 FROM message_out WHERE in_reply_to IS NOT NULL "
        "GROUP BY in_reply_to HAVING count(*) > 1 ORDER BY 1",
    )


def _numbers(connection: Connection) -> Iterator[Finding]:
    """No number was used that is yet to be given out."""
    highest: dict[str, int] = {}
    ids = "SELECT id FROM message_in UNION ALL SELECT id FROM message_out"
    highest["message"] = connection.execute(text(f"SELECT coalesce(max(id), 0) FROM ({ids}) AS m")).scalar_one()
    highest["journal"] = connection.execute(text("SELECT coalesce(max(entry), 0) FROM journal")).scalar_one()
    for table in ("booking", "sales_order", "pending_question"):
        for letter, number in connection.execute(
            text(
                f"SELECT substr(reference, 1, 1), max(CAST(substr(reference, 2) AS BIGINT)) FROM {table} "
                "GROUP BY substr(reference, 1, 1)"
            )
        ):
            highest[letter] = max(highest.get(letter, 0), number)
    for name, used in sorted(highest.items()):
        given = _last_given(connection, name)
        if used > given:
            yield Finding("counter", name, str(given), str(used))


def _trail(connection: Connection) -> Iterator[Finding]:
    """Every row of the trail carries the seal of itself and of the one before it."""
    for row in audit.proof(connection):
        if not row.whole:
            yield Finding("audit.digest", f"{row.id} {row.what} {row.subject}", row.kept[:12], row.right[:12])


def _journal(connection: Connection) -> Iterator[Finding]:
    """The ids of the journal count from 1 without a gap, and the entries that rows carry are there."""
    rows, highest = connection.execute(text("SELECT count(*), coalesce(max(id), 0) FROM journal WHERE id > 0")).one()
    if rows != highest:
        yield Finding("journal.id", "of all rows", f"{highest} as the last", str(rows))
    for table in sorted(table.name for table in metadata.tables.values() if "journal" in table.c):
        yield from _compared(
            connection,
            f"{table}.journal",
            f"SELECT t.journal, 'no such entry', 'one of the journal' FROM {table} t "
            "LEFT JOIN journal j ON j.entry = t.journal WHERE t.journal IS NOT NULL AND j.entry IS NULL "
            "GROUP BY t.journal ORDER BY 1",
        )


def _last_given(connection: Connection, name: str) -> int:
    if connection.dialect.name == "postgresql":
        if name not in SEQUENCES:
            return 0
        row = connection.execute(text(f"SELECT last_value, is_called FROM {SEQUENCES[name].name}")).one()
        return int(row.last_value) if row.is_called else int(row.last_value) - 1
    return int(connection.scalar(text("SELECT value FROM counter WHERE name = :name"), {"name": name}) or 0)


def _tickets(connection: Connection) -> Iterator[Finding]:
    """State of every ticket, and who has it, are those that its notes lead to."""
    rows = connection.execute(
        text(
            "SELECT t.reference, t.state, t.keeper, n.happening, n.keeper FROM ticket t "
            "LEFT JOIN ticket_note n ON n.ticket = t.reference ORDER BY t.reference, n.seq"
        )
    )
    for (reference, state, keeper), group in groupby(rows, key=lambda row: tuple(row[:3])):
        notes = [(happening, who) for _, _, _, happening, who in group if happening is not None]
        try:
            right = tickets.replay(happening for happening, _ in notes)
        except tickets.IllegalMove as error:
            yield Finding("ticket_note", reference, "notes that cannot be", str(error))
            continue
        if state != right:
            yield Finding("ticket.state", reference, state, _said(right))
        had = [who for _, who in notes if who is not None]
        if keeper != (had[-1] if had else None):
            yield Finding("ticket.keeper", reference, _said(keeper), _said(had[-1] if had else None))


_CHECKS: tuple[Callable[[Connection], Iterator[Finding]], ...] = (
    _levels,
    _sales_days,
    _balances,
    _double_entry,
    _orders,
    _live_sales,
    _undone,
    _replies,
    _numbers,
    _trail,
    _journal,
    _tickets,
)
