"""Octets of a text by the name that people use for their charset: Kannel's, iconv's, an operator's or Python's own."""

from __future__ import annotations

import codecs
import re

from smsgw.sms.decode import decode_text

_CHARSETS = (
    *("ascii", "utf-", "iso8859", "iso2022", "cp", "gb", "hz", "big5", "koi8", "euc", "shift", "latin", "mac"),
    *("tis", "johab"),  # Python's names
)
# What people call UTF-16; without a mark it is big-endian (RFC 2781 4.3).
_WIDE = frozenset(("ucs2", "ucs2be", "iso10646ucs2", "csunicode", "unicode", "unicodebig", "utf16", "u16", "csutf16"))
# And what they call the septets of GSM 03.38, an octet each.
_SEPTETS = frozenset(("gsm", "gsm7", "gsm7bit", "gsm0338", "gsm338", "gsmdefault", "smsdefault", "3gppgsm"))
_NARROW_FIRST = frozenset(("ucs2le", "unicodelittle"))
# Names of others, as their letters and digits: those that Python has under another spelling.
_SPELT = {
    "utf16be": "utf-16-be",
    "utf16le": "utf-16-le",
    "ucs4": "utf-32-be",
    "iso10646ucs4": "utf-32-be",
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
    "gb231280": "gb2312",
    "big5": "big5",
    "sjis": "shift_jis",
    "windows31j": "cp932",
    "cswindows31j": "cp932",
    "macroman": "mac_roman",
    "ia5": "ascii",
}


class UnknownCharset(Exception):
    """A name that is none of a charset of texts."""


def decode(octets: bytes, charset: str) -> str:
    """The text; `//TRANSLIT` and the like of iconv behind the name are of no matter.

    Raises UnknownCharset, LookupError for a name that nobody knows, UnicodeError for octets of another charset.
    """
    charset = charset.partition("//")[0]
    plain = re.sub(r"[^a-z0-9]", "", charset.lower())
    if plain in _WIDE:
        charset = "utf-16" if octets[:2] in (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE) else "utf-16-be"
    elif plain in _SEPTETS:
        return decode_text(octets.decode("ascii").encode("ascii"), 0)  # an octet above 127 is no septet
    elif plain in _NARROW_FIRST:
        charset = "utf-16-le"
    else:
        charset = re.sub(r"^x-", "", charset.strip(), flags=re.IGNORECASE)
        plain = re.sub(r"[^a-z0-9]", "", charset.lower())
        page = re.fullmatch(r"(?:windows|win|ms|cp|ibm)(\d{3,5})", plain)
        charset = f"cp{page[1]}" if page else _SPELT.get(plain, charset)
    if not codecs.lookup(charset).name.startswith(_CHARSETS):
        raise UnknownCharset(charset)
    return octets.decode(charset)
