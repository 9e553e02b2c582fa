"""The play on the terminal: a row for every text as soon as it is answered, as wide as the terminal.

On a wide terminal a row has a column for each thing; on a narrow one what is told of a text stands line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smsgw.values import harmless

ROOMY, WIDEST = 100, 160  # columns from which there is room for five of a table, and that it is made for at most
PHONE, MARK, LEAST = 12, 3, 20  # columns of a phone's name and of a mark, and of the words beside them at least


class Stage:
    """Prints rows of the same widths, so that they line up though each is printed when it happens."""

    def __init__(self, console: Console | None = None) -> None:
        plain = console or Console(highlight=False)
        # What is written into a file or a pipe need not fit a terminal.
        width = min(plain.width if plain.is_terminal else max(plain.width, ROOMY), WIDEST)
        self.console = plain if plain.width == width else Console(width=width, highlight=False, file=plain.file)
        self._wide = width >= ROOMY
        self._widths: tuple[int, ...]
        if self._wide:
            free = width - 18 - 8 - 13
            self._widths = (18, free * 3 // 10, free * 4 // 10, free - free * 3 // 10 - free * 4 // 10, 8)
        else:
            self._widths = (PHONE, MARK, max(width - PHONE - MARK - 2, LEAST))
        self.acts: list[str] = []  # their titles
        self._shown: list[list[str]] = []  # what was printed of each, row by row
        self._goes_on = False  # the last of them

    def say(self, *lines: str) -> None:
        for line in lines:
            self.console.print(Text(harmless.show(line)))

    def head(self) -> None:
        """The names of the columns, or what the marks of lines mean."""
        if self._wide:
            names = ("phone", "text", "answer", "changed in the books", "ms")
            self._print([[Text(name, style="bold") for name in names], [Text("─" * width) for width in self._widths]])
        else:
            self.say("Each text (>) with its answer (<) and what it changed in the books (±).")

    def act(self, title: str) -> None:
        """A line between two groups of texts; each has a number, by which it can be shown again."""
        self.acts.append(title)
        self._shown.append([])
        self._goes_on = True
        self.console.rule(Text(f"{len(self.acts)} {title}", style="bold"), align="left")

    def end_acts(self) -> None:
        """What is printed from now on is of no act."""
        self._goes_on = False

    def text(
        self,
        who: str,
        text: str,
        answer: str | None,
        changed: Sequence[str],
        ms: float,
        right: bool,
        *,
        silence: str = "",
    ) -> None:
        """A text, what came back (None: nothing, as it should be, and `silence` says why), and what it changed."""
        none = f"(no answer: {silence})" if silence else "(no answer)"
        shown = (
            Text(none, style="dim")
            if answer is None
            else Text(harmless.show_lines(answer), style="green" if right else "red")
        )
        effect = Text(harmless.show("; ".join(changed))) if changed else Text("nothing", style="dim")
        name, took = Text(who, style="cyan"), f"{ms:.0f}"
        if self._wide:
            self._print([[name, Text(harmless.show_lines(text)), shown, effect, Text(took, justify="right")]])
            return
        rows = [
            [name, Text(">", justify="right"), Text(harmless.show_lines(text))],
            [Text(f"{took} ms", style="dim"), Text("<", justify="right"), shown],
        ]
        if changed:
            rows.append([Text(), Text("±", justify="right"), effect])
        self._print(rows)

    def show_act(self, number: int, goes_on: Callable[[], bool]) -> None:
        """An act again (the first is 1), a screen at a time: `goes_on` is asked before each further one."""
        at, height = 0, max(self.console.height - 2, 5)
        for part in self._shown[number - 1]:
            lines = part.count("\n")
            if at and at + lines > height:
                if not goes_on():
                    return
                at = 0
            at += lines
            self.console.file.write(part)

    def _print(self, rows: Sequence[Sequence[Text]]) -> None:
        table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2 if self._wide else 1, 0, 0))
        for width in self._widths:
            table.add_column(width=width, overflow="fold")
        for cells in rows:
            table.add_row(*cells)
        with self.console.capture() as printed:
            self.console.print(table)
        if self._goes_on:
            self._shown[-1].append(printed.get())
        self.console.file.write(printed.get())
        self.console.file.flush()
