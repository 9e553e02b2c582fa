"""The database driver beneath a transaction, for statements that are written for it: no layer in between costs time.

The connection, its transaction and its settings are SQLAlchemy's; only the statements of the hot path go past it.
Errors are therefore the driver's own.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.engine import Connection

Row = tuple[Any, ...]
_encoded = json.JSONEncoder(ensure_ascii=False).encode


class Driver:
    """A cursor of the connection at hand. `?` marks a value on SQLite, `%s` on PostgreSQL."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.sqlite = connection.dialect.name == "sqlite"
        self.mark = "?" if self.sqlite else "%s"
        self._cursor: Any = connection.connection.cursor()

    def ask(self, question: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of an answer."""
        self._cursor.execute(question, values)
        rows: list[Row] = self._cursor.fetchall()
        return rows

    def asked(self, question: str, *values: Any) -> list[Row]:
        """The same with `?` for a value on either database."""
        return self.ask(question if self.sqlite else question.replace("?", "%s"), values)

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """How many rows a statement changed."""
        self._cursor.execute(statement, values)
        count: int = self._cursor.rowcount
        return count

    def many(self, statement: str, rows: Sequence[Row]) -> None:
        """One statement for each of the rows."""
        self._cursor.executemany(statement, rows)

    def among(self, column: str, kind: str = "text") -> str:
        """The condition that a column is one of a list given as a single value; see `listed`.

        The text is the same for lists of any length, so that it is prepared once.
        """
        return f"{column} IN (SELECT value FROM json_each(?))" if self.sqlite else f"{column} = ANY(%s::{kind}[])"

    def listed(self, values: Collection[Any]) -> Any:
        """The value for `among`."""
        return _encoded(list(values)) if self.sqlite else list(values)
