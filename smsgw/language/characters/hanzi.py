"""Hanzi: traditional characters as simplified ones, sounds without tones, and the numbers one to ninety-nine."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

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
def _readings() -> dict[int, str]:
    """The readings of the common ideographs, with tones and commas between them (pypinyin's table).

    The table is read without the package around it, which would bring fifty megabytes of phrases along.
    """
    spec = find_spec("pypinyin")
    assert spec is not None and spec.submodule_search_locations is not None
    text = (Path(spec.submodule_search_locations[0]) / "pinyin_dict.json").read_text(encoding="utf-8")
    return {code: sound for place, sound in json.loads(text).items() if 0x4E00 <= (code := int(place)) <= 0x9FFF}


@cache
def sounds(character: str) -> frozenset[str]:
    """The pinyin readings of one character without their tones; a character without any reads as itself."""
    readings = _readings().get(ord(character))
    if readings is None:
        return frozenset((character,))
    plain = "".join(c for c in unicodedata.normalize("NFD", readings) if not unicodedata.combining(c))
    return frozenset(plain.split(","))
