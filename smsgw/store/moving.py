"""Moving the books from SQLite to PostgreSQL: every row as it is, in one transaction, compared before the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import BigInteger, Integer, Row, SmallInteger, Table, cast, func, insert, select
from sqlalchemy.engine import Connection

from smsgw.errors import SmsgwError
from smsgw.store.columns import SEQUENCES, metadata
from smsgw.store.tables import counter

ROWS = 2_000  # of one statement
_PRIME = 1_000_000_007  # sums are of what is left of each number, for hashes of 64 bits fit no sum


class CopyFailed(SmsgwError):
    """The books were not copied; the target is as it was."""


def copy_books(source: Connection, target: Connection, told: Callable[[str, int], None]) -> int:
    """Copy all rows of a migrated SQLite database to a migrated PostgreSQL one without any; how many they were.

    Tables go in the order of their references, rows in that of their keys. The numbers that SQLite counts in a table
    become the sequences of PostgreSQL. `told` hears of each table when it is done. The caller commits.

    Raises CopyFailed where the target holds rows, or a table's counts or sums are not those of the source.
    """
    tables = [table for table in metadata.sorted_tables if table is not counter]
    for table in [*tables, counter]:
        if target.execute(select(func.count()).select_from(select(1).select_from(table).limit(1).subquery())).scalar():
            raise CopyFailed(f"the target holds rows already (table {table.name}); name a new database")
    total = 0
    for table in tables:
        for rows in _slices(source, table):
            target.execute(insert(table), [dict(row._mapping) for row in rows])
        count = _compared(source, target, table)
        total += count
        told(table.name, count)
    _set_sequences(source, target, tables)
    return total


def _slices(source: Connection, table: Table) -> Iterator[list[Row[Any]]]:
    """The rows of a table in the order of its key, none before one of the same table that it refers to."""
    question = select(table).order_by(*table.primary_key.columns)
    own = [key for key in table.foreign_keys if key.column.table is table]
    if not own:
        for rows in source.execution_options(yield_per=ROWS).execute(question).partitions():
            yield list(rows)
        return
    waiting = list(source.execute(question))
    there: dict[str, set[Any]] = {key.column.name: {None} for key in own}
    while waiting:
        ready = [r for r in waiting if all(r._mapping[k.parent.name] in there[k.column.name] for k in own)]
        if not ready:
            raise CopyFailed(f"rows of {table.name} refer to each other in a circle; see `smsgw db verify`")
        for name, known in there.items():
            known.update(row._mapping[name] for row in ready)
        taken = {tuple(row) for row in ready}
        waiting = [row for row in waiting if tuple(row) not in taken]
        yield from (ready[at : at + ROWS] for at in range(0, len(ready), ROWS))


def _compared(source: Connection, target: Connection, table: Table) -> int:
    """The rows of a table, of which both have as many, with the same sum in each column of numbers."""
    numbers = [column for column in table.columns if isinstance(column.type, (BigInteger, Integer, SmallInteger))]
    question = select(func.count(), *(func.sum(cast(column, BigInteger) % _PRIME) for column in numbers)).select_from(
        table
    )
    here, there = ([int(value or 0) for value in each.execute(question).one()] for each in (source, target))
    if here != there:
        raise CopyFailed(f"table {table.name}: {here} counts and sums here, {there} in the target")
    return here[0]


def _set_sequences(source: Connection, target: Connection, tables: list[Table]) -> None:
    for name, value in source.execute(select(counter.c.name, counter.c.value)):
        target.execute(select(func.setval(SEQUENCES[name].name, value)))
    for table in tables:
        column = table.autoincrement_column
        sequence = column is not None and target.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        last = sequence and target.scalar(select(func.max(column)))
        if last:
            target.execute(select(func.setval(sequence, last)))
