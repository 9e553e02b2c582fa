"""The SQL texts of the hot path, one for each table and database, made once from the schema.

SQLite takes a list of rows for one prepared statement. PostgreSQL takes a list for each column in a single statement,
which saves it a round trip and a plan for every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from smsgw.store.arrays import array_literal
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
            driver.change(self.postgresql, *map(array_literal, zip(*rows, strict=True)))
        elif len(rows) > 1:
            driver.many(self.sqlite, rows)
        else:
            driver.change(self.sqlite, *rows[0])


def _array(table: Table, column: str) -> str:
    kind = table.c[column].type.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy's
    return _ARRAY.get(kind, "text")


def insert(table: Table, columns: str, conflict: str = "") -> Write:
    """Rows of the named columns into a table; `conflict` is what follows ON CONFLICT, the same on both databases."""
    names = columns.split()
    head = f"INSERT INTO {table.name} ({', '.join(names)})"
    tail = f" ON CONFLICT {conflict}" if conflict else ""
    arrays = ", ".join(f"?::{_array(table, name)}[]" for name in names)
    return Write(
        f"{head} VALUES ({', '.join('?' * len(names))}){tail}",
        f"{head} SELECT * FROM unnest({arrays}){tail}",
    )


def update(table: Table, keys: str, changes: str, **only: Sequence[str]) -> Write:
    """Change the columns `changes` of the rows with the keys `keys`; rows are (*changes, *keys).

    No key may come twice in one call: PostgreSQL would take either. `only` are columns with the values that they must
    have for the row to be changed.
    """
    key_names, names = keys.split(), changes.split()
    everything = [*names, *key_names]
    arrays = ", ".join(f"?::{_array(table, name)}[]" for name in everything)
    guard = "".join(f" AND {column} IN ({_list(values)})" for column, values in only.items())
    told = "".join(f" AND {table.name}.{column} IN ({_list(values)})" for column, values in only.items())
    return Write(
        f"UPDATE {table.name} SET {', '.join(f'{n} = ?' for n in names)} "
        f"WHERE {' AND '.join(f'{k} = ?' for k in key_names)}{guard}",
        f"UPDATE {table.name} SET {', '.join(f'{n} = new.{n}' for n in names)} "
        f"FROM unnest({arrays}) AS new({', '.join(everything)}) "
        f"WHERE {' AND '.join(f'{table.name}.{k} = new.{k}' for k in key_names)}{told}",
    )


def _list(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def added(table: Table, keys: str, sums: str) -> Write:
    """Add to the sums of the rows with the keys; rows are (*keys, *sums), and are made where there are none."""
    changes = ", ".join(f"{n} = {table.name}.{n} + excluded.{n}" for n in sums.split())
    return insert(table, f"{keys} {sums}", f"({', '.join(keys.split())}) DO UPDATE SET {changes}")
