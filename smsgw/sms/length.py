"""How much of an SMS a text takes: septets of the GSM 03.38 alphabet, else UCS-2 units, against what the parts hold."""

from __future__ import annotations

import re

from smsgw.sms.encode import OCTETS
from smsgw.sms.shift import DEFAULT, SINGLE, UNASSIGNED
from smsgw.sms.split import ELEMENT_16

# The default alphabet, and the characters of its extension table, which take two septets.
_BASIC = DEFAULT.replace(UNASSIGNED, "")
_EXTENSION = "".join(SINGLE[0].values())

_NOT_BASIC = re.compile(f"[^{re.escape(_BASIC)}]")
_NOT_GSM = re.compile(f"[^{re.escape(_BASIC + _EXTENSION)}]")

# What one part holds alone, and what each of several holds beside the longest header (16-bit reference).
_ALONE, _EACH = OCTETS, OCTETS - ELEMENT_16 - 1
_GSM_ALONE, _GSM_EACH = _ALONE * 8 // 7, _EACH * 8 // 7  # 160, 152
_UCS2_ALONE, _UCS2_EACH = _ALONE // 2, _EACH // 2  # 70, 66


def septets(text: str) -> int | None:
    """The septets of a text in the GSM alphabet; None when it has a character outside."""
    odd = _NOT_BASIC.search(text)
    if odd is None:
        return len(text)
    if _NOT_GSM.search(text, odd.start()) is not None:
        return None
    return len(text) + sum(text.count(character) for character in _EXTENSION)


def ucs2_units(text: str) -> int:
    """The 16-bit units of a text; a character beyond the basic plane takes two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits(text: str, parts: int) -> bool:
    """Whether a text goes into this many parts, whatever the split has to keep together."""
    length = septets(text)
    alone, each = _GSM_ALONE, _GSM_EACH
    if length is None:
        length = ucs2_units(text)
        alone, each = _UCS2_ALONE, _UCS2_EACH
    if length <= alone:
        return True
    # An escape or a surrogate pair is never cut, which can cost one unit at each border.
    return parts > 1 and length <= parts * each - (parts - 1)


def gsm_only(text: str) -> str:
    """A text without the characters that GSM does not have."""
    return _NOT_GSM.sub("", text)


def with_words(text: str, words: str, parts: int) -> str:
    """A text and behind it as much of somebody's words as goes into this many parts; cut with two dots.

    It is one line, and nothing in it ends a command: what comes back to us with it is never read as one.
    """
    told = plain_words(words)
    if not told or fits(f"{text} {told}", parts):
        return f"{text} {told}" if told else text
    low, high = 0, len(told)  # the longest beginning that fits is at least `low`, and shorter than `high`
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(f"{text} {told[:middle].rstrip()}..", parts) else (low, middle)
    return f"{text} {told[:low].rstrip()}.." if low else text


def plain_words(words: str) -> str:
    """Somebody's words in one line, with a comma for whatever ends a command."""
    return " ".join(re.sub(r"\s*(?:[;\uff1b]|[\r\n]+)\s*", ", ", words.strip()).split()).strip(", ")
