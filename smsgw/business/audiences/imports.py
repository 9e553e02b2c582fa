"""A file of phone numbers for an audience: one column `phone`, whatever else stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sqlalchemy.engine import Connection

from smsgw.business.audiences.books import lists
from smsgw.business.core.columns import columns
from smsgw.errors import SmsgwError
from smsgw.store.transaction import Transact, Transaction
from smsgw.tables.cells import Cells
from smsgw.tables.fault import BadTable, Fault, TooManyFaults
from smsgw.tables.files import read

COLUMNS = columns(("phone",))


def numbers(path: Path, country: str) -> list[str]:
    """The numbers of a CSV or XLSX file, E.164, each once, in order; local ones are those of `country` (ISO 3166).

    Raises BadTable with every bad line, and SmsgwError for a file that cannot be opened or has no number.
    """
    faults: list[Fault] = []
    found: dict[str, None] = {}
    try:
        for row in read(path, COLUMNS).rows:
            phone = Cells(row, faults).phone("phone", country)
            if phone:
                found[phone] = None
    except TooManyFaults:
        raise BadTable(path.name, faults, more=True) from None
    if faults:
        raise BadTable(path.name, faults)
    if not found:
        raise SmsgwError(f"{path.name} has no numbers; put one in each line below phone")
    return list(found)


def store(numbers: Sequence[str], connection: Connection, transact: Transact) -> str:
    """Store the numbers of a file; what the list is called. `connection` reads.

    Each piece is stored in a transaction of its own, for which a daemon that writes beside us never waits long.
    """
    digest = lists.digest_of(numbers)
    if not lists.is_kept(connection, numbers):
        for some in lists.pieces(numbers):
            transact(partial(_add, digest, some))
    return digest


def _add(digest: str, numbers: Sequence[str], transaction: Transaction) -> None:
    lists.add(transaction.connection, digest, numbers)
