"""What goes to standard output: JSON a line, or a table for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def json_line(value: Any) -> None:
    """One JSON value on a line of its own, written out at once: whoever reads may wait for it."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """A table as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(*columns, title=title, title_justify="left")
    for row in rows:
        shown.add_row(*("" if cell is None else str(cell) for cell in row))
    Console(markup=False, highlight=False).print(shown)


def pairs(values: Mapping[str, Any], indent: str = "") -> None:
    """Names and values, a line each; a value that is a mapping or a list of them is set in below its name."""
    width = max((len(name) for name in values), default=0)
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            print(f"{indent}{name}")
            pairs(value, indent + "  ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            print(f"{indent}{name}")
            for entry in value:
                print(f"{indent}  " + "  ".join(f"{k} {v}" for k, v in entry.items() if v is not None))
        else:
            print(f"{indent}{name:<{width}}  {'' if value is None or value == {} else value}".rstrip())
