"""A file of phone numbers for an audience: one column `phone`, whatever else stands beside it."""

from __future__ import annotations

from pathlib import Path

from smsgw.errors import SmsgwError
from smsgw.tables.cells import Cells
from smsgw.tables.fault import BadTable, Fault
from smsgw.tables.files import Columns, read

COLUMNS = Columns(("phone",), others=True)


def numbers(path: Path, country: str) -> list[str]:
    """The numbers of a CSV or XLSX file, E.164, each once, in order; local ones are those of `country` (ISO 3166).

    Raises BadTable with every bad line, and SmsgwError for a file that cannot be opened or has no number.
    """
    faults: list[Fault] = []
    found: dict[str, None] = {}
    for row in read(path, COLUMNS):
        phone = Cells(row, faults).phone("phone", country)
        if phone:
            found[phone] = None
    if faults:
        raise BadTable(path.name, faults)
    if not found:
        raise SmsgwError(f"{path.name} has no numbers; put one in each line below phone")
    return list(found)
