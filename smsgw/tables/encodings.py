"""In which encoding the octets of a text file are: told by a mark, by the grammar of UTF-8, else GB18030 if Chinese.

Nearly any octets can be read as GB18030, so what comes of it must look like Chinese: hanzi that people use, not rare
ones among Latin letters. Where that is in doubt the file is refused, and whoever sent it says what it is.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

from smsgw.tables.limits import refuse
from smsgw.values.nearest import or_near

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECE = 1 << 16
# Hanzi written with ASCII alone, which reads as UTF-8 and is none: RFC 1843, ISO 2022, RFC 2152. What stands
# behind + is of UTF-7 only if it has letters (a number of a phone has none) and comes to hanzi in use, two at least.
_HZ = re.compile(rb"~\{(?:[!-w][!-~])+~\}")
_ISO_2022 = re.compile(rb"\x1b[$(][$()A-Z@]")
_UTF_7 = re.compile(rb"\+(?=[0-9]*[A-Za-z+/])[A-Za-z0-9+/]{6,}(?![A-Za-z0-9+/])")
_ONLY_HANZI = re.compile("[\u4e00-\u9fff]{2,}")
ENOUGH = 0.6  # of the letters that are not ASCII: what must be hanzi in use, for a text to be Chinese
PLAIN = 0.85  # the same where the octets also make words of another script

# The names by which people may ask, and the codecs: those of Microsoft where they hold more than the standard.
NAMED = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-32": "utf-32",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "big5": "cp950",
    "cp950": "cp950",
    "big5-hkscs": "big5hkscs",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "cp932": "cp932",
    "euc-jp": "euc_jp",
    "euc-kr": "cp949",
    "cp949": "cp949",
    "tis-620": "cp874",
    "cp874": "cp874",
    "hz": "hz",
    "utf-7": "utf-7",
    "iso-2022-jp": "iso2022_jp",
    "iso-2022-kr": "iso2022_kr",
    "macintosh": "mac_roman",
    "mac-roman": "mac_roman",
    "mac-cyrillic": "mac_cyrillic",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "ascii": "ascii",
    "latin-1": "cp1252",
    **{f"iso-8859-{part}": f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)},
    "iso-8859-1": "cp1252",
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
    **{f"cp{page}": f"cp{page}" for page in (437, 850, 852, 866, *range(1250, 1259))},
}
_SHOWN = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "gb18030": "GB18030",
    "cp950": "Big5",
    "cp932": "Shift-JIS",
    "hz": "HZ",
    "utf-7": "UTF-7",
    "iso2022_jp": "ISO-2022-JP",
    "iso2022_kr": "ISO-2022-KR",
}


def find_encoding(name: str, data: bytes, asked: str | None) -> str:
    """The codec for the octets of the file `name`; `asked` is the encoding that a person says it has.

    Raises BadTable where they are not in that encoding, or are in none that is known, or where that is in doubt.
    """
    marked = next((codec for mark, codec in _MARKS if data.startswith(mark)), None)
    if asked is not None:
        codec = _named(name, asked)
        if marked and not _same(codec, marked):
            refuse(name, f"begins with the mark of {shown(marked)}, so it is not in {asked}")
        if not _reads(data, codec):
            refuse(name, f"is not in {asked}: it has octets that mean nothing there")
        return codec
    if marked:
        if not _reads(data, marked):
            refuse(name, f"begins with the mark of {shown(marked)} and is damaged further on")
        return marked
    if _reads(data, "utf-8"):
        if seven := _seven_bit(data):
            refuse(
                name,
                f"has hanzi in {shown(seven)}, it seems; add --encoding {shown(seven).lower()} if it has, "
                "--encoding utf-8 if not, or save it as CSV UTF-8",
            )
        return "utf-8-sig"
    neither = "is neither a table in UTF-8 or GB18030 nor an .xlsx workbook"
    if b"\0" in data:
        refuse(name, neither)
    if not _reads(data, "gb18030"):
        refuse(name, neither + "; save it as CSV UTF-8, or say what it is, such as --encoding windows-1252")
    if example := doubt(data):
        refuse(
            name,
            f"is not in UTF-8, and as GB18030 it reads '{example}'; if that is right add --encoding gb18030, "
            "else say what it is (big5, shift-jis, windows-1252, windows-1251, macintosh …), or save it as CSV UTF-8",
        )
    return "gb18030"


def _seven_bit(data: bytes) -> str | None:
    """The codec of hanzi that ASCII alone makes; None where there are none."""
    if _HZ.search(data):
        return "hz"
    if _ISO_2022.search(data):
        return "iso2022_jp"
    for found in _UTF_7.finditer(data):
        try:
            word = found.group().decode("utf-7")
            word.encode("gb2312")
            if _ONLY_HANZI.fullmatch(word):
                return "utf-7"
        except UnicodeError:
            continue
    return None


def shown(codec: str) -> str:
    """What people call a codec."""
    return _SHOWN.get(codec, codec.replace("cp125", "windows-125").replace("iso8859_", "ISO-8859-"))


def _named(name: str, asked: str) -> str:
    """The codec that people call so, whatever stands between its letters and digits."""
    codec = {_fold(said): found for said, found in NAMED.items()}.get(_fold(asked))
    if codec is None:
        near = or_near(asked, NAMED) or "; such as utf-8, gb18030, big5, windows-1252"
        refuse(name, f"there is no encoding '{asked}'{near}")
    return codec


def _fold(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _same(codec: str, marked: str) -> bool:
    return codec.replace("-sig", "").startswith(marked.replace("-sig", ""))


def _reads(data: bytes, codec: str) -> bool:
    """Whether all octets mean something and none is a NUL; by pieces, for the whole text would be four times as big."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for start in range(0, len(data), _PIECE):
            if "\0" in decoder.decode(data[start : start + _PIECE]):
                return False
        return "\0" not in decoder.decode(b"", final=True)
    except UnicodeError:
        return False


