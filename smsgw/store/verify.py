"""The proof that what is stored agrees with itself: questions that bring what does not, and the kernel's own laws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection

from smsgw.store import audit
from smsgw.store.columns import SEQUENCES, metadata


@dataclass(frozen=True, slots=True)
class Finding:
    """One value that is not what its rows say. `cache` is the column or the law, `key` says which row."""

    cache: str
    key: str
    stored: str
    computed: str


def compared(connection: Connection, cache: str, question: str) -> Iterator[Finding]:
    """Rows of (…key, stored, computed) that the question brings because the two differ."""
    for row in connection.execute(text(question)):
        *key, stored, computed = row
        yield Finding(cache, " ".join(map(str, key)), show_value(stored), show_value(computed))


def show_value(value: Any) -> str:
    return "nothing" if value is None else str(value)


def sums(connection: Connection, cache: str, keys: str, stored: str, computed: str) -> Iterator[Finding]:
    """Two questions for (…keys, sum) that must have the same answer; a key that only one has counts as zero."""
    names = keys.split()
    columns = ", ".join(names)
    yield from compared(
        connection,
        cache,
        f"SELECT {columns}, sum(stored), sum(computed) FROM ("
        f"SELECT {columns}, amount AS stored, 0 AS computed FROM ({stored}) AS s "
        f"UNION ALL SELECT {columns}, 0, amount FROM ({computed}) AS c"
        f") AS both_sums GROUP BY {columns} HAVING sum(stored) <> sum(computed) ORDER BY {columns}",
    )


def references(connection: Connection, table: str) -> list[tuple[str, int]]:
    """The letters of the references in a table, each with the highest number."""
    rows = connection.execute(
        text(
            f"SELECT substr(reference, 1, 1), max(CAST(substr(reference, 2) AS BIGINT)) FROM {table} "
            "GROUP BY substr(reference, 1, 1)"
        )
    )
    return [(letter, number) for letter, number in rows]


def numbers(connection: Connection, used: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    """No number was used that is yet to be given out; `used` are the kinds of numbers with the highest in use."""
    highest = {"journal": connection.execute(text("SELECT coalesce(max(entry), 0) FROM journal")).scalar_one()}
    for name, number in used:
        highest[name] = max(highest.get(name, 0), number)
    for name, last in sorted(highest.items()):
        given = _last_given(connection, name)
        if last > given:
            yield Finding("counter", name, str(given), str(last))


def trail(connection: Connection) -> Iterator[Finding]:
    """Every row of the trail carries the seal of itself and of the one before it."""
    for row in audit.proof(connection):
        if not row.whole:
            yield Finding("audit.digest", f"{row.id} {row.what} {row.subject}", row.kept[:12], row.right[:12])


def entries(connection: Connection) -> Iterator[Finding]:
    """The ids of the journal count from 1 without a gap, and the entries that rows carry are there."""
    rows, highest = connection.execute(text("SELECT count(*), coalesce(max(id), 0) FROM journal WHERE id > 0")).one()
    if rows != highest:
        yield Finding("journal.id", "of all rows", f"{highest} as the last", str(rows))
    for table in sorted(table.name for table in metadata.tables.values() if "journal" in table.c):
        yield from compared(
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
