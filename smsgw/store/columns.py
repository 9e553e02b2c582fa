"""What all tables share: the metadata, the naming of constraints, the column types for ids, instants, days, money.

Instants (`…_at`) are whole milliseconds since the epoch, UTC. Business days (`…_on`) are ISO texts such as
`2026-04-15`, which sort as they should and mean the same day in every zone. Money is in whole minor units beside its
currency. Codes, IMEIs and references are their own keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, Integer, MetaData, Sequence, String
from sqlalchemy.ext.compiler import compiles

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes a column its row number, for free, only when it is spelt INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")
Instant = BigInteger
Minor = BigInteger
Day = String(10)
Reference = String(16)
Imei = String(16)
Code = String(32)
Phone = String(32)

# Numbers that we hand out ourselves. PostgreSQL counts them in sequences, so that several daemons do not wait for one
# another; SQLite, which has one writer at a time anyway, counts them in the table `counter`.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIRST_REFERENCE = 1001  # no reference looks like the number of an option
SEQUENCES: dict[str, Sequence] = {
    "message": Sequence("message_number", metadata=metadata, data_type=BigInteger),
    "journal": Sequence("journal_number", metadata=metadata, data_type=BigInteger),
    **{
        letter: Sequence(f"reference_{letter.lower()}", start=FIRST_REFERENCE, metadata=metadata, data_type=BigInteger)
        for letter in LETTERS
    },
}


def one_of(column: str, values: Iterable[str], name: str, *, hot: bool = False) -> CheckConstraint:
    """A check that a text column holds one of the values.

    `hot`: of a table that every text writes to. SQLite makes an index of a list anew for each row that it checks, which
    costs as much as half of the row; alternatives cost it next to nothing.
    """
    listed = f"{column} IN ({', '.join(repr(v) for v in values)})"
    if hot:
        return CheckConstraint(_Spelled(listed, " OR ".join(f"{column} = {value!r}" for value in values)), name=name)
    return CheckConstraint(listed, name=name)


class _Spelled(ColumnElement[bool]):
    """A condition that SQLite gets spelled out, and others as a list."""

    inherit_cache = False

    def __init__(self, listed: str, spelled: str) -> None:
        self.listed = listed
        self.spelled = spelled


@compiles(_Spelled)
def _write_list(condition: _Spelled, compiler: Any, **how: Any) -> str:
    return condition.listed


@compiles(_Spelled, "sqlite")
def _spell_out(condition: _Spelled, compiler: Any, **how: Any) -> str:
    return condition.spelled
