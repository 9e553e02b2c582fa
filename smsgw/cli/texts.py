"""Texts on the command line: how a new line inside one is typed, and how what was read is told to people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_ESCAPE = re.compile(r"\\(n|\\)")


def unescaped(text: str) -> str:
    """The text with the two characters backslash-n as a new line, and two backslashes as one."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else "\\", text) if "\\" in text else text


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
