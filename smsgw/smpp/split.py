"""Cutting a text into the short messages that carry it, by user data header, SAR TLVs or message_payload."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD, TAG_SAR_MSG_REF_NUM, TAG_SAR_SEGMENT_SEQNUM, TAG_SAR_TOTAL_SEGMENTS
from smsgw.sms.alphabet import seven_bit
from smsgw.sms.coding import Alphabet
from smsgw.sms.encode import Encoded, Shift, encode_text, room
from smsgw.sms.grapheme import may_cut
from smsgw.sms.udh import CONCATENATION_8, CONCATENATION_16, LOCKING_SHIFT, SINGLE_SHIFT, UDHI, write_header

MAX_PARTS = 255
MAX_PAYLOAD = 0xFFFF


class How(StrEnum):
    """How the parts of one message say that they belong together. With PAYLOAD the SMSC cuts, and there is one part."""

    UDH8 = "udh8"
    UDH16 = "udh16"
    SAR = "sar"
    PAYLOAD = "payload"


# Octets of the concatenation element in the header. An SMSC that gets SAR TLVs or a payload writes the 8-bit one.
_ELEMENT = {How.UDH8: 5, How.UDH16: 6, How.SAR: 5, How.PAYLOAD: 5}


class Part(NamedTuple):
    """What one submit_sm or deliver_sm of the message carries."""

    short_message: bytes
    esm_class: int
    data_coding: int
    tlvs: tuple[tuple[int, bytes], ...] = ()


class Count(NamedTuple):
    """What a text costs: its alphabet, its units (septets, or 16 bits in UCS-2) and the short messages it needs."""

    alphabet: str
    units: int
    parts: int


class TooManyParts(ValueError):
    """The text needs more parts than a message can have; `parts` says how many."""

    def __init__(self, parts: int) -> None:
        super().__init__(f"the text needs {parts} parts; a message has at most {MAX_PARTS}")
        self.parts = parts


def count(encoded: Encoded, how: str = How.UDH8) -> Count:
    """The cost of a text as `split` would cut it."""
    return Count(encoded.alphabet, encoded.units, len(_cuts(encoded, how)))


def parts_needed(
    text: str,
    *,
    how: str = How.UDH8,
    default: str = Alphabet.GSM,
    transliterate: bool = False,
    shifts: Sequence[Shift] = (),
    also: Sequence[str] = (),
) -> Count:
    """The cost of a text under a link's rules (see `encode_text`): 160 or 153 septets, 70 or 67 units of UCS-2 each."""
    shifts = shifts if how in (How.UDH8, How.UDH16) else ()
    return count(encode_text(text, default=default, transliterate=transliterate, shifts=shifts, also=also), how)


def split(
    text: str | Encoded,
    reference: int,
    *,
    how: str = How.UDH8,
    default: str = Alphabet.GSM,
    transliterate: bool = False,
    shifts: Sequence[Shift] = (),
    also: Sequence[str] = (),
    message_class: int | None = None,
) -> list[Part]:
    """The parts of a text, in order; one part carries no reference, an empty text is one empty part.

    `reference` is taken modulo 256 for `udh8`, 65,536 for `udh16` and `sar`. A part never ends inside an escape pair or
    a surrogate pair, and inside a grapheme only where that alone is longer than a part. National tables are told in a
    header, which SAR and message_payload must not meet: with these `shifts` are not used. Raises TooManyParts beyond
    255 parts, or beyond the 65,535 octets of a message_payload.
    """
    if isinstance(text, str):
        shifts = shifts if how in (How.UDH8, How.UDH16) else ()
        encoded = encode_text(
            text, default=default, transliterate=transliterate, shifts=shifts, also=also, message_class=message_class
        )
    else:
        encoded = text
    shift = encoded.shift
    if encoded.units <= room(encoded, shift.header_octets):
        header = write_header(*_shift_elements(shift)) if any(shift) else b""
        return [Part(header + encoded.data, UDHI if header else 0, encoded.data_coding)]
    pieces = _cuts(encoded, how)
    total = len(pieces)
    if total > MAX_PARTS or len(encoded.data) > MAX_PAYLOAD:
        raise TooManyParts(total)
    if how == How.PAYLOAD:
        return [Part(b"", 0, encoded.data_coding, ((TAG_MESSAGE_PAYLOAD, encoded.data),))]
    parts = []
    for number, data in enumerate(pieces, 1):
        if how == How.SAR:
            tlvs = (
                (TAG_SAR_MSG_REF_NUM, (reference & 0xFFFF).to_bytes(2, "big")),
                (TAG_SAR_TOTAL_SEGMENTS, bytes((total,))),
                (TAG_SAR_SEGMENT_SEQNUM, bytes((number,))),
            )
            parts.append(Part(data, 0, encoded.data_coding, tlvs))
            continue
        if how == How.UDH16:
            concatenation = (CONCATENATION_16, (reference & 0xFFFF).to_bytes(2, "big") + bytes((total, number)))
        else:
            concatenation = (CONCATENATION_8, bytes((reference & 0xFF, total, number)))
        header = write_header(concatenation, *_shift_elements(shift))
        parts.append(Part(header + data, UDHI, encoded.data_coding))
    return parts


def _shift_elements(shift: Shift) -> list[tuple[int, bytes]]:
    elements = []
    if shift.single:
        elements.append((SINGLE_SHIFT, bytes((shift.single,))))
    if shift.locking:
        elements.append((LOCKING_SHIFT, bytes((shift.locking,))))
    return elements


def _cuts(encoded: Encoded, how: str) -> list[bytes]:
    """The octets of each part, without headers: as much in each as fits."""
    if encoded.units <= room(encoded, encoded.shift.header_octets):
        return [encoded.data]
    capacity = room(encoded, encoded.shift.header_octets + _ELEMENT[How(how)])
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
            cut = end
            while cut > start and not may_cut(text, cut):
                cut -= 1
            end = cut if cut > start else end
        stop = offset + sum(octets[start:end])
        pieces.append(encoded.data[offset:stop])
        start, offset = end, stop
    return pieces


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
