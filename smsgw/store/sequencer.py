"""The sequencer: puts rows in order once they are committed, so that no writer waits for another to have it.

On PostgreSQL it gives rows of the journal their places and seals those of the audit trail: one process at a time, in a
short transaction of its own, each daemon every second and whoever is about to read. On SQLite, which has one writer at
a time, both are done where the rows are written.
"""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from smsgw.store import audit, journal

_ALONE = 0x736D7367  # the advisory lock of whoever puts in order; nothing else takes it


def put_in_order(engine: Engine) -> int:
    """Place and seal everything that was committed before the call; how many rows that were."""
    if engine.dialect.name == "sqlite":
        return 0
    done = 0
    with engine.connect() as connection:
        while _waiting(connection):
            # The lock first, in a statement of its own: what comes after sees all that the holder before committed.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ALONE})")
            done += journal.place(connection) + audit.seal(connection)
            connection.commit()
    return done


def _waiting(connection: Connection) -> bool:
    return journal.unplaced(connection) or audit.unsealed(connection)
