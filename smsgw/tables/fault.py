"""What is wrong with a file: one fault for every bad line, all of them told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smsgw.errors import SmsgwError

LONGEST_VALUE = 60


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


class BadTable(SmsgwError):
    """A file that was not imported: nothing of it was kept. `faults` are in the order of the file."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        lines = len({fault.line for fault in self.faults if fault.line})
        what = f"{lines} bad line{'s' if lines != 1 else ''}" if lines else "it cannot be read as such a table"
        super().__init__(
            f"{name} was not imported, nothing of it was kept: {what}; correct the file and import it again"
        )
