"""Octets of a short message from its text: which alphabet, which data_coding, how many units.

A unit is a septet in the GSM alphabets, 16 bits in UCS-2 and an octet in the others. A link's `default` is the alphabet
of its SMSC for data_coding 0. On the air such a text still travels in GSM septets, so what fits a default of Latin-1 or
ASCII is what the GSM default alphabet has too, and it is counted in septets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from smsgw.sms import coding
from smsgw.sms.alphabet import seven_bit
from smsgw.sms.coding import Alphabet
from smsgw.sms.transliterate import transliterate as rewrite
from smsgw.sms.ucs2 import encode_ucs2

_GSM = seven_bit()
_WRITABLE: Mapping[str, str] = {
    Alphabet.LATIN1: "latin-1",
    Alphabet.ASCII: "ascii",
    Alphabet.GBK: "ascii",  # of a link that reads GBK: what is in no ASCII goes as UCS-2, which every phone shows
    Alphabet.CYRILLIC: "iso8859_5",
    Alphabet.HEBREW: "iso8859_8",
}

# How much one short message holds (23.040: 140 octets of user data).
OCTETS = 140


class Shift(NamedTuple):
    """A pair of national language identifiers an operator lets us use; 0 is the default table."""

    locking: int = 0
    single: int = 0

    @property
    def header_octets(self) -> int:
        """What telling it costs in the user data header, without the header's own length octet."""
        return 3 * (self.locking != 0) + 3 * (self.single != 0)


NO_SHIFT = Shift()


class Encoded(NamedTuple):
    """A text as octets; `units` is their length on the air.

    `text` is what the octets say: transliteration may have changed it.
    """

    text: str
    alphabet: str
    data_coding: int
    data: bytes
    units: int
    shift: Shift = NO_SHIFT


def encode_text(
    text: str,
    *,
    default: str = Alphabet.GSM,
    transliterate: bool = False,
    shifts: Sequence[Shift] = (),
    also: Sequence[str] = (),
    message_class: int | None = None,
    codes: Mapping[str, int] = MappingProxyType({}),
    substitutes: Mapping[str, str] = MappingProxyType({}),
) -> Encoded:
    """The octets of a text in the first of: default alphabet, the same transliterated, `also`, `shifts` or UCS-2.

    transliterate  quotes, dashes, accents may give way to what the alphabet has (smsgw.sms.transliterate); only if the
                   whole text then fits
    shifts         national tables the operator allows: the first pair of those with the fewest parts is taken where it
                   saves parts over UCS-2, which every phone shows; not used beside a default of 8 bits, whose SMSC
                   would read septets under data_coding 0 as its own
    also           8-bit alphabets the operator allows under their own data_coding (LATIN1, CYRILLIC, HEBREW, ASCII)
    message_class  0 for flash … 3; a default alphabet of 8 bits then goes as GSM: the class has no other data_coding
    codes          data_codings of the link's own, by alphabet: for `also` and UCS-2 without a class
    substitutes    further transliterations, by character; they go before those of the table

    Every character of the result stands for one of the text: there is no placeholder. Half of a surrogate pair becomes
    U+FFFD.
    """
    if message_class is not None and default in _WRITABLE:
        default = Alphabet.GSM
    if default in _WRITABLE:
        shifts = ()
    encoded = _in_default(text, default, message_class)
    if encoded is not None:
        return encoded
    if transliterate:
        rewritten = rewrite(text, _fits(default), substitutes)
        encoded = None if rewritten is None else _in_default(rewritten, default, message_class)
        if encoded is not None:
            return encoded
    for alphabet in also:
        data = _strictly(text, _WRITABLE[alphabet])
        if data is not None and message_class is None:
            data_coding = codes.get(alphabet, coding.data_coding_of(alphabet, default))
            return Encoded(text, alphabet, data_coding, data, len(data))
    ucs2 = encode_ucs2(text)
    data_coding = coding.data_coding_of(Alphabet.UCS2, default, message_class)
    if message_class is None:
        data_coding = codes.get(Alphabet.UCS2, data_coding)
    wide = Encoded(text, Alphabet.UCS2, data_coding, ucs2, len(ucs2) // 2)
    narrow = _in_shift(text, shifts, message_class)
    if narrow is not None and _rough_parts(narrow) < _rough_parts(wide):
        return narrow
    return wide


def _in_default(text: str, default: str, message_class: int | None) -> Encoded | None:
    septets = _GSM.encode(text)
    if septets is None:
        return None
    units = len(septets)
    data = septets
    if default != Alphabet.GSM and default in _WRITABLE:
        written = _strictly(text, _WRITABLE[default])
        if written is None:
            return None
        data = written
    data_coding = 0 if message_class is None else coding.data_coding_of(Alphabet.GSM, default, message_class)
    # Packing and hanzi under data_coding 0 are only ever read, never written.
    alphabet = {Alphabet.GSM_PACKED: Alphabet.GSM, Alphabet.GBK: Alphabet.ASCII}.get(Alphabet(default), default)
    return Encoded(text, alphabet, data_coding, data, units)


def _in_shift(text: str, shifts: Sequence[Shift], message_class: int | None) -> Encoded | None:
    best: Encoded | None = None
    data_coding = 0 if message_class is None else coding.data_coding_of(Alphabet.GSM, Alphabet.GSM, message_class)
    for shift in shifts:
        septets = seven_bit(shift.locking, shift.single).encode(text)
        if septets is not None:
            found = Encoded(text, Alphabet.GSM, data_coding, septets, len(septets), shift)
            if best is None or _rough_parts(found) < _rough_parts(best):
                best = found
    return best


def _fits(default: str) -> Callable[[str], bool]:
    codec = _WRITABLE.get(default)
    if codec is None:
        return _GSM.characters.__contains__
    return lambda character: character in _GSM.characters and _strictly(character, codec) is not None


def _strictly(text: str, codec: str) -> bytes | None:
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return None


def room(encoded: Encoded, header_octets: int = 0) -> int:
    """Units that one short message holds of this alphabet, beside a user data header of this many octets.

    The header's own length octet is counted here; the elements of the national tables are the caller's to add.
    """
    octets = OCTETS - (header_octets + 1 if header_octets else 0)
    if encoded.alphabet == Alphabet.UCS2:
        return octets // 2
    if encoded.alphabet in (Alphabet.GSM, Alphabet.GSM_PACKED) or encoded.data_coding == 0:
        return octets * 8 // 7
    return octets


def _rough_parts(encoded: Encoded) -> int:
    """How many parts the units alone would make: enough to compare alphabets."""
    header = encoded.shift.header_octets
    if encoded.units <= room(encoded, header):
        return 1
    return -(-encoded.units // room(encoded, header + 5))
