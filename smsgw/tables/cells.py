"""The cells of one row, read by type; what cannot be read becomes a fault of its line and the reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import TypeVar

from smsgw.tables import fields
from smsgw.tables.fault import MOST_FAULTS, Fault, TooManyFaults
from smsgw.tables.fields import BadCell
from smsgw.tables.files import Row
from smsgw.values.names import fold
from smsgw.values.nearest import or_near
from smsgw.values.unreadable import Unreadable

T = TypeVar("T")

SPREADSHEET_ERRORS = frozenset(
    ["#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"]
)
TOO_NARROW = "was saved from a column too narrow to show it; widen the column and save again"
MOST_SUGGESTED = 200  # suggestions worked out for one file; each searches the whole directory


class Cells:
    """Typed access to a row. Each method returns the value, or None where the cell is empty or a fault was noted.

    A cell that must not be empty is read with `needed` true, which is the default. Raises TooManyFaults where one more
    would be too many.
    """

    __slots__ = ("_row", "faults", "good")

    def __init__(self, row: Row, faults: list[Fault]) -> None:
        self._row = row
        self.faults = faults
        self.good = True

    @property
    def line(self) -> int:
        return self._row.line

    def has(self, column: str) -> bool:
        """Whether the cell holds anything."""
        return bool(self._row.cells[column]) or column in self._row.bad

    def fault(self, column: str, reason: str) -> None:
        """Note that a cell ('' for the whole line) is wrong."""
        self.good = False
        if len(self.faults) >= MOST_FAULTS:
            raise TooManyFaults(self.faults)
        self.faults.append(Fault(self._row.line, column, self._row.cells.get(column, ""), reason))

    def read(self, column: str, reader: Callable[[str], T], needed: bool = True) -> T | None:
        """The cell as `reader` understands it; Unreadable (BadCell is one) of the reader becomes the fault."""
        text = self._row.cells[column]
        if not text:
            if column in self._row.bad:
                self.fault(column, self._row.bad[column])
            elif needed:
                self.fault(column, "must not be empty")
            return None
        if text[0] == "#" and (text in SPREADSHEET_ERRORS or not text.strip("#")):
            self.fault(column, "is an error of the spreadsheet" if text.strip("#") else TOO_NARROW)
            return None
        try:
            return reader(text)
        except Unreadable as bad:
            self.fault(column, str(bad))
            return None

    def text(self, column: str, most: int, needed: bool = True) -> str | None:
        return self.read(column, lambda text: fields.plain(text, most), needed)

    def code(self, column: str, most: int, needed: bool = True, *, capitals: bool = True) -> str | None:
        """A code; dealer and region codes are kept in capitals, as texts name them."""
        found = self.read(column, lambda text: fields.code(text, most), needed)
        return found.upper() if found and capitals else found

    def currency(self, column: str, needed: bool = True) -> str | None:
        return self.read(column, fields.currency, needed)

    def money(self, column: str, currency: str | None, needed: bool = True) -> int | None:
        """Minor units; where the currency itself was bad, hundredths, so that the amount is checked all the same."""
        commas = self._row.decimal_commas
        return self.read(column, lambda text: fields.money(text, currency or "", decimal_commas=commas), needed)

    def day(self, column: str, needed: bool = True) -> date | None:
        return self.read(column, fields.day, needed)

    def instant(self, column: str, zone: str, needed: bool = True) -> datetime | None:
        return self.read(column, lambda text: fields.instant(text, zone), needed)

    def phone(self, column: str, country: str, needed: bool = True) -> str | None:
        return self.read(column, lambda text: fields.phone(text, country), needed)

    def imei(self, column: str, needed: bool = True) -> str | None:
        return self.read(column, fields.imei, needed)

    def number(self, column: str, least: int, most: int, needed: bool = True) -> int | None:
        return self.read(column, lambda text: fields.number(text, least, most), needed)

    def timezone(self, column: str, needed: bool = False) -> str | None:
        return self.read(column, fields.timezone_name, needed)

    def one_of(self, column: str, choices: Sequence[str], needed: bool = True) -> str | None:
        """One of a few words, in any case."""

        def reader(text: str) -> str:
            if text.casefold() not in choices:
                raise BadCell(f"must be one of {', '.join(choices)}{or_near(text, choices)}")
            return text.casefold()

        return self.read(column, reader, needed)

    def parts(self, column: str, reader: Callable[[str], T]) -> tuple[T, ...]:
        """The values of a cell that holds several, separated by `|`; the same one twice counts once."""
        found: dict[T, None] = {}
        if column in self._row.bad:
            self.fault(column, self._row.bad[column])
        for piece in (piece.strip() for piece in self._row.cells[column].split("|")):
            if not piece:
                continue
            try:
                found[reader(piece)] = None
            except Unreadable as bad:
                self.fault(column, str(bad))
        return tuple(found)


class Known:
    """Codes that a file may name: looked up without regard to case, the nearest one suggested for a slip."""

    def __init__(self, what: str, codes: Collection[str]) -> None:
        self._what = what
        self._codes: dict[str, str] = {fold(code): code for code in codes}
        self._suggested: dict[str, str] = {}

    def add(self, code: str) -> None:
        self._codes[fold(code)] = code

    def __contains__(self, code: str) -> bool:
        return fold(code) in self._codes

    def find(self, text: str) -> str:
        """The code as it is kept; raises BadCell naming the nearest one."""
        found = self._codes.get(fold(text))
        if found is None:
            if text not in self._suggested and len(self._suggested) < MOST_SUGGESTED:
                self._suggested[text] = or_near(text, self._codes.values())
            raise BadCell(f"there is no {self._what} {text}" + self._suggested.get(text, ""))
        return found
