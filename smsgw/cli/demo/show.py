"""The play on the terminal: one table, a row for every text as soon as it is answered."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

NARROWEST, WIDEST = 100, 160  # columns of the terminal that the table is made for


class Stage:
    """Prints rows of the same widths, so that they line up though each is printed when it happens."""

    def __init__(self, console: Console | None = None) -> None:
        plain = console or Console(highlight=False)
        width = min(max(plain.width, NARROWEST), WIDEST)
        self.console = plain if plain.width == width else Console(width=width, highlight=False, file=plain.file)
        free = width - 18 - 8 - 13
        self._widths = (18, free * 3 // 10, free * 4 // 10, free - free * 3 // 10 - free * 4 // 10, 8)

    def say(self, *lines: str) -> None:
        for line in lines:
            self.console.print(Text(line))

    def head(self) -> None:
        """The names of the columns."""
        self._row(
            [Text(name, style="bold") for name in ("phone", "text", "answer", "changed in the books", "ms")], ruled=True
        )

    def act(self, title: str) -> None:
        """A line between two groups of texts."""
        self.console.rule(Text(title, style="bold"), align="left")

    def text(self, who: str, text: str, answer: str | None, changed: Sequence[str], ms: float, right: bool) -> None:
        """A text, what came back (None: nothing, as it should be), and what it changed."""
        shown = Text("(no answer)", style="dim") if answer is None else Text(answer, style="green" if right else "red")
        effect = Text("; ".join(changed)) if changed else Text("nothing", style="dim")
        self._row([Text(who, style="cyan"), Text(text), shown, effect, Text(f"{ms:.0f}", justify="right")])

    def _row(self, cells: Sequence[Text], ruled: bool = False) -> None:
        row = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for width in self._widths:
            row.add_column(width=width, overflow="fold")
        row.add_row(*cells)
        if ruled:
            row.add_row(*("─" * width for width in self._widths))
        self.console.print(row)
