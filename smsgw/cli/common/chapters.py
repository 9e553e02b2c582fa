"""A chapter of the manual on a terminal: Markdown laid out in 80 columns, of which no word is cut off."""

from __future__ import annotations

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, TableElement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

COLUMNS = 80  # chapters are laid out for as many at most, however wide the terminal is


def print_chapter(markdown: str, console: Console | None = None) -> None:
    """Print Markdown on a terminal (None: that of the process) in its width, or in 80 columns where it is wider."""
    console = console or Console()
    console.print(_Chapter(markdown, hyperlinks=False), width=min(COLUMNS, console.width))


class _Heading(Heading):
    """A heading at the left, as the text below it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text.assemble(self.text, style="bold underline" if self.tag == "h1" else "bold")


class _Code(CodeBlock):
    """What is to be typed, set in and on no other background."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Padding(Text(str(self.text).rstrip(), style="cyan", overflow="fold"), (0, 0, 0, 2))


class _Table(TableElement):
    """A table that breaks long words where rich would leave out their ends, as Chinese has no spaces."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
        if self.header is not None and self.header.row is not None:
            for column in self.header.row.cells:
                table.add_column(column.content.copy(), overflow="fold")
        if self.body is not None:
            for row in self.body.rows:
                table.add_row(*(cell.content for cell in row.cells))
        yield table


class _Chapter(Markdown):
    elements = {**Markdown.elements, "heading_open": _Heading, "fence": _Code, "table_open": _Table}
