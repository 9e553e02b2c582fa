"""What strangers wrote, made harmless: where it is shown, where it is sent on to phones, and in the cells of a table.

A character that nobody sees can act: an escape sequence steers the terminal of whoever reads it, a carriage return or a
line end forges a line, an override of direction (Unicode's bidirectional algorithm, UAX #9) turns words round, one
without width hides in a name. What is kept in the database stays as it came; this is for the way out.
"""

from __future__ import annotations

import re
from typing import Any

# Scripts and signs between which a joiner (U+200C, U+200D) belongs to the spelling: Arabic to Sinhala, and emoji.
_JOINED = "\u0600-\u0dff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINER = f"(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])"
# Controls of ASCII and Latin-1, overrides, embeddings and isolates of direction, what has no width, tags, and halves of
# surrogate pairs. Those that a text of several lines has are treated apart.
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f"
)
_DIRECTION = "\u061c\u200e\u200f"  # marks that Arabic and Hebrew need beside digits: seen here, and sent on
_SHOWN = re.compile(f"[\t\n{_UNSEEN}{_DIRECTION}]|{_JOINER}")
_SHOWN_LINES = re.compile(f"[{_UNSEEN}{_DIRECTION}]|{_JOINER}")
_SENT = re.compile(f"[{_UNSEEN}]|{_JOINER}")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")

# What a spreadsheet takes for a formula by how it begins, and plain numbers with a sign, which are none.
_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_SIGNED = re.compile(r"[+-][0-9][0-9.,]*%?")


def show(text: str) -> str:
    """A text on one line, with everything visible in it that is not seen: `\\x1b`, `\\n`, `\\u202e`."""
    return text if text.isprintable() else _SHOWN.sub(_escaped, text)


def show_lines(text: str) -> str:
    """A text of several lines with everything else visible that is not seen."""
    return text if text.isprintable() else _SHOWN_LINES.sub(_escaped, text)


def show_json(text: str) -> str:
    """JSON text with what is not seen in its strings written as escapes of JSON: the values stay the same."""
    return text if text.isprintable() else _SHOWN_LINES.sub(_escaped_json, text)


def send(text: str) -> str:
    """A text as it may go on to a phone: lines end in LF, a tab is a space, what is not seen is left out."""
    if text.isprintable():
        return text
    return _SENT.sub("", _LINE_ENDS.sub("\n", text).replace("\t", " "))


def fill_cell(value: Any) -> Any:
    """The value of a cell of CSV or XLSX: a text that a spreadsheet would calculate begins with an apostrophe.

    Other values, and texts that are a number with its sign, such as a phone, stay as they are.
    """
    if not isinstance(value, str):
        return value
    text = show_lines(value)
    if _FORMULA.match(value) is None or _SIGNED.fullmatch(value) is not None:
        return text
    return "'" + text


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character in "\t\n\r":
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _escaped_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[at : at + 2], 'big'):04x}" for at in range(0, len(units), 2))
