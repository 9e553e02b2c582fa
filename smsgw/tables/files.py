"""Files as tables: CSV in the encodings and separators that spreadsheets write, and XLSX; the header is checked.

What was looked at (the sheet, the encoding, the separator, the columns left aside) is told with the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from smsgw.errors import SmsgwError
from smsgw.tables import limits
from smsgw.tables.delimited import SEPARATORS, lines_of, separator_of
from smsgw.tables.encodings import find_encoding, shown
from smsgw.tables.fault import MOST_FAULTS, BadTable, Fault
from smsgw.tables.headers import Columns, Header, Names
from smsgw.tables.limits import refuse
from smsgw.tables.sheets import Line
from smsgw.tables.workbooks import open_workbook

__all__ = ["AUTOMATIC", "Choice", "Columns", "Looked", "Row", "Table", "read"]

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # OLE, [MS-CFB] 2.2: .xls, or a workbook that is encrypted
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO] 2.3.4.4
ARCHIVE = b"PK\x03\x04"
HEADER_WITHIN = 10  # lines that are not empty: a title and a date may stand above the header
NOTHING_BAD: Mapping[str, str] = MappingProxyType({})

_OTHER_KINDS = (
    (b"%PDF", "is a PDF; export the table as .xlsx or .csv"),
    (b"\x1f\x8b", "is packed (gzip); unpack it first"),
    (b"Rar!", "is packed (RAR); unpack it first"),
    (b"7z\xbc\xaf", "is packed (7z); unpack it first"),
    (b"SQLite format 3", "is a database, not a table"),
)
_PAGES = (b"<!doctype html", b"<html", b"<table", b"<?xml")


@dataclass(frozen=True, slots=True)
class Choice:
    """What whoever imports says of a file; None where the file is to tell it."""

    sheet: str | None = None
    encoding: str | None = None


AUTOMATIC = Choice()


class RowCells(Mapping[str, str]):
    """The cells of a row by column, in a third of the room of a dict: a file has a hundred thousand.

    `places` is one for all rows of a file: where in `values` the cell of each column stands.
    """

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: tuple[str, ...]) -> None:
        self._places = places
        self._values = values

    def __getitem__(self, column: str) -> str:
        return self._values[self._places[column]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its number in the file (from 1) and its cells by column, trimmed; a missing column is ''.

    `bad` says of cells why they cannot be read; `decimal_commas` whether the file is from where 1,5 is one and a half.
    """

    line: int
    cells: Mapping[str, str]
    bad: Mapping[str, str] = field(default_factory=lambda: NOTHING_BAD)
    decimal_commas: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at in a file. `sheet` is '' for a text file, `encoding` and `separator` are '' for a workbook.

    `columns` are ours, as the header calls them; `aside` those that were not read.
    """

    name: str
    sheet: str
    other_sheets: tuple[str, ...]
    encoding: str
    separator: str
    header_line: int
    columns: dict[str, str]
    aside: tuple[str, ...]
    hidden_rows: int
    sha256: str

    @property
    def sentence(self) -> str:
        """What people are told."""
        what = f"sheet {self.sheet}" if self.sheet else f"{self.encoding}, separated by {self.separator}"
        parts = [what]
        if self.other_sheets:
            parts.append("not read: " + ", ".join(self.other_sheets) + " (--sheet)")
        if self.header_line > 1:
            parts.append(f"header in line {self.header_line}")
        if self.aside:
            parts.append("left aside: " + ", ".join(self.aside))
        if self.hidden_rows:
            parts.append(f"{self.hidden_rows:,} hidden row{'s' if self.hidden_rows != 1 else ''} read too")
        return f"{self.name}: " + "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and what was looked at to find them."""

    rows: list[Row]
    looked: Looked


def read(path: Path, columns: Columns, choice: Choice = AUTOMATIC) -> Table:
    """The table in a file.

    Raises BadTable for what is no table, for a header with missing or misspelt columns and for lines that are longer
    than it, and SmsgwError for a file that cannot be opened.
    """
    data = _octets(path)
    name = path.name
    names = Names(columns)
    if data.startswith(ARCHIVE):
        if choice.encoding is not None:
            refuse(name, "is a workbook, which has no encoding to be named")
        book = open_workbook(name, data)
        sheet = book.choose(choice.sheet)
        others = tuple(
            other.name + ("" if other.visible else " (hidden)") for other in book.sheets if other is not sheet
        )
        looked = Looked(name, sheet.name, others, "", "", 0, {}, (), 0, "")
        return _table(data, book.lines(sheet), names, looked, decimal_commas=False)
    _refuse_other_kinds(name, data)
    if choice.sheet is not None:
        refuse(name, "is a text file, which has no sheets to be named")
    codec = find_encoding(name, data, choice.encoding)
    separator, said = separator_of(data, codec, names.count)
    called = SEPARATORS.get(separator, f"'{separator}'")
    looked = Looked(name, "", (), shown(codec), called, 0, {}, (), 0, "")
    lines = lines_of(name, data, codec, separator, skip_first=said)
    return _table(data, lines, names, looked, decimal_commas=separator == ";")


