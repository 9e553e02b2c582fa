"""Text files whose cells stand between separators (CSV, and what people call so), line by line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice

from smsgw.tables.cleaning import clean
from smsgw.tables.fault import BadTable, Fault
from smsgw.tables.limits import LONGEST_CELL, MOST_COLUMNS, too_many_columns
from smsgw.tables.sheets import Line

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", "，": "Chinese commas"}
LOOKED_AT = 20  # lines among which the header is, for the separator
_MEMORY = 50_000  # different cells kept: the same dealer, model and day stand in many lines

# What Excel takes as the separator, before the table begins.
_SAID = re.compile(r'\ufeff?"?sep=(.)"?[\r\n]*\Z', re.IGNORECASE)


def separator_of(data: bytes, codec: str, known: Callable[[list[str]], int]) -> tuple[str, bool]:
    """The separator, and whether the first line says it (`sep=;`); else the one under which most names are known.

    `known` counts those of our columns among the cells of a line.
    """
    lines = list(islice(_opened(data, codec), LOOKED_AT))
    if lines and (said := _SAID.match(lines[0])):
        return said[1], True

    def names(separator: str) -> tuple[int, int]:
        found = [known([cell.strip('" ') for cell in line.strip("\r\n").split(separator)]) for line in lines]
        return max(found, default=0), sum(line.count(separator) for line in lines)

    return max(SEPARATORS, key=names), False


def lines_of(name: str, data: bytes, codec: str, separator: str, *, skip_first: bool) -> Iterator[Line]:
    """The lines of a file, cells cleaned; a quoted cell may hold line breaks. Raises BadTable."""
    source = _opened(data, codec)
    line = 1
    if skip_first:
        source.readline()
        line = 2
    before = line - 1
    reader = csv.reader(source, delimiter=separator, strict=True)
    seen: dict[str, str] = {}
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadTable(name, [Fault(line, "", "", f"is not CSV: {error}")]) from None
        if cells is None:
            return
        if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
            raise too_many_columns(name, line)
        if before + reader.line_num - line > 0 and any(len(cell) > LONGEST_CELL for cell in cells):
            raise BadTable(name, [Fault(line, "", "", "a quote opens here and is not closed")])
        for place, cell in enumerate(cells):
            found = seen.get(cell)
            if found is None:
                found = clean(cell)
                if len(seen) < _MEMORY:
                    seen[cell] = found
            cells[place] = found
        yield Line(line, cells)
        line = before + reader.line_num + 1


def _opened(data: bytes, codec: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=codec, newline="")
