"""The database driver beneath a transaction, for statements that are written for it: no layer in between costs time.

The connection, its transaction and its settings are SQLAlchemy's; only the statements of the hot path go past it.
Errors are therefore the driver's own.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Connection

from smsgw.store.arrays import array_literal

Row = tuple[Any, ...]


@lru_cache(1_024)
def _marked(statement: str) -> str:
    """A statement as psycopg wants it; the same text each time, so that it is prepared once."""
    return statement.replace("?", "%s")


_encoded = json.JSONEncoder(ensure_ascii=False).encode


class Driver:
    """A cursor of the current connection. `?` marks a value in every statement, on either database."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.sqlite = connection.dialect.name == "sqlite"
        self._cursor: Any = connection.connection.cursor()

    def ask(self, question: str, *values: Any) -> list[Row]:
        """All rows of an answer."""
        self._cursor.execute(question if self.sqlite else _marked(question), values)
        rows: list[Row] = self._cursor.fetchall()
        return rows

    def change(self, statement: str, *values: Any) -> int:
        """How many rows a statement changed."""
        self._cursor.execute(statement if self.sqlite else _marked(statement), values)
        count: int = self._cursor.rowcount
        return count

    def many(self, statement: str, rows: Sequence[Row]) -> None:
        """One statement for each of the rows."""
        self._cursor.executemany(statement if self.sqlite else _marked(statement), rows)

    def pipelined(self) -> AbstractContextManager[object]:
        """While this lasts, statements that change rows are sent without waiting for what became of those before.

        On PostgreSQL; an error of any comes at the end, or earlier, and nothing may be asked meanwhile.
        """
        if self.sqlite:
            return nullcontext()
        connection: Any = self.connection.connection.dbapi_connection
        pipeline: AbstractContextManager[object] = connection.pipeline()
        return pipeline

    def among(self, column: str, kind: str = "text") -> str:
        """The condition that a column is one of a list given as a single value; see `listed`.

        The text is the same for lists of any length, so that it is prepared once.
        """
        return f"{column} IN (SELECT value FROM json_each(?))" if self.sqlite else f"{column} = ANY(?::{kind}[])"

    def listed(self, values: Collection[Any]) -> Any:
        """The value for `among`."""
        return _encoded(list(values)) if self.sqlite else array_literal(values)
