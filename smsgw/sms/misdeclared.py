"""Octets that cannot be what their data_coding says, read as what they are: UCS-2, UTF-8 or GBK.

Gateways between an operator and us forget to set data_coding, or set it whatever they send. Only what is evident is
read otherwise: a text that makes sense as declared stays as declared.
"""

from __future__ import annotations

import re

# Of text read as UCS-2: what people do not write. Private use, halves of pairs, hanzi of extension A, hexagrams.
_NO_UCS2 = re.compile("[\ue000-\uf8ff\ud800-\udfff\ufffd\u3400-\u4dff\u0000]")
# And all that a Chinese text in UCS-2 is made of; of its signs those that people type, or every `00` would be one.
_CHINESE = re.compile("[\r\n -~\u00b7\u2014\u2018-\u201d\u2026\u3000-\u301f\u4e00-\u9fff\uff00-\uffef]+")
_HANZI = re.compile("[\u4e00-\u9fff]")
_PRINTABLE = re.compile(rb"[\r\n -~]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]+")
# What no text in Latin-1 or septets has: controls, and signs that nobody types.
_NO_LATIN = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\xa0\xa2\xa6\xa8-\xaa\xac-\xaf\xb8\xd7\xf7]")
_LEAST_ZEROS = 4  # of more than half of the characters, that make UCS-2 of octets that are all septets
_LEAST_HIGH = 4  # octets above 0x7F that make GBK of a text: two hanzi


def as_utf8(data: bytes) -> str:
    """The text of octets that are valid UTF-8 and not ASCII, without the mark that some put first; '' else."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def as_ucs2(data: bytes) -> str:
    """The text of octets that are evidently UCS-2 in either order; '' else.

    Evident are every other octet zero (Latin letters and digits), and hanzi with such letters and nothing else, where
    the octets are no text in Latin letters: `caf\\xe9` is two hanzi, too, and letters with an `@` among them are.
    """
    if len(data) % 2 or len(data) < 4:
        return ""
    if not any(data[0::2]) and 0 not in data[1::2]:
        return data.decode("utf-16-be")
    if not any(data[1::2]) and 0 not in data[0::2]:
        return data.decode("utf-16-le")
    zeros = data[0::2].count(0)
    letters = data.isascii() and (zeros < _LEAST_ZEROS or 4 * zeros <= len(data))
    if letters or _NO_LATIN.search(data) is None:
        return ""
    try:
        text = data.decode("utf-16-be")
    except UnicodeDecodeError:
        return ""
    return text if _CHINESE.fullmatch(text) and _HANZI.search(text) else ""


def as_gbk(data: bytes) -> str:
    """The text of octets that are evidently GBK: hanzi of GB 2312, two at least, and ASCII; '' else."""
    runs = _HIGH.findall(data)
    if any(len(run) % 2 for run in runs) or sum(map(len, runs)) < _LEAST_HIGH:
        return ""
    try:
        return data.decode("gb2312")
    except UnicodeDecodeError:
        return ""


def as_it_is(data: bytes) -> str:
    """The text of octets that are none of a declared 7 or 8 bit alphabet; '' where nothing is evident."""
    return as_utf8(data) or as_ucs2(data) or as_gbk(data)


def in_place_of_ucs2(data: bytes, text: str) -> str:
    """The text of octets that were declared and read as UCS-2 and cannot be; `text` where they can."""
    if data.isascii():
        if _PRINTABLE.fullmatch(data) and (len(data) % 2 or _is_unlikely(text)):
            return data.decode("ascii")
        return text
    if _NO_UCS2.search(text) is None:
        return text
    return as_utf8(data) or (as_gbk(data) if data.count(b" ") or not len(data) % 2 else "") or text


def _is_unlikely(text: str) -> bool:
    """Whether a text has hanzi that people do not use: those of no simplified or traditional standard."""
    hanzi = "".join(_HANZI.findall(text)) or ("\u3400" if _NO_UCS2.search(text) else "")
    for codec in ("gb2312", "big5"):
        try:
            hanzi.encode(codec)
        except UnicodeEncodeError:
            continue
        return False
    return True
