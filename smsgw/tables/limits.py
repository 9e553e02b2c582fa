"""How large a file may be: far above what people import, far below what a machine has no memory or no time for."""

from __future__ import annotations

from typing import NoReturn

from smsgw.tables.fault import BadTable, Fault

MEGABYTE = 1_000_000
LARGEST_FILE = 32 * MEGABYTE  # octets as they lie on the disk; 100,000 shipments have 8 MB as CSV
LARGEST_WORKBOOK = 160 * MEGABYTE  # octets of the parts that are read, unpacked
MOST_ELEMENTS = 6_000_000  # XML elements of the parts that are read: a cell with a value is two
MOST_STRINGS = 1_000_000  # different texts in the cells of a workbook
MOST_ROWS = 200_000
MOST_COLUMNS = 200
LONGEST_LINE = 1_000_000  # characters of a row of a text file
LONGEST_CELL = 10_000  # characters; a quote that is never closed swallows the rest of a file
MOST_PARTS_OCTETS = 2 * MEGABYTE  # of the list of parts at the end of a workbook
LAST_ROW = 1_048_576  # of a sheet, by ECMA-376


def too_large(name: str, octets: int) -> BadTable:
    """What is said of a file that is not even opened."""
    return _bad(
        name,
        f"has {octets / MEGABYTE:,.0f} MB, and at most {LARGEST_FILE // MEGABYTE} MB are read; "
        "split it, each part with the header",
    )


def unpacks_too_far(name: str) -> BadTable:
    """What is said of a workbook whose parts grow beyond all measure."""
    return _bad(
        name,
        f"unpacks to more than {LARGEST_WORKBOOK // MEGABYTE} MB or {MOST_ELEMENTS // 1_000_000} million cells; "
        "copy the cells that are meant into a new workbook",
    )


def too_many_rows(name: str) -> BadTable:
    """What is said of a table that is too long."""
    return _bad(name, f"has more than {MOST_ROWS:,} rows; split it, each part with the header")


def too_many_columns(name: str, line: int) -> BadTable:
    """What is said of a table that is too wide."""
    reason = f"has more than {MOST_COLUMNS} columns; leave those that are meant, and delete the others"
    return BadTable(name, [Fault(line, "", "", reason)])


def _bad(name: str, reason: str) -> BadTable:
    return BadTable(name, [Fault(0, "", "", reason)])


def refuse(name: str, reason: str) -> NoReturn:
    """Raise BadTable for a whole file."""
    raise _bad(name, reason) from None
