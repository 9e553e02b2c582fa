"""Folding: one spelling for what looks alike, with the way back to what was typed (rules 1 and 10 of the language)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from smsgw.language.characters.hanzi import simplified
from smsgw.values.value import value

# Characters dropped or set apart beside words. `?` stays: alone it is a verb. `[` and `【` stay: they bracket tags.
_SPACE = "\"'`!<>(){}~^\\·•‘’“”„‚«»‹›「」『』《》〈〉、。・।¿§"
_DASHES = "‐‑‒–—―−﹘﹣⸺⸻"
_SAME = {
    "¡": "@",  # an @ of the GSM alphabet read with the wrong table
    "¤": "$",
    "⁄": "/",
    "∕": "/",
    "،": ",",
    "٬": ",",
    "٫": ".",
    "۔": " ",
    "؛": ";",
    "؟": "?",
    "：": ":",
}
# Letters of other scripts drawn like Latin ones.
_HOMOGLYPHS = dict(
    zip("АВЕКМНОРСТХІЅЈҮԌΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXISJYGABEZHIKMNOPTYX", strict=True)  # Cyrillic, then Greek
)
_NEWLINES = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Marks written over or under a letter; those of scripts whose vowels are marks stay.
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe2f\U000e0100-\U000e01ef]")
_INVISIBLE = "\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5"

# The fold of each ASCII character; of all 128, as one that a table has not is looked up in vain, which takes long.
_ASCII = "".join(
    "\n" if c in _NEWLINES else " " if c in _SPACE or ord(c) < 32 or ord(c) == 127 else c.upper()
    for c in map(chr, range(128))
)


@value
class Folded:
    """A text and its fold: `clean` is upper case, in ASCII where it can be, its lines ended by a newline.

    `origin[i]` is the place in `text` that `clean[i]` comes from; None when the two agree place by place.
    """

    text: str
    clean: str
    origin: list[int] | None

    def typed(self, start: int, end: int) -> str:
        """What was typed for `clean[start:end]`, its ends trimmed."""
        if self.origin is None:
            return self.text[start:end].strip()
        if end <= start:
            return ""
        # A character that folds to several belongs to the span whole; what was dropped after it does not.
        stop = self.origin[end] if end < len(self.origin) else len(self.text)
        return self.text[self.origin[start] : max(stop, self.origin[end - 1] + 1)].strip()


def fold(text: str) -> Folded:
    """Fold a text. Never raises, whatever the characters (lone surrogates are spaces); linear in its length."""
    if text.isascii():
        if "\x00" not in text:
            return Folded(text, text.translate(_ASCII), None)
        text = _wide(text)
    elif "\x00" in text:
        text = _wide(text)
    parts: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        folded = fold_character(character)
        if folded:
            parts.append(folded)
            origin.append(place)
            if len(folded) > 1:
                origin.extend([place] * (len(folded) - 1))
    return Folded(text, "".join(parts), origin)


@lru_cache(maxsize=65536)
def fold_character(character: str) -> str:
    """The fold of one character: no, one or several characters, each of which folds to itself."""
    if character in _NEWLINES:
        return "\n"
    if character in _SPACE:
        return " "
    if character in _DASHES:
        return "-"
    if character in _SAME:
        return _SAME[character]
    if character in _INVISIBLE or _MARKS.match(character):
        return ""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in ("So", "Cs", "Co", "Cn", "Zs"):  # emoji and pictures, and what no alphabet has
        return " "
    if category in ("Cf", "Me") or 0x1F3FB <= ord(character) <= 0x1F3FF:  # zero-width, bidi; skin colours
        return ""
    if category == "Cc":
        return " " if character == "\t" else ""
    folded = _letters(character)
    if folded == character:
        return character
    return "".join(fold_character(c) for c in folded)


def _letters(character: str) -> str:
    """Compatibility forms, accents, case, traditional hanzi and letters of other scripts drawn like Latin ones."""
    upper = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).upper())
    upper = upper.translate(simplified())
    return "".join(_HOMOGLYPHS.get(c, c) for c in upper)


def _wide(text: str) -> str:
    """A text of two octets a character that a wrong coding flag had read as one: read again; else without its NULs."""
    if len(text) % 2 == 0 and all(ord(c) < 256 for c in text) and text.count("\x00") * 3 >= len(text):
        octets = text.encode("latin-1")
        order = "utf-16-be" if octets[0::2].count(0) >= octets[1::2].count(0) else "utf-16-le"
        wide = octets.decode(order, errors="replace")
        if "\x00" not in wide:
            return wide
    return text.replace("\x00", "")


_PIECES = re.compile(
    r"""
    (?<![\d.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![.,]?\d) | (?<![\d.,])\d{1,7}\.\d{1,4}(?![.,]?\d)
  | (?<![\d./-])\d{1,4}/\d{1,2}(?:/\d{1,4})?(?![\d./-]) | @\s*[^\s,;:./|#*+=_?\[\]@]+ | \+\d+
  | [^\s,;:./|#*+=_?@]+ | [\n;?]
    """,
    re.VERBOSE,
)
_PARTING = re.compile(r"[\n,;:./|#*+=_?@]")  # what makes more of a text than its words with spaces between them


def folded_text(clean: str) -> str:
    """The fold as one line a command, one space between words: equal for texts that differ in nothing that counts."""
    if _PARTING.search(clean) is None:
        return " ".join(clean.split())
    words = [piece.replace(" ", "") if piece[0] == "@" else piece for piece in _PIECES.findall(clean)]
    lines: list[list[str]] = [[]]
    for word in words:
        if word in "\n;":
            lines.append([])
        else:
            lines[-1].append(word)
    return "\n".join(" ".join(line) for line in lines if line)
