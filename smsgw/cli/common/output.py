"""What goes to standard output and standard error: JSON a line, or tables and lines for people.

Nothing else in the command line writes there, so that what strangers wrote steers no terminal.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from smsgw.values import harmless

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z")


def print_line(*told: object) -> None:
    """One line for people; what is not seen in it is made visible, a line end too."""
    print(harmless.show(" ".join(map(str, told))))


def print_block(text: str) -> None:
    """Text of several lines for people, written as it ends."""
    print(harmless.show_lines(text), end="")


def print_error(told: object) -> None:
    """One line on standard error, written out at once; the exit status tells it too where nobody reads that."""
    try:
        print(harmless.show(str(told)), file=sys.stderr, flush=True)
    except OSError:
        # Else Python finds at its end that it cannot write this, and changes the status.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def json_line(value: Any) -> None:
    """One JSON value on a line of its own, written out at once: whoever reads may wait for it."""
    sys.stdout.write(json_text(value) + "\n")
    sys.stdout.flush()


def json_text(value: Any) -> str:
    """A value as JSON on one line; what is not seen in its texts is escaped."""
    return harmless.show_json(json.dumps(value, ensure_ascii=False))


def on_clock(found: Any, zone: str) -> Any:
    """What JSON has, for people: every instant in it, by itself an ISO time in UTC, on the clock of a time zone."""
    if isinstance(found, str) and _INSTANT.match(found):
        at = datetime.fromisoformat(found).astimezone(ZoneInfo(zone))
        return f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"
    if isinstance(found, Mapping):
        return {name: on_clock(value, zone) for name, value in found.items()}
    if isinstance(found, list):
        return [on_clock(value, zone) for value in found]
    return found


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """A table that fits the terminal: what is too long for its column goes on in the next line, and nothing is cut."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    listed = [list(row) for row in rows]
    shown = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    for place, name in enumerate(columns):
        numbers = bool(listed) and all(isinstance(row[place], int | float | None) for row in listed)
        shown.add_column(name, overflow="fold", justify="right" if numbers else "left")
    for row in listed:
        shown.add_row(*("" if cell is None else harmless.show(str(cell)) for cell in row))
    Console(markup=False, highlight=False).print(shown)


def pairs(values: Mapping[str, Any], indent: str = "") -> None:
    """Names and values, a line each; a value that is a mapping or a list of them is set in below its name.

    What holds nothing is left out.
    """
    values = {name: value for name, value in values.items() if value not in (None, "", {}, [])}
    width = max((len(name) for name in values), default=0)
    for name, value in values.items():
        if isinstance(value, Mapping):
            print_line(f"{indent}{name}")
            pairs(value, indent + "  ")
        elif isinstance(value, list) and isinstance(value[0], Mapping):
            print_line(f"{indent}{name}")
            for entry in value:
                print_line(f"{indent}  " + "  ".join(f"{k} {v}" for k, v in entry.items() if v is not None))
        else:
            told = ", ".join(map(str, value)) if isinstance(value, list) else value
            print_line(f"{indent}{name:<{width}}  {told}")


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