# ---- whether it is Chinese


def doubt(data: bytes) -> str:
    """A word that speaks against octets being Chinese text in GB18030; '' where none does."""
    words = _words(data)
    letters = [letter for word in words for letter in word if not letter.isascii() and not _is_mark(letter)]
    used = sum(letter in in_use() for letter in letters)
    strange = next((word for word in words if _is_torn(word)), None)
    if strange is not None:
        return strange
    share = used / len(letters) if letters else 1.0
    if share >= PLAIN or (share >= ENOUGH and not _could_be_cyrillic(words)):
        return ""
    return max(words, key=lambda word: sum(letter not in in_use() for letter in word if not letter.isascii()))


@lru_cache(maxsize=1)
def in_use() -> frozenset[str]:
    """The hanzi that names, places and trade are made of: those that most text consists of."""
    text = (files("smsgw.tables") / "hanzi.txt").read_text(encoding="utf-8")
    return frozenset(letter for letter in text if not letter.isascii())


def _words(data: bytes) -> list[str]:
    """The different words with letters that are not ASCII."""
    found: dict[str, None] = {}
    for line in dict.fromkeys(data.splitlines()):
        if not line.isascii():
            text = line.decode("gb18030", errors="ignore")
            for mark in ',;|"\t':
                text = text.replace(mark, " ")
            found.update(dict.fromkeys(word for word in text.split() if not word.isascii()))
    return list(found)


def _is_mark(letter: str) -> bool:
    """Punctuation of Chinese text and full-width ASCII, which say nothing."""
    return letter in "\u3000、。·—…‘’“”〔〕〈〉《》「」『』【】℃￥№×÷°" or "\uff01" <= letter <= "\uff5e"


def _is_torn(word: str) -> bool:
    """Whether rare hanzi touch Latin letters, as the octets of an accented letter and the next do: `Pe馻`, `M黮ler`."""
    at = 0
    while at < len(word):
        end = at
        while end < len(word) and not word[end].isascii():
            end += 1
        run = word[at:end]
        if run and not any(letter in in_use() or _is_mark(letter) for letter in run):
            before, after = word[at - 1 : at], word[end : end + 1]
            if before.isalpha() or after.isalpha():
                return True
        at = max(end, at + 1)
    return False


def _could_be_cyrillic(words: list[str]) -> bool:
    """Whether the octets are words of Cyrillic letters throughout, capital or small as words are."""
    for word in words:
        letters = [x for x in word.encode("gb18030").decode("cp1251", errors="replace") if not x.isascii()]
        text = "".join(letters)
        if not all("CYRILLIC" in unicodedata.name(x, "") for x in letters):
            return False
        if not (text.isupper() or text.islower() or text.istitle()):
            return False
    return True
