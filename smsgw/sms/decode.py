"""Text of a short message from its octets, whatever its data_coding says and whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smsgw.sms import coding, misdeclared
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
    Alphabet.GBK: ("gb18030",),
}
# Alphabets under which senders put anything at all.
_ANYTHING = frozenset((Alphabet.ASCII, Alphabet.OCTETS, Alphabet.UTF8, Alphabet.LATIN1))
_GSM = seven_bit()


def decode_text(
    data: bytes,
    data_coding: int,
    *,
    default: str = Alphabet.GSM,
    header: UserDataHeader = NO_HEADER,
    overrides: Mapping[int, str] | None = None,
    ends: bool = True,
) -> str:
    """The text of a message's octets (without the user data header). Takes any octets and any data_coding (0–255).

    `overrides` is the link's own reading of some data_codings; `ends` is false where more of the text follows. Where
    octets do not fit their alphabet, as much as possible is kept: an octet above 0x7F in a GSM or ASCII text makes it
    UTF-8 if the whole is valid UTF-8, else what it evidently is (`misdeclared`), else that octet is Latin-1; 8-bit and
    unknown codings likewise, one character an octet. U+0000, which no phone shows and no database takes, is dropped, as
    are the zeros that some gateways append to septets and that would be `@`; half of a surrogate pair is U+FFFD;
    nothing else is replaced.
    """
    alphabet = coding.alphabet_of(data_coding, default)
    if overrides:
        alphabet = overrides.get(data_coding, alphabet)
    if alphabet == Alphabet.GSM:
        table = _GSM if header is NO_HEADER else seven_bit(header.locking, header.single)
        if data.isascii():
            text = table.decode(data)
            # Zero is `@`, but in some national tables another letter.
            if "@" not in text or header.locking or b"\0" not in data:
                return text
            septets = (ends and data.rstrip(b"\0")) or data
            return (b"\0" in septets and misdeclared.as_ucs2(data)) or table.decode(septets)
        return misdeclared.as_it_is(data).replace("\0", "") or table.decode(data)
    if alphabet == Alphabet.UCS2:
        text = misdeclared.in_place_of_ucs2(data, decode_ucs2(data))
    elif alphabet == Alphabet.GSM_PACKED:
        septets = unpack(data)
        # A text of 8n - 1 septets leaves seven bits, which are to be CR (23.038 6.1.2.3.1) and often are zero.
        padded = ends and len(septets) > 1 and len(septets) % 8 == 0 and not septets[-1]
        return seven_bit(header.locking, header.single).decode(septets[:-1] if padded else septets)
    elif alphabet in _ANYTHING and not data.isascii():
        text = misdeclared.as_it_is(data) or data.decode("latin-1")
    else:
        text = _decode_octets(data, _CODECS.get(alphabet, ()))
    return text.replace("\0", "") if "\0" in text else text


def _decode_octets(data: bytes, codecs: Sequence[str]) -> str:
    for codec in codecs:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
