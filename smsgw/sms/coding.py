"""What a data_coding octet says about the alphabet of a message (SMPP 3.4 section 5.2.19, 3GPP 23.038 section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Alphabet(StrEnum):
    """How octets and characters belong together. GSM_PACKED and GBK only ever come from a link's own settings."""

    GSM = "gsm"
    GSM_PACKED = "gsm-packed"
    ASCII = "ascii"
    LATIN1 = "latin1"
    OCTETS = "octets"
    JIS = "jis"
    CYRILLIC = "cyrillic"
    HEBREW = "hebrew"
    UCS2 = "ucs2"
    UTF8 = "utf8"
    GBK = "gbk"
    MUSIC = "iso-2022-jp"
    JIS_EXTENDED = "jis-extended"
    KOREAN = "korean"


# SMPP's own values. 0 is whatever the SMSC's default alphabet is; 9 (pictograms), 11, 12 and 15 are reserved or have no
# public table and are kept octet by octet.
_SMPP = {
    0x01: Alphabet.ASCII,
    0x02: Alphabet.OCTETS,
    0x03: Alphabet.LATIN1,
    0x04: Alphabet.OCTETS,
    0x05: Alphabet.JIS,
    0x06: Alphabet.CYRILLIC,
    0x07: Alphabet.HEBREW,
    0x08: Alphabet.UCS2,
    0x0A: Alphabet.MUSIC,
    0x0D: Alphabet.JIS_EXTENDED,
    0x0E: Alphabet.KOREAN,
}
# Bits 3 and 2 of the general data coding groups; 3 is reserved, and reserved codings are read as the default alphabet.
_GENERAL = (None, Alphabet.OCTETS, Alphabet.UCS2, None)


def _alphabet(data_coding: int) -> Alphabet | None:
    group = data_coding >> 4
    if group == 0x0:
        return _SMPP.get(data_coding, None if data_coding == 0 else Alphabet.OCTETS)
    if group < 0x8:  # general (0001–0011) and automatic deletion (0100–0111); bit 5 of them means compressed
        return Alphabet.OCTETS if group & 0x2 else _GENERAL[data_coding >> 2 & 0x3]
    if group == 0xE:  # message waiting, store, UCS-2
        return Alphabet.UCS2
    if group == 0xF:  # data coding and message class
        return Alphabet.OCTETS if data_coding & 0x4 else None
    return None  # 1000–1011 reserved; 1100, 1101 message waiting in the default alphabet


_ALPHABETS = tuple(_alphabet(data_coding) for data_coding in range(256))


def alphabet_of(data_coding: int, default: str = Alphabet.GSM) -> str:
    """The alphabet of a data_coding (0–255) on a link whose SMSC has the given default alphabet.

    The values 0–14 are SMPP's, all above are 3GPP 23.038's. The default alphabet itself is a property of the SMSC for
    data_coding 0; in the groups of 23.038 it is the GSM alphabet, unless the link packs its septets.
    """
    alphabet = _ALPHABETS[data_coding]
    if alphabet is not None:
        return alphabet
    return default if data_coding == 0 or default == Alphabet.GSM_PACKED else Alphabet.GSM


def message_class(data_coding: int) -> int | None:
    """0 (flash, shown at once and not kept) to 3, or None where the data_coding gives no class (23.038 section 4)."""
    group = data_coding >> 4
    if group == 0xF or (0x1 <= group < 0x8 and data_coding & 0x10):
        return data_coding & 0x3
    return None


# What we write for each alphabet.
_DATA_CODINGS: Mapping[str, int] = {
    Alphabet.GSM: 0x00,
    Alphabet.GSM_PACKED: 0x00,
    Alphabet.ASCII: 0x01,
    Alphabet.LATIN1: 0x03,
    Alphabet.OCTETS: 0x04,
    Alphabet.CYRILLIC: 0x06,
    Alphabet.HEBREW: 0x07,
    Alphabet.UCS2: 0x08,
}


# Bits 3 and 2 of a data_coding with a message class.
_CLASS_BITS: Mapping[str, int] = {Alphabet.GSM: 0x0, Alphabet.GSM_PACKED: 0x0, Alphabet.OCTETS: 0x4, Alphabet.UCS2: 0x8}


def data_coding_of(alphabet: str, default: str, class_: int | None = None) -> int:
    """The data_coding to send an alphabet with, 0 for the link's default, with a message class (0–3) if one is asked.

    A class is possible for the GSM alphabet, octets and UCS-2 (group 0001 of 23.038); any other raises ValueError.
    """
    if class_ is None:
        return 0x00 if alphabet == default else _DATA_CODINGS[alphabet]
    bits = _CLASS_BITS.get(alphabet)
    if bits is None or not 0 <= class_ <= 3:
        raise ValueError(f"no data_coding has message class {class_} with alphabet {alphabet}")
    return 0x10 | bits | class_
