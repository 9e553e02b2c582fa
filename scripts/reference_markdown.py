"""What a generated chapter is made of: its frame, tables, words in code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_GENERATED = "This chapter is written from the code by `scripts/regen`."


def chapter(title: str, *parts: str) -> str:
    """A generated chapter: its title, that it is generated, and its parts, a blank line between two."""
    return "\n\n".join(part.strip("\n") for part in (f"# {title}", _GENERATED, *parts)) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars within cells are escaped."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(line.replace("|  |", "| |") for line in lines)


def code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
