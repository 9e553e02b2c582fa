"""Hanzi: traditional characters as simplified ones, sounds without tones, and the numbers one to ninety-nine."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

# A run of CJK ideographs, as the inside of a character class.
RANGES = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HANZI = re.compile(f"[{RANGES}]")

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
NUMERALS = frozenset("一二两三四五六七八九十百千万零〇")
_NUMBER = re.compile("([一二三四五六七八九])?十([一二三四五六七八九])?")


@cache
def simplified() -> dict[int, str]:
    """Traditional → simplified, one character for one, as a table for `str.translate` (OpenCC's character table)."""
    text = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8")
    table: dict[int, str] = {}
    for line in text.splitlines():
        character, _, choices = line.partition("\t")
        if len(character) == 1 and choices:
            table[ord(character)] = choices.split(" ")[0]
    # Some are listed with themselves first, and stay; a few lead to a character that leads on.
    for traditional, one in table.items():
        last = one
        while (further := table.get(ord(last), last)) != last:
            last = further
        table[traditional] = last
    return {traditional: one for traditional, one in table.items() if chr(traditional) != one}


def number(text: str) -> int | None:
    """The value of 一 … 九十九 or 两; None for anything else (百 and above are no quantity of this language)."""
    if len(text) == 1 and text in _DIGITS:
        return _DIGITS[text]
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    tens, ones = found.groups()
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


@cache
def sounds(character: str) -> frozenset[str]:
    """The toneless pinyin readings of one character; a character without any reads as itself."""
    from pypinyin import Style, pinyin  # heavy: loaded by the first misspelt hanzi verb only

    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])
