"""Writing a text with the characters an alphabet has: quotes, dashes and accents give way, other scripts do not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

# Only where Unicode's own compatibility decomposition says nothing or something worse. Each may be written in steps:
# what stands on the right is tried character by character.
_INSTEAD = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "\u02bc": "'",
    "\u0060": "'", "\u00b4": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u2033": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2039": "'", "\u203a": "'",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-",
    "\u2015": "-", "\u2212": "-", "\u00ad": "",
    "\u2022": "*", "\u00b7": ".", "\u2219": ".", "\u2044": "/", "\u2215": "/", "\u00d7": "x", "\u00f7": "/",
    "\u2190": "<-", "\u2192": "->", "\u2264": "<=", "\u2265": ">=", "\u2248": "~", "\u2260": "<>",
    "\u0110": "D", "\u0111": "d", "\u0141": "L", "\u0142": "l", "\u0152": "OE", "\u0153": "oe",
    "\u00de": "Th", "\u00fe": "th",
    "\u00d0": "D", "\u00f0": "d", "\u0131": "i", "\u0130": "I", "\u1e9e": "SS", "\u0126": "H", "\u0127": "h",
    "\u00a9": "(c)", "\u00ae": "(R)", "\u00b0": "deg", "\u00a6": "|", "\t": " ", "\u2028": "\n", "\u2029": "\n",
    "\u200b": "", "\u2060": "", "\ufeff": "", "\ufe0f": "", "\ufe0e": "",
    "\u3002": ".", "\u3001": ",", "\u300c": '"', "\u300d": '"', "\u3010": "[",
    "\u3011": "]", "\u300a": '"', "\u300b": '"',
}  # fmt: skip


def transliterate(
    text: str, fits: Callable[[str], bool], further: Mapping[str, str] = MappingProxyType({})
) -> str | None:
    """The text in characters that fit, or None when one of them has no fair substitute (then nothing is to be changed).

    `fits` says of one character whether the alphabet has it. `further` are substitutes of one's own, by character: they
    go before the table, and may themselves be written in the table's steps. Never a placeholder: a text keeps its
    meaning or goes in another alphabet.
    """
    written: list[str] = []
    for character in text:
        if fits(character):
            written.append(character)
            continue
        own = further.get(character)
        instead = _instead(character, fits) if own is None else transliterate(own, fits)
        if instead is None:
            return None
        written.append(instead)
    return "".join(written)


def _instead(character: str, fits: Callable[[str], bool]) -> str | None:
    known = _INSTEAD.get(character)
    if known is not None:
        return transliterate(known, fits)
    apart = unicodedata.normalize("NFKD", character)
    if apart == character:
        # A mark on its own has a base letter before it, which is already written.
        return "" if unicodedata.combining(character) else None
    return transliterate(apart, fits)
