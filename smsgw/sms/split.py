"""Cutting an encoded text into parts that hold what one SMS can, and the headers by which a phone joins them again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smsgw.sms.alphabet import seven_bit
from smsgw.sms.coding import Alphabet
from smsgw.sms.encode import Encoded, Shift, room
from smsgw.sms.grapheme import may_cut
from smsgw.sms.udh import CONCATENATION_8, CONCATENATION_16, LOCKING_SHIFT, SINGLE_SHIFT, write_header

# Octets of the concatenation element in the header, with a reference of 8 and of 16 bits.
ELEMENT_8, ELEMENT_16 = 5, 6


def is_single(encoded: Encoded) -> bool:
    """Whether a text goes into one SMS."""
    return encoded.units <= room(encoded, encoded.shift.header_octets)


def cut(encoded: Encoded, element: int = ELEMENT_8) -> list[bytes]:
    """The octets of each part, without headers: as much in each as fits beside a concatenation element.

    A part never ends inside an escape pair or a surrogate pair, and inside a grapheme only where that alone is longer
    than a part.
    """
    if is_single(encoded):
        return [encoded.data]
    capacity = room(encoded, encoded.shift.header_octets + element)
    text = encoded.text
    widths, octets = _measures(encoded)
    pieces: list[bytes] = []
    start = offset = 0
    while start < len(text):
        end, used = start, 0
        while end < len(text) and used + widths[end] <= capacity:
            used += widths[end]
            end += 1
        if end < len(text):
            border = end
            while border > start and not may_cut(text, border):
                border -= 1
            end = border if border > start else end
        stop = offset + sum(octets[start:end])
        pieces.append(encoded.data[offset:stop])
        start, offset = end, stop
    return pieces


def shift_header(shift: Shift) -> bytes:
    """The header of a text that goes alone: it names the national tables, '' where there are none."""
    return write_header(*_shift_elements(shift))


def with_headers(pieces: Sequence[bytes], reference: int, shift: Shift, *, wide: bool = False) -> Iterable[bytes]:
    """The user data of each part: its header and its octets.

    `reference` is the same in all parts of a text and taken modulo 256; modulo 65,536 where it is `wide`.
    """
    elements = _shift_elements(shift)
    total = len(pieces)
    for number, data in enumerate(pieces, 1):
        if wide:
            concatenation = (CONCATENATION_16, (reference & 0xFFFF).to_bytes(2, "big") + bytes((total, number)))
        else:
            concatenation = (CONCATENATION_8, bytes((reference & 0xFF, total, number)))
        yield write_header(concatenation, *elements) + data


def _shift_elements(shift: Shift) -> list[tuple[int, bytes]]:
    elements = []
    if shift.single:
        elements.append((SINGLE_SHIFT, bytes((shift.single,))))
    if shift.locking:
        elements.append((LOCKING_SHIFT, bytes((shift.locking,))))
    return elements


def _measures(encoded: Encoded) -> tuple[Sequence[int], Sequence[int]]:
    """For each character of the text: its units on the air, and its octets in `data`."""
    text = encoded.text
    if encoded.alphabet == Alphabet.UCS2:
        units = [2 if c > "\uffff" else 1 for c in text]
        return units, [2 * unit for unit in units]
    if encoded.alphabet == Alphabet.GSM:
        septets = seven_bit(*encoded.shift).septets
        units = [septets(c) for c in text]
        return units, units
    ones = [1] * len(text)
    if encoded.data_coding == 0:
        septets = seven_bit().septets
        return [septets(c) for c in text], ones
    return ones, ones
