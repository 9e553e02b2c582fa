"""Versions of what daemons keep in memory: raised with every change, so that they read it again."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

RAISE = "INSERT INTO version (name, value) VALUES (:name, 1) ON CONFLICT (name) DO UPDATE SET value = version.value + 1"


def bump(connection: Connection, name: str) -> None:
    """Something of this name has changed in the current transaction."""
    connection.execute(text(RAISE), {"name": name})


def versions(connection: Connection) -> dict[str, int]:
    """All versions; a name that never changed is absent."""
    return {row.name: row.value for row in connection.execute(text("SELECT name, value FROM version"))}
