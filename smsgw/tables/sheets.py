"""The cells of a sheet (ECMA-376 18.3.1), row by row as the XML comes: what is declared of size is not believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from smsgw.tables import limits
from smsgw.tables.cleaning import clean
from smsgw.tables.limits import refuse
from smsgw.tables.packages import DAMAGED, Attributes
from smsgw.tables.shown import Shown, show_general
from smsgw.values.unreadable import Unreadable

UNCALCULATED = "is a formula without its value; open the workbook in Excel, let it calculate, and save it"


@dataclass(slots=True)
class Line:
    """A line as it stands in a file; `bad` says of cells, by their place from 0, why they cannot be read."""

    number: int
    cells: list[str]
    bad: dict[int, str] = field(default_factory=dict)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class CellBook:
    """What the cells of a workbook refer to: texts by number, the look of numbers by style.

    `to_be_calculated`: whoever wrote the workbook left its formulas to the program that opens it.
    """

    texts: Sequence[str]
    shown: Sequence[Shown]
    to_be_calculated: bool


class SheetReader:
    """Makes rows of the elements of a sheet. Cells that are empty, and rows of such, are not handed on."""

    def __init__(self, name: str, book: CellBook) -> None:
        self._name = name
        self._book = book
        self._ready: list[Line] = []
        self._places: dict[str, int] = {}
        self._row = 0
        self._line = Line(0, [])
        self._place = -1
        self._kind = self._style = ""
        self._formula = self._reading = self._spoken = False
        self._value: list[str] | None = None  # None: the cell has no value, not even an empty one
        self._days: dict[tuple[str, str], str] = {}

    def read_lines(self) -> list[Line]:
        """The rows that are whole by now."""
        ready, self._ready = self._ready, []
        return ready

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "t"):
            self._reading = not self._spoken
            if self._value is None:
                self._value = []
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._spoken = True
        elif name == "row":
            said = attributes.get("r")
            self._row = _number(said) if said is not None else self._row + 1
            if not 0 < self._row <= limits.LAST_ROW:
                refuse(self._name, f"has a row {self._row:,}, and a sheet ends with row {limits.LAST_ROW:,}")
            self._line = Line(self._row, [], hidden=attributes.get("hidden") in ("1", "true"))
            self._place = -1

    def end(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name in ("v", "t"):
            self._reading = False
        elif name == "rPh":
            self._spoken = False
        elif name == "row" and self._line.cells:
            self._ready.append(self._line)

    def text(self, letters: str) -> None:
        if self._reading and self._value is not None:
            self._value.append(letters)

    def _begin_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        self._place = self._place + 1 if reference is None else self._column(reference)
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._formula, self._value = False, None

    def _end_cell(self) -> None:
        if self._value is None and not self._formula:
            return
        try:
            text = self._text("".join(self._value or ()))
        except Unreadable as bad:
            text, reason = "", str(bad)
        else:
            reason = ""
            if not text:
                return
        if self._place >= limits.MOST_COLUMNS:
            raise limits.too_many_columns(self._name, self._row)
        cells = self._line.cells
        if len(cells) <= self._place:
            cells += [""] * (self._place + 1 - len(cells))
        cells[self._place] = text
        if reason:
            self._line.bad[self._place] = reason

    def _text(self, value: str) -> str:
        """The value of a cell as it is shown. Raises Unreadable."""
        kind = self._kind
        if self._formula and kind != "str" and (not value or (value == "0" and self._book.to_be_calculated)):
            raise Unreadable(UNCALCULATED)
        if kind == "s":
            place = _number(value)
            if not 0 <= place < len(self._book.texts):
                refuse(self._name, DAMAGED)
            return clean(self._book.texts[place])
        if kind == "n":
            return self._shown(value.strip()) if value else ""
        if kind == "b":
            return "TRUE" if value.strip() in ("1", "true") else "FALSE"
        return clean(value)

    def _shown(self, value: str) -> str:
        style = self._style
        known = self._days.get((value, style))
        if known is not None:
            return known
        try:
            number = float(value)
        except ValueError:
            refuse(self._name, DAMAGED)
        place = _number(style) if style else 0
        shown = self._book.shown[place] if 0 <= place < len(self._book.shown) else show_general
        text = shown(number)
        if len(self._days) < 10_000:
            self._days[value, style] = text
        return text

    def _column(self, reference: str) -> int:
        """The column of a reference such as AB12, from 0."""
        letters = reference.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
                refuse(self._name, DAMAGED)
            place = 0
            for letter in letters.upper():
                place = place * 26 + ord(letter) - 64
            place = self._places[letters] = place - 1
        return place


def _number(text: str) -> int:
    """A number of the XML; -1 where it is none."""
    return int(text) if text.isascii() and text.strip().isdigit() and len(text) < 12 else -1
