"""What the tables that every text writes to check of a state is spelled out, which SQLite does much faster than a list.

Revision: 0026
Follows: 0025
"""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TABLES = ("message_in", "message_out", "unit")
_LIST = re.compile(r"CHECK \((\w+) IN \(([^()]*)\)\)")
_VALUE = r"'[a-z_]+'"
_SPELLED = re.compile(r"CHECK \((\w+) = '[^()]*\)")


def upgrade() -> None:
    _restate(_LIST, lambda found: f"CHECK ({_alternatives(found[1], found[2])})")


def downgrade() -> None:
    _restate(_SPELLED, lambda found: f"CHECK ({found[1]} IN ({', '.join(re.findall(_VALUE, found[0]))}))")


def _alternatives(column: str, values: str) -> str:
    return " OR ".join(f"{column} = {value}" for value in re.findall(_VALUE, values))


def _restate(pattern: re.Pattern[str], anew: Callable[[re.Match[str]], str]) -> None:
    """Say anew what is checked, without copying rows: there may be millions, and the checks mean what they meant.

    SQLite describes this way for changes that leave the rows as they are. PostgreSQL is as fast with a list.
    """
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    for table in _TABLES:
        named = {"name": table}
        said = bind.execute(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), named)
        sql, found = pattern.subn(anew, said.scalar_one())
        if not found:
            raise RuntimeError(f"the table {table} is not as the revision before made it: it has no list of states")
        bind.execute(
            sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name"), {**named, "sql": sql}
        )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")