def _octets(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limits.LARGEST_FILE + 1)
            if len(data) > limits.LARGEST_FILE:
                raise limits.too_large(path.name, max(path.stat().st_size, len(data)))
    except OSError as error:
        raise SmsgwError(f"{path} cannot be read: {error.strerror}") from None
    return data


def _refuse_other_kinds(name: str, data: bytes) -> None:
    if data.startswith(OLD_WORKBOOK):
        if ENCRYPTED_STREAM in data:
            refuse(name, "is protected by a password; take it off and save the workbook again")
        refuse(name, "this is an old .xls workbook; save it as .xlsx or .csv")
    for magic, reason in _OTHER_KINDS:
        if data.startswith(magic):
            refuse(name, reason)
    if data.removeprefix(b"\xef\xbb\xbf")[:100].lstrip().lower().startswith(_PAGES):
        refuse(name, "is a web page or XML under another name; open it and save it as .xlsx or .csv")


def _table(data: bytes, lines: Iterator[Line], names: Names, looked: Looked, *, decimal_commas: bool) -> Table:
    header, called = _header(lines, names, looked)
    places = header.places
    order = list(places.values())
    where = {place: column for column, place in places.items()}
    # Columns that the file has not are read from the empty text at the end of each row.
    shared = dict.fromkeys([*places, *names.columns.all], len(order)) | {c: n for n, c in enumerate(places)}
    rows: list[Row] = []
    faults: list[Fault] = []
    hidden = 0
    for line in lines:
        cells = line.cells
        if not any(cells) and not line.bad:
            continue
        if len(cells) > header.width and any(cells[header.width :]):
            have = f"{len(cells)} cells where the header has {header.width}"
            faults.append(Fault(line.number, "", "", have))
            if len(faults) >= MOST_FAULTS:
                raise BadTable(looked.name, faults, more=True)
            continue
        if len(rows) >= limits.MOST_ROWS:
            raise limits.too_many_rows(looked.name)
        hidden += line.hidden
        width = len(cells)  # programs leave out the empty cells at the end
        values = (*[cells[place] if place < width else "" for place in order], "")
        bad = (
            {where[place]: reason for place, reason in line.bad.items() if place in where} if line.bad else NOTHING_BAD
        )
        if bad or any(values):
            rows.append(Row(line.number, RowCells(shared, values), bad, decimal_commas))
    if faults:
        raise BadTable(looked.name, faults)
    told = Looked(
        looked.name,
        looked.sheet,
        looked.other_sheets,
        looked.encoding,
        looked.separator,
        header.line,
        {column: called[place] for column, place in places.items()},
        header.aside,
        hidden,
        hashlib.sha256(data).hexdigest(),
    )
    return Table(rows, told)


def _header(lines: Iterator[Line], names: Names, looked: Looked) -> tuple[Header, list[str]]:
    """The first line that has all the columns that must be there; else what is wrong with the likeliest one."""
    wrong: list[Fault] = []
    most = -1
    looked_at = 0
    for line in lines:
        cells = list(line.cells)
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        found = names.understand(line.number, cells)
        if isinstance(found, Header):
            return found, cells
        if (count := names.count(cells)) > most:
            most, wrong = count, found
        looked_at += 1
        if looked_at == HEADER_WITHIN:
            break
    wanted = ",".join(names.columns.all)
    where = f"its sheet {looked.sheet} " if looked.sheet else ""
    others = f"; its other sheets are {', '.join(looked.other_sheets)} (--sheet)" if looked.other_sheets else ""
    if not looked_at:
        refuse(looked.name, f"{where}is empty; its first line must be {wanted}{others}")
    if most == 0 and others:
        wrong.append(Fault(0, "", "", f"the sheet read is {looked.sheet}{others}"))
    raise BadTable(looked.name, wrong)
