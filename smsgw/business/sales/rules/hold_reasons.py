"""Why a shop sold a set of another one: three numbered reasons, each with the words that people say for it."""

from __future__ import annotations

import re
import unicodedata

TRANSFER, BOUGHT, OTHER = NUMBERS = (1, 2, 3)

# By number, how people say it.
_NAMES = {
    TRANSFER: (
        *("transfer", "transferred", "given", "given to us", "they gave it", "from another shop", "moved"),
        *("调货", "调拨", "调来的", "调来", "调过来的", "调过来", "借调", "他店调货"),
    ),
    BOUGHT: (
        *("bought", "purchase", "purchased", "we bought it"),
        *("外购", "购买", "买的", "买来的", "买来", "买入", "收购"),
    ),
    OTHER: ("other", "something else", "其他", "其它", "别的"),
}
_NUMBERED = re.compile(r"^\W*([1-3])(?:\W+|(?=[^\W\d])|$)(.*)$", re.DOTALL)
_CODE = re.compile(r"\b[A-Z]{1,3}\d+\b", re.IGNORECASE)
LONGEST = 80  # characters of what is said of a reason that are kept


def said(text: str) -> tuple[int, str] | None:
    """The reason that words name, by its number or how people say it, and what else they say; None where they name
    none. What stands behind a number says the same again, or is the story that the last reason wants."""
    words = _tidy(unicodedata.normalize("NFKC", text))
    numbered = _NUMBERED.match(words)
    named = _named(_tidy(numbered[2]) if numbered is not None else words)
    if numbered is None:
        return named
    number, rest = int(numbered[1]), _tidy(numbered[2])
    if not rest:
        return number, ""
    if named is not None and named[0] == number:
        return named
    is_story = number == OTHER and not any(character.isdigit() for character in rest)
    return (number, rest[:LONGEST]) if is_story else None


def _named(words: str) -> tuple[int, str] | None:
    """The reason with whose name words begin, and what stands behind it."""
    names = sorted(((name, number) for number, every in _NAMES.items() for name in every), key=_longest_first)
    for name, number in names:
        behind = words[len(name) :]
        if words[: len(name)].casefold() == name and not re.match(r"[a-z0-9]", behind, re.IGNORECASE):
            told = _CODE.sub("", behind)  # figures that are of no shop tell of something else (transfer done 12,300)
            return None if any(map(str.isdigit, told)) else (number, _tidy(behind)[:LONGEST])
    return None


def _longest_first(pair: tuple[str, int]) -> int:
    return -len(pair[0])


def _tidy(words: str) -> str:
    """Words without needless space and without what parts them from a number or a name."""
    return " ".join(words.split()).strip(" ,.;:!。、-")
