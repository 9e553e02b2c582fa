"""The SQL texts of the hot path, one for each table and database, made once from the schema.

SQLite takes a list of rows for one prepared statement. PostgreSQL takes a list for each column in a single statement,
which saves it a round trip and a plan for every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from smsgw.store import schema
from smsgw.store.driver import Driver, Row

_ARRAY = {
    "BIGINT": "bigint",
    "INTEGER": "integer",
    "SMALLINT": "smallint",
    "BOOLEAN": "boolean",
    "BYTEA": "bytea",
}


@dataclass(frozen=True, slots=True)
class Write:
    """One table written with many rows at once."""

    sqlite: str
    postgresql: str

    def many(self, driver: Driver, rows: Sequence[Row]) -> None:
        """Write the rows; none is fine."""
        if not rows:
            return
        if not driver.sqlite:
            driver.change(self.postgresql, [list(column) for column in zip(*rows, strict=True)])
        elif len(rows) > 1:
            driver.many(self.sqlite, rows)
        else:
            driver.change(self.sqlite, rows[0])


def _array(table: Table, column: str) -> str:
    kind = table.c[column].type.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    return _ARRAY.get(kind, "text")


def insert(table: Table, columns: str, conflict: str = "") -> Write:
    """Rows of the named columns into a table; `conflict` is what follows ON CONFLICT, the same on both databases."""
    names = columns.split()
    head = f"INSERT INTO {table.name} ({', '.join(names)})"
    tail = f" ON CONFLICT {conflict}" if conflict else ""
    arrays = ", ".join(f"%s::{_array(table, name)}[]" for name in names)
    return Write(
        f"{head} VALUES ({', '.join('?' * len(names))}){tail}",
        f"{head} SELECT * FROM unnest({arrays}){tail}",
    )


def update(table: Table, keys: str, changes: str, guard: str = "") -> Write:
    """Change the columns `changes` of the rows with the keys `keys`; rows are (*changes, *keys).

    No key may come twice in one call: PostgreSQL would take either. `guard` is one more condition.
    """
    key_names, names = keys.split(), changes.split()
    everything = [*names, *key_names]
    arrays = ", ".join(f"%s::{_array(table, name)}[]" for name in everything)
    also = f" AND {guard}" if guard else ""
    return Write(
        f"UPDATE {table.name} SET {', '.join(f'{n} = ?' for n in names)} "
        f"WHERE {' AND '.join(f'{k} = ?' for k in key_names)}{also}",
        f"UPDATE {table.name} SET {', '.join(f'{n} = new.{n}' for n in names)} "
        f"FROM unnest({arrays}) AS new({', '.join(everything)}) "
        f"WHERE {' AND '.join(f'{table.name}.{k} = new.{k}' for k in key_names)}"
        + also.replace(" AND ", f" AND {table.name}."),
    )


def added(table: Table, keys: str, sums: str) -> Write:
    """Add to the sums of the rows with the keys; rows are (*keys, *sums), and are made where there are none."""
    changes = ", ".join(f"{n} = {table.name}.{n} + excluded.{n}" for n in sums.split())
    return insert(table, f"{keys} {sums}", f"({', '.join(keys.split())}) DO UPDATE SET {changes}")


SESSION = insert(schema.link_session, "id link run started_at", "(id) DO NOTHING")
MESSAGE_IN = insert(
    schema.message_in,
    "id link session sender recipient text folded payload data_coding parts contact state reading error "
    "received_at arrived_at handled_at content_key repeat_key set_key deadline_at",
)
BOOKING = insert(schema.booking, "reference verb dealer phone contact message booked_on booked_at place summary")
UNIT = insert(
    schema.unit,
    "imei imei2 model state holder origin events",
    "(imei) DO UPDATE SET imei2 = excluded.imei2, model = excluded.model, state = excluded.state, "
    "holder = excluded.holder, origin = excluded.origin, events = excluded.events",
)
UNIT_EVENT = insert(schema.unit_event, "imei seq kind dealer reference message reverses happened_at")
SALE_LINE = insert(schema.sale_line, "reference line dealer sold_on model quantity imei")
SALES_DAY = added(schema.sales_day, "dealer sold_on model", "quantity")
NIL_REPORT = insert(schema.nil_report, "reference dealer reported_on")
COUNT_LINE = insert(schema.stock_count_line, "reference line dealer model counted book")
STOCK_ENTRY = insert(schema.stock_entry, "dealer model quantity units kind reference message happened_at")
STOCK_LEVEL = added(schema.stock_level, "dealer model", "quantity units")
LEDGER_ENTRY = insert(schema.ledger_entry, "reference dealer account kind amount currency due_on message posted_at")
ACCOUNT_BALANCE = added(schema.account_balance, "dealer account currency", "amount")
MESSAGE_OUT = insert(
    schema.message_out,
    "id recipient text kind priority link source in_reply_to state parts attempts run created_at not_before not_after",
)
NOTICE_OUT = insert(
    schema.message_out,
    "id recipient text kind priority link source state parts attempts run created_at not_after "
    "broadcast calendar message_class author",
)
_STILL_OPEN = "state IN ('queued', 'sent', 'unknown', 'held')"
SENT = update(schema.message_out, "id", "state sent_at link attempts parts", "state IN ('queued', 'unknown', 'held')")
SENT_PART = insert(
    schema.message_out_part,
    "message number link smsc_id match_key state",
    "(message, number) DO UPDATE SET link = excluded.link, smsc_id = excluded.smsc_id, "
    # What receipts have said of a part is not undone by an answer that comes late.
    "match_key = excluded.match_key, "
    "state = CASE message_out_part.state WHEN 'sent' THEN excluded.state ELSE message_out_part.state END",
)
RECEIPT = insert(schema.delivery_receipt, "link smsc_id state status error done_at received_at message number")
PART_STATE = update(schema.message_out_part, "message number", "state")
OUT_STATE = update(schema.message_out, "id", "state final_at", _STILL_OPEN)
COUNTER = insert(schema.counter, "name value", "(name) DO UPDATE SET value = excluded.value")
