"""Lists of values as PostgreSQL reads them (its manual, 8.15.6), a whole column in one text.

The driver would look at each value by itself, which costs more than everything else that is done for a row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any


def array_literal(values: Collection[Any]) -> str:
    """A column of int, bool, str, bytes or None as the text of an array; TypeError for anything else.

    A str with NUL, which no PostgreSQL text can hold, is left for the driver to refuse.
    """
    kinds = set(map(type, values))
    if kinds == _INTEGERS:
        return f"{{{repr(list(values))[1:-1]}}}"
    if kinds == _TEXTS:
        joined = '","'.join(values)
        if "\\" not in joined and joined.count('"') == 2 * (len(values) - 1):
            return f'{{"{joined}"}}'
    return f"{{{','.join([_element(value) for value in values])}}}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    for kind, written in _WRITTEN:
        if isinstance(value, kind):
            return written(value)
    raise TypeError(f"no value for a column: {type(value).__name__}")


def _text(value: str) -> str:
    escaped = str.__str__(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_INTEGERS = {int}
_TEXTS = {str}
_WRITTEN: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (str, _text),
    (bool, lambda value: "t" if value else "f"),  # before int, which it is too
    (int, str),
    (bytes, lambda value: f'"\\\\x{value.hex()}"'),
)
