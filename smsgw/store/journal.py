"""The journal: one row for each Decision that booked something, in an order that readers follow by one number.

A row is appended in the transaction of what it tells. It has two numbers:

entry   handed out before the row is written (`Numbers`), so that the rows which the Decision books can carry it. On
        PostgreSQL, where daemons hand out numbers from blocks and commit when they can, it says nothing of order.
id      its place: 1, 2, 3 … in the order of commits, without a gap. Readers ask for what is after the last id that
        they have seen, wait for no writer and miss nothing, because an id appears only when every lower one has.

SQLite has one writer at a time: a row gets its id when it is written. On PostgreSQL a transaction that began early may
commit late, so a row is written with a negative id and gets its place once it is committed, from `place`, of which one
at a time runs (`sequencer`). Rows that get their places together are in the order in which they were written: minus
the negative id was drawn from a sequence at that moment, so whatever was decided from another transaction's effects
comes after them.

The audit trail (`audit`) is another thing: it is for people, says who did what with the words of it and is sealed
against changes. The journal is for programs, and has everything that was booked, also by texts and by smsgw itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from smsgw.store.driver import Driver, Row
from smsgw.store.instants import iso
from smsgw.store.numbers import JOURNAL, Numbers, draw
from smsgw.store.statements import Write
from smsgw.store.tables import journal
from smsgw.values.storable import storable

SMSGW = "smsgw"  # whoever acts where nobody else does
PLACED_AT_ONCE = 10_000  # rows in one transaction of the sequencer
_PENDING = "smsgw journal"  # in the info of a connection

_COLUMNS = "entry, at, who, subject, kind, reference, message, detail"
_APPEND = Write(
    f"INSERT INTO journal ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # the row's number is its id
    f"INSERT INTO journal ({_COLUMNS}, id) SELECT {_COLUMNS}, -nextval('journal_written') FROM unnest("
    "?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[]"
    f") AS new({_COLUMNS})",
)
_PLACE = (
    "UPDATE journal SET id = placed.id FROM ("
    "SELECT id AS written, (SELECT greatest(max(id), 0) FROM journal) + row_number() OVER (ORDER BY id DESC) AS id "
    "FROM journal WHERE id < 0 ORDER BY journal.id DESC LIMIT ?"
    ") AS placed WHERE journal.id = placed.written"
)
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quoted = json.encoder.encode_basestring


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as readers see it.

    at         milliseconds since the epoch: when the text came, or when the work was done that no text caused
    who        the phone, the person, the program (`token:NAME`) or smsgw itself
    subject    what it is about, such as `sale`, `order`, `ticket`
    kind       what happened to it, such as `booked`, `approved`, `undone`
    reference  which one
    message    the text that did it
    detail     what JSON can hold, by name
    """

    id: int
    at: int
    who: str
    subject: str
    kind: str
    reference: str | None
    message: int | None
    detail: Mapping[str, Any]


class Pending:
    """The rows that the writer's current transaction has yet to append."""

    def __init__(self, driver: Driver, numbers: Numbers) -> None:
        self._driver = driver
        self._numbers = numbers
        self._rows: list[Row] = []
        self.transaction = driver.connection.get_transaction()
        driver.connection.info[_PENDING] = self

    def __len__(self) -> int:
        return len(self._rows)

    def append(
        self,
        at: int,
        who: str,
        subject: str,
        kind: str,
        reference: str | None,
        message: int | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> int:
        """Add a row (see `Entry`); its entry, for the rows that it tells of to carry."""
        entry = self._numbers.take(JOURNAL)
        self._rows.append((entry, at, who, subject, kind, reference, message, _told(detail)))
        return entry

    def flush(self) -> None:
        """Write what was added, in its order."""
        if self._rows:
            _APPEND.many(self._driver, self._rows)
            self._rows.clear()

    def discard(self) -> None:
        """What was added since the last flush has been taken back."""
        self._rows.clear()


def append(
    connection: Connection,
    at: int,
    who: str,
    subject: str,
    kind: str,
    reference: str | None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add a row (see `Entry`) in the current transaction, the writer's or any other."""
    pending: Pending | None = connection.info.get(_PENDING)
    if pending is not None and pending.transaction is connection.get_transaction():
        pending.append(at, who, subject, kind, reference, None, detail)
        return
    row = (draw(connection, JOURNAL), at, who, subject, kind, reference, None, _told(detail))
    _APPEND.many(Driver(connection), [row])


def _told(detail: Mapping[str, Any] | None) -> str | None:
    """JSON; nearly all values are short texts, for which an encoder of its own costs more than the rest of the row."""
    if detail is None:
        return None
    pairs = [f"{_quoted(n)}:{_quoted(value) if type(value) is str else _encoded(value)}" for n, value in detail.items()]
    return storable("{" + ",".join(pairs) + "}")


def place(connection: Connection) -> int:
    """Give rows their ids that are committed and have none, `PLACED_AT_ONCE` at most; how many.

    For the sequencer: nobody else may do so until the transaction has ended.
    """
    if connection.dialect.name == "sqlite":
        return 0
    return Driver(connection).change(_PLACE, PLACED_AT_ONCE)


def unplaced(connection: Connection) -> bool:
    """Whether there are committed rows without a place."""
    return connection.scalar(select(journal.c.id).where(journal.c.id < 0).limit(1)) is not None


def after(connection: Connection, id: int, limit: int) -> list[Entry]:
    """The rows after an id, in order, `limit` at most. Ask again after the last one's id."""
    rows = connection.execute(_columns().where(journal.c.id > max(id, 0)).order_by(journal.c.id).limit(limit))
    return [
        Entry(number, at, who, subject, kind, reference, message, json.loads(detail) if detail is not None else {})
        for number, at, who, subject, kind, reference, message, detail in rows
    ]


def as_json(entry: Entry) -> dict[str, Any]:
    """A row as `smsgw export journal` and GET /api/v1/journal print it."""
    return {
        "id": entry.id,
        "at": iso(entry.at),
        "subject": entry.subject,
        "kind": entry.kind,
        "reference": entry.reference,
        "by": entry.who,
        "message": entry.message,
        "detail": dict(entry.detail),
    }


def _columns() -> Select[Any]:
    row = journal.c
    return select(row.id, row.at, row.who, row.subject, row.kind, row.reference, row.message, row.detail)
