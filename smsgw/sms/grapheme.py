"""Where a text may be cut without tearing what a reader takes for one character (the rules of Unicode annex 29)."""

from __future__ import annotations

import unicodedata
from itertools import takewhile

_ZERO_WIDTH_JOINER = "\u200d"
_EXTENDING = frozenset(("Mn", "Me", "Mc"))


def may_cut(text: str, place: int) -> bool:
    """Whether the text may be cut before the character at `place` (1 to len - 1).

    The rules are kept by general categories rather than by the tables of one Unicode version, and err towards no cut:
    never before a mark, a joiner, a skin tone or a tag, after a joiner, inside CR LF, a flag, a Hangul syllable or an
    Indic conjunct.
    """
    before, after = text[place - 1], text[place]
    if after < "\u0300" and before < "\u0300":
        return not (before == "\r" and after == "\n")
    if before == _ZERO_WIDTH_JOINER or _extends(after):
        return False
    if _is_regional(before) and _is_regional(after):
        flags = sum(1 for _ in takewhile(_is_regional, reversed(text[:place])))
        return flags % 2 == 0
    if _is_jamo(before) and _is_jamo(after):
        return False
    if unicodedata.category(after).startswith("L"):
        marks = takewhile(_extends, reversed(text[:place]))
        if any(unicodedata.combining(mark) == 9 for mark in marks):  # a virama: the consonant joins on
            return False
    return not _prepends(before)


def _extends(character: str) -> bool:
    code = ord(character)
    return (
        character in (_ZERO_WIDTH_JOINER, "\u200c")
        or unicodedata.category(character) in _EXTENDING
        or 0x1F3FB <= code <= 0x1F3FF  # skin tones
        or 0xE0020 <= code <= 0xE007F  # tags, as in the flags of England and Scotland
        or code in (0x0E33, 0x0EB3, 0xFF9E, 0xFF9F)  # Thai and Lao AM, half-width voicing marks
    )


def _is_regional(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


def _is_jamo(character: str) -> bool:
    code = ord(character)
    return 0x1100 <= code <= 0x11FF or 0xA960 <= code <= 0xA97C or 0xAC00 <= code <= 0xD7FB


_PREPENDED = frozenset(
    (0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x0D4E, 0x110BD, 0x110CD, 0x111C2, 0x111C3, 0x1193F, 0x11941)
)


def _prepends(character: str) -> bool:
    """Signs written before, and around, the digits that follow: Arabic number signs and their like."""
    code = ord(character)
    return 0x0600 <= code <= 0x0605 or code in _PREPENDED
