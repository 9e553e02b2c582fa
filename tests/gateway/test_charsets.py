"""A charset by any name that people write for it, and by none that is no charset of texts."""

from __future__ import annotations

import pytest

from smsgw.gateway.charsets import UnknownCharset, decode


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("utf-16-be", ("UCS-2", "UCS_2", "UCS-2-BE", "UTF16-BE", "utf-16be", "UTF-16//TRANSLIT")),
        ("utf-16-le", ("UCS-2LE", "UTF16-LE", "utf-16le")),
        ("utf-32-be", ("UCS-4", "ISO-10646-UCS-4", "utf-32be")),
        ("utf-8", ("UTF8", "UTF_8", "utf8mb4", " utf-8 ", "UTF-8//IGNORE", "cp65001")),
        ("gbk", ("GBK", "x-gbk", "X-GBK", "CP936", "windows-936", "ms936", "MS-936")),
        ("gb2312", ("GB2312", "gb_2312-80", "GB 2312-80", "EUC-CN", "x-euc-cn")),
        ("big5", ("BIG5", "big-5", "Big_5", "x-big5", "windows-950")),
    ],
)
def test_hanzi(codec: str, names: tuple[str, ...]) -> None:
    assert {decode("你好 A350".encode(codec), name) for name in names} == {"你好 A350"}


@pytest.mark.parametrize(
    ("codec", "names", "text"),
    [
        ("cp1252", ("windows-1252", "WINDOWS1252", "win-1252", "CP-1252", "x-cp1252"), "Grüße €"),
        ("cp1251", ("windows-1251", "Windows1251", "x-cp1251"), "Привет"),
        ("mac_roman", ("MACINTOSH", "macroman", "x-mac-roman", "MacRoman"), "Grüße"),
        ("cp932", ("windows-31j", "Windows31J", "CP932", "ms932"), "東京①"),
        ("shift_jis", ("Shift_JIS", "x-sjis", "SJIS"), "東京"),
        ("ascii", ("US-ASCII", "IA5", "ANSI_X3.4-1968"), "BAL"),
    ],
)
def test_other_letters(codec: str, names: tuple[str, ...], text: str) -> None:
    assert {decode(text.encode(codec), name) for name in names} == {text}


@pytest.mark.parametrize(
    "name", ["rot13", "base64", "zlib", "idna", "punycode", "unicode_escape", "raw", "x-", "ANSI", ""]
)
def test_what_is_no_charset_of_texts(name: str) -> None:
    with pytest.raises((UnknownCharset, LookupError)):
        decode(b"a", name)
