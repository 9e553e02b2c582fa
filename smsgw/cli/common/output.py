"""What goes to standard output: JSON a line, or tables and lines for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def reading_lines(reading: dict[str, Any]) -> Iterator[str]:
    """What `smsgw parse --json` prints of a text, as lines for people."""
    yield f"{reading['outcome']}: {reading['text']!r}"
    for command in reading["commands"]:
        told = " ".join(
            f"{name}={_told(value)}"
            for name, value in command.items()
            if name not in ("verb", "outcome", "repairs", "problem", "problems")
        )
        yield f"  {command['verb'] or '?'} ({command['outcome']}) {told}".rstrip()
        for repair in command["repairs"]:
            yield f"    read {repair['token']!r} as {repair['result']!r} ({repair['rule']})"
        for problem in command["problems"]:
            expected = f", expected {'/'.join(problem['expected'])}" if problem["expected"] else ""
            near = f", near {problem['suggestion']!r}" if problem["suggestion"] else ""
            yield f"    {problem['code']}: {problem['token']!r}{expected}{near}"


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_told(entry) for entry in value)
    if isinstance(value, dict):
        return "x".join(str(inner) for inner in value.values())
    return str(value)
