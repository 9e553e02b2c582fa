"""Files as tables: CSV in the encodings and separators that spreadsheets write, and XLSX; the header is checked."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from smsgw.errors import SmsgwError
from smsgw.tables.fault import BadTable, Fault
from smsgw.values.nearest import did_you_mean

SEPARATORS = ",;\t"
LARGEST_CELL = 10_000  # characters; a quote that is never closed swallows the rest of a file
XLSX_MAGIC, XLS_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Columns:
    """The header of a kind of file: what must be there, and what may be missing."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    others: bool = False  # whether columns that nobody asked for may stand there

    @property
    def all(self) -> tuple[str, ...]:
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its number in the file (from 1) and its cells by column, trimmed; a missing column is ''."""

    line: int
    cells: dict[str, str]


def read(path: Path, columns: Columns) -> list[Row]:
    """The rows of a file.

    Raises BadTable for a header with other or missing columns and for lines that are no rows of it, and SmsgwError
    for a file that cannot be opened.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SmsgwError(f"{path} cannot be read: {error.strerror}") from None
    if data.startswith(XLS_MAGIC):
        raise BadTable(path.name, [Fault(0, "", "", "this is an old .xls workbook; save it as .xlsx or .csv")])
    lines = _sheet(path, data) if data.startswith(XLSX_MAGIC) else _text(path, data, columns)
    return _rows(path, lines, columns)


def _rows(path: Path, lines: Iterator[tuple[int, list[str]]], columns: Columns) -> list[Row]:
    faults: list[Fault] = []
    rows: list[Row] = []
    names: list[str] = []
    for number, found in lines:
        cells = list(found)
        if not any(cells):
            continue
        if not names:
            while cells and not cells[-1]:
                cells.pop()
            names = [_name(cell) for cell in cells]
            if wrong := _header_faults(number, cells, names, columns):
                raise BadTable(path.name, wrong)
            continue
        if not any(cells[len(names) :]):
            del cells[len(names) :]
        if len(cells) != len(names):
            have = f"{len(cells)} cell{'s' if len(cells) != 1 else ''} where the header has {len(names)}"
            faults.append(Fault(number, "", "", have))
            continue
        rows.append(Row(number, dict.fromkeys(columns.all, "") | dict(zip(names, cells, strict=True))))
    if not names:
        raise BadTable(path.name, [Fault(0, "", "", f"is empty; its first line must be {','.join(columns.all)}")])
    if faults:
        raise BadTable(path.name, faults)
    return rows


def _name(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().casefold()


def _header_faults(number: int, cells: list[str], names: list[str], columns: Columns) -> list[Fault]:
    faults = []
    missing = [name for name in columns.required if name not in names]
    for cell, name in zip(cells, names, strict=True):
        if not name:
            faults.append(Fault(number, "", "", "a column without a name stands between others"))
        elif name not in columns.all and not columns.others:
            missed = [c for c in columns.all if c not in names]
            advice = did_you_mean(name, missed, f"the columns are {','.join(columns.all)}")
            faults.append(Fault(number, "", "", f"there is no column '{cell}'; {advice}"))
    twice = sorted({name for name in names if name in columns.all and names.count(name) > 1})
    faults += [Fault(number, "", "", f"column {name} stands there more than once") for name in twice]
    faults += [Fault(number, "", "", f"column {name} is missing") for name in missing]
    return faults


# ---- CSV


def _text(path: Path, data: bytes, columns: Columns) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(path, data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text, columns), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadTable(path.name, [Fault(line, "", "", f"is not CSV: {error}")]) from None
        if cells is None:
            return
        if reader.line_num - line > 0 and any(len(cell) > LARGEST_CELL for cell in cells):
            raise BadTable(path.name, [Fault(line, "", "", "a quote opens here and is not closed")])
        yield line, [cell.strip() for cell in cells]
        line = reader.line_num + 1


def _decoded(path: Path, data: bytes) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise BadTable(path.name, [Fault(0, "", "", "is neither a table in UTF-8 or GB18030 nor an .xlsx workbook")])


def _separator(text: str, columns: Columns) -> str:
    """The separator under which the first line names most of our columns."""
    header = next((line for line in text.splitlines() if line.strip()), "")

    def known(separator: str) -> tuple[int, int]:
        names = [_name(cell.strip('"')) for cell in header.split(separator)]
        return sum(name in columns.all for name in names), len(names)

    return max(SEPARATORS, key=known)


# ---- XLSX


def _sheet(path: Path, data: bytes) -> Iterator[tuple[int, list[str]]]:
    import openpyxl  # type: ignore[import-untyped]  # takes 0.1 s to import, which CSV files need not wait for
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError):
        raise BadTable(
            path.name, [Fault(0, "", "", "is not a workbook that can be read; save it again as .xlsx")]
        ) from None
    try:
        for number, values in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield number, [_cell(value) for value in values]
    finally:
        book.close()


def _cell(value: Any) -> str:
    """A cell of a workbook as CSV would have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
