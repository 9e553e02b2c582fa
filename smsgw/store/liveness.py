"""How daemons on one PostgreSQL see at once that one of them is gone: by a lock that ends with its connection.

A heartbeat tells it a minute later, and also of a machine that vanished, whose connections the server keeps for long.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from smsgw.store.driver import Driver

_LIFE = 0x736D7367  # these advisory locks are ours, and each has the number of a run


def show_life(connection: Connection, run: int) -> None:
    """From now on daemon `run` is seen to live for as long as this connection does. On SQLite there is one daemon."""
    if connection.dialect.name == "postgresql":
        with connection.begin():
            # Shared, so that nobody waits for a connection of ours whose end the server has not noticed.
            connection.exec_driver_sql("SELECT pg_advisory_lock_shared(%s, %s)", (_LIFE, run))


def seen_alive(driver: Driver, run: int) -> bool:
    """Whether daemon `run` has a connection to this PostgreSQL on which it shows life."""
    held = (
        "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() "
        "WHERE l.locktype = 'advisory' AND l.classid = ? AND l.objid = ? AND l.objsubid = 2 LIMIT 1"
    )
    return bool(driver.ask(held, _LIFE, run))
