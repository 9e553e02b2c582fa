"""The header of a table: which of its columns are ours, by our names, in other spelling, or in Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from smsgw.tables.fault import Fault
from smsgw.values.nearest import did_you_mean, slip_of

_UNIT = re.compile(r"[(\[【（].*?[)\]】）]")  # 信用额度（元）
_SHORTEST_SLIP = 4  # letters of a name that may be a misspelt one; shorter ones are like too many words


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a kind of file: what must be there, and what may be missing.

    `also` are other names of columns, the likeliest first: `{"phone": ("手机号", "手机")}`.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def all(self) -> tuple[str, ...]:
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was understood: the place of each of our columns, and the names of those that are left aside."""

    line: int
    places: dict[str, int]
    aside: tuple[str, ...]
    width: int


class Names:
    """What the columns of a kind of file may be called."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._known: dict[str, tuple[int, str]] = {}  # folded → how likely (0 best), column
        for column in columns.all:
            for rank, name in enumerate((column, *columns.also.get(column, ()))):
                self._known.setdefault(_fold(name), (rank, column))

    def find(self, cell: str) -> tuple[int, str] | None:
        """The column of a name, and how likely it is that one (0: its own name)."""
        return self._known.get(_fold(cell)) or self._known.get(_fold(_UNIT.sub("", cell)))

    def count(self, cells: Sequence[str]) -> int:
        """How many of our columns a line names."""
        return len({found[1] for cell in cells if cell and (found := self.find(cell))})

    def understand(self, line: int, cells: Sequence[str]) -> Header | list[Fault]:
        """The header that a line is, or what is wrong with it."""
        faults: list[Fault] = []
        best: dict[str, tuple[int, int]] = {}  # column → how likely, place
        twice: set[str] = set()
        for place, cell in enumerate(cells):
            found = self.find(cell) if cell else None
            if found is None:
                continue
            rank, column = found
            if column in best and best[column][0] == rank:
                twice.add(column)
            if column not in best or rank < best[column][0]:
                best[column] = rank, place
                twice.discard(column)
        places = {column: place for column, (_, place) in best.items()}
        taken = set(places.values())
        missing = [name for name in self.columns.required if name not in places]
        absent = [name for name in self.columns.all if name not in places]
        aside = []
        for place, cell in enumerate(cells):
            if place in taken or (cell and (found := self.find(cell)) and found[1] in twice):
                continue
            slips = [name for name in absent if name in missing or min(len(name), len(cell)) >= _SHORTEST_SLIP]
            if cell and slip_of(cell, slips):
                faults.append(Fault(line, "", "", f"there is no column '{cell}'; {did_you_mean(cell, slips)}"))
            else:
                aside.append(cell or f"column {place + 1} without a name")
        faults += [Fault(line, "", "", f"column {name} stands there more than once") for name in sorted(twice)]
        faults += [Fault(line, "", "", self._missing(name)) for name in missing]
        return faults or Header(line, places, tuple(aside), len(cells))

    def _missing(self, column: str) -> str:
        own = self.columns.also.get(column, ())
        return f"column {column} is missing" + (f", in Chinese {own[0]}" if own else "")


def _fold(name: str) -> str:
    """A name of a column for comparison: letters and digits alone, whatever their width and case."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())
