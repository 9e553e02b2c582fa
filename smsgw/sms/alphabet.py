"""The GSM 7-bit alphabets as a codec: characters to septets, one octet each as SMPP carries them, and back."""

from __future__ import annotations

import codecs
from functools import cache

from smsgw.sms.shift import ESCAPE, LOCKING, SINGLE, UNASSIGNED

_ESCAPE_OCTET = bytes([ESCAPE])


class SevenBit:
    """One pair of a locking and a single shift table (3GPP 23.038 section 6.2); get it from `seven_bit`."""

    __slots__ = ("_ascii", "_by_character", "_full", "_plain", "_shifted", "locking", "single")

    def __init__(self, locking: int, single: int) -> None:
        table = LOCKING.get(locking, LOCKING[0])
        shifted = SINGLE.get(single, SINGLE[0])
        self.locking = locking if locking in LOCKING else 0
        self.single = single if single in SINGLE else 0
        # 256 characters are what the charmap decoder of CPython has its fast path for.
        self._plain = table + UNASSIGNED * 128
        # What a damaged or foreign text decodes to where the table says nothing (section 6.2.1, notes): a space for an
        # escape that nothing follows and for an unassigned septet; an octet with the high bit set is not a
        # septet at all and is read as Latin-1.
        self._full = "".join(" " if c == UNASSIGNED else c for c in table) + bytes(range(128, 256)).decode("latin-1")
        self._shifted = shifted
        # The tables of India have some characters twice; the lower septet is the one to write.
        self._by_character = {c: _ESCAPE_OCTET + bytes([septet]) for septet, c in sorted(shifted.items(), reverse=True)}
        self._by_character |= {c: bytes([septet]) for septet, c in reversed(list(enumerate(table))) if c != UNASSIGNED}
        one_septet = {c: octets for c, octets in self._by_character.items() if len(octets) == 1}
        self._ascii = b"".join(one_septet.get(chr(code), _ESCAPE_OCTET) for code in range(128)) + _ESCAPE_OCTET * 128

    @property
    def characters(self) -> frozenset[str]:
        """Every character this pair of tables can write."""
        return frozenset(self._by_character)

    def decode(self, data: bytes) -> str:
        """Text of unpacked septets. Takes any octets: what a receiver is to show for them is in section 6.2.1.1."""
        try:
            return codecs.charmap_decode(data, "strict", self._plain)[0]
        except UnicodeDecodeError:
            pass  # an escape, an unassigned septet or an octet that is not a septet: one character at a time
        text: list[str] = []
        escaped = False
        for octet in data:
            if escaped:
                # A septet unknown after the escape shows as the locking table has it; escape escape shows a space.
                text.append(self._shifted.get(octet) or self._full[octet])
                escaped = False
            elif octet == ESCAPE:
                escaped = True
            else:
                text.append(self._full[octet])
        if escaped:
            text.append(" ")
        return "".join(text)

    def encode(self, text: str) -> bytes | None:
        """Unpacked septets of a text, or None when a character is in neither table."""
        if text.isascii():
            septets = text.encode("ascii").translate(self._ascii)
            if ESCAPE not in septets:
                return septets
        try:
            return b"".join(map(self._by_character.__getitem__, text))
        except KeyError:
            return None

    def septets(self, character: str) -> int:
        """1 or 2: how many septets a character takes; the character must be one of `characters`."""
        return len(self._by_character[character])


@cache
def seven_bit(locking: int = 0, single: int = 0) -> SevenBit:
    """The codec for two national language identifiers; one that 23.038 does not define stands for the default table."""
    return SevenBit(locking, single)


def pack(septets: bytes, fill: int = 0) -> bytes:
    """Septets packed as the air interface carries them (23.038 section 6.1.2.1), after `fill` zero bits.

    SMPP carries septets unpacked; a few operators do not. A packed text whose last octet has seven free bits is given
    a carriage return, so that it does not read as ending in "@".
    """
    bits = fill
    accumulator = 0
    if (len(septets) * 7 + fill) % 8 == 1:
        septets += b"\r"
    for septet in septets:
        accumulator |= (septet & 0x7F) << bits
        bits += 7
    return accumulator.to_bytes((bits + 7) // 8, "little")


def unpack(octets: bytes, fill: int = 0) -> bytes:
    """The septets of `pack`'s octets; a padding carriage return at the end of a whole octet is dropped."""
    accumulator = int.from_bytes(octets, "little") >> fill
    count = (len(octets) * 8 - fill) // 7
    septets = bytes((accumulator >> (7 * place)) & 0x7F for place in range(count))
    if count and (len(octets) * 8 - fill) % 7 == 0 and septets.endswith(b"\r"):
        return septets[:-1]
    return septets
