"""Text of a short message from its octets, whatever its data_coding says and whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smsgw.sms import coding
from smsgw.sms.alphabet import seven_bit, unpack
from smsgw.sms.coding import Alphabet
from smsgw.sms.ucs2 import decode_ucs2
from smsgw.sms.udh import NO_HEADER, UserDataHeader

# Python's names, tried in order. The Japanese and Korean sets are those of SMPP 3.4 section 5.2.19, in the encodings
# operators use for them.
_CODECS: Mapping[str, tuple[str, ...]] = {
    Alphabet.JIS: ("iso2022_jp", "shift_jis"),
    Alphabet.CYRILLIC: ("iso8859_5",),
    Alphabet.HEBREW: ("iso8859_8",),
    Alphabet.MUSIC: ("iso2022_jp", "shift_jis"),
    Alphabet.JIS_EXTENDED: ("iso2022_jp_1", "euc_jp"),
    Alphabet.KOREAN: ("euc_kr",),
    Alphabet.ASCII: ("utf-8",),
    Alphabet.OCTETS: ("utf-8",),
    Alphabet.UTF8: ("utf-8",),
}
_GSM = seven_bit()


def decode_text(
    data: bytes,
    data_coding: int,
    *,
    default: str = Alphabet.GSM,
    header: UserDataHeader = NO_HEADER,
    overrides: Mapping[int, str] | None = None,
) -> str:
    """The text of a message's octets (without the user data header). Takes any octets and any data_coding (0–255).

    `overrides` is the link's own reading of some data_codings. Where octets do not fit their alphabet, as much as
    possible is kept: an octet above 0x7F in a GSM or ASCII text makes it UTF-8 if the whole is valid UTF-8, else that
    octet is Latin-1; 8-bit and unknown codings are UTF-8 if valid, else Latin-1, one character an octet. U+0000, which
    no phone shows and no database takes, is dropped, and half of a surrogate pair is U+FFFD; nothing else is replaced.
    """
    alphabet = coding.alphabet_of(data_coding, default)
    if overrides:
        alphabet = overrides.get(data_coding, alphabet)
    if alphabet == Alphabet.GSM:
        table = _GSM if header is NO_HEADER else seven_bit(header.locking, header.single)
        return table.decode(data) if data.isascii() else _utf8(data) or table.decode(data)
    if alphabet == Alphabet.UCS2:
        text = decode_ucs2(data)
    elif alphabet == Alphabet.GSM_PACKED:
        return seven_bit(header.locking, header.single).decode(unpack(data))
    else:
        text = _decode_octets(data, _CODECS.get(alphabet, ()))
    return text.replace("\0", "") if "\0" in text else text


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError:
        return ""


def _decode_octets(data: bytes, codecs: Sequence[str]) -> str:
    for codec in codecs:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
