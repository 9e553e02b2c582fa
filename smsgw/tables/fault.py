"""What is wrong with a file: one fault for every bad line, all of them told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smsgw.errors import SmsgwError

LONGEST_VALUE = 60
MOST_FAULTS = 1000  # told of one file; whoever has so many needs not the rest


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A bad cell. `line` counts the file's lines from 1 (the header is line 1); 0 where the fault is the whole file's.

    `column` is '' where the fault is the whole line's, `value` is the cell as it stands in the file.
    """

    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else "the file"
        if self.column:
            where += f", {self.column}"
            value = self.value if len(self.value) <= LONGEST_VALUE else self.value[: LONGEST_VALUE - 1] + "…"
            where += f" '{value}'" if value else " (empty)"
        return f"{where}: {self.reason}"


class TooManyFaults(Exception):
    """So many faults that the rest of the file is not looked at; `faults` are those found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(len(faults))
        self.faults = faults


class BadTable(SmsgwError):
    """A file that was not imported: nothing of it was kept. `faults` are in the order of the file.

    `more` is true where there were so many faults that the rest of the file was not looked at; `kept` where lines
    became wrong while the others were written, so that these are in the books.
    """

    def __init__(self, name: str, faults: Sequence[Fault], *, more: bool = False, kept: bool = False) -> None:
        self.faults = tuple(sorted(faults))
        lines = len({fault.line for fault in self.faults if fault.line})
        what = f"{lines} bad line{'s' if lines != 1 else ''}" if lines else "it cannot be read as such a table"
        if more:
            what += ", and the rest was not looked at"
        if kept:
            became = f"{what}: something else was booked in between"
            super().__init__(f"{name} was imported but for {became}; correct them and import the file again")
            return
        super().__init__(
            f"{name} was not imported, nothing of it was kept: {what}; correct the file and import it again"
        )
