"""Text files whose cells stand between separators (CSV, and what people call so), line by line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice

from smsgw.tables.cleaning import clean
from smsgw.tables.fault import BadTable, Fault
from smsgw.tables.limits import LONGEST_CELL, LONGEST_LINE, MOST_COLUMNS, too_many_columns
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
    source = _opened(data, codec)
    lines = list(islice(iter(lambda: source.readline(LONGEST_CELL), ""), LOOKED_AT))
    if lines and (said := _SAID.match(lines[0])):
        return said[1], True

    def names(separator: str) -> tuple[int, int]:
        found = [
            known([cell.strip('" ') for cell in line.strip("\r\n").split(separator, MOST_COLUMNS)]) for line in lines
        ]
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
    pieces = _Pieces(source)
    reader = csv.reader(pieces, delimiter=separator, strict=True)
    seen: dict[str, str] = {}
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadTable(name, [Fault(line, "", "", f"is not CSV: {error}")]) from None
        except _TooLong:
            reason = f"has more than {LONGEST_LINE:,} characters; is it a table, a row a line?"
            raise BadTable(name, [Fault(line, "", "", reason)]) from None
        if cells is None:
            return
        pieces.room = LONGEST_LINE
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


class _TooLong(Exception):
    """A row without an end."""


class _Pieces:
    """The lines of a file for the CSV reader; `room` is how many characters the row may still have."""

    def __init__(self, source: io.TextIOWrapper) -> None:
        self._source = source
        self.room = LONGEST_LINE

    def __iter__(self) -> Iterator[str]:
        while line := self._source.readline(LONGEST_LINE):
            self.room -= len(line)
            if self.room <= 0:
                raise _TooLong
            yield line


def _opened(data: bytes, codec: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=codec, newline="")
