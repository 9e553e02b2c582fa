"""Cutting a text into the short messages that carry it, by user data header, SAR TLVs or message_payload."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from smsgw.smpp.tlv import TAG_MESSAGE_PAYLOAD, TAG_SAR_MSG_REF_NUM, TAG_SAR_SEGMENT_SEQNUM, TAG_SAR_TOTAL_SEGMENTS
from smsgw.sms.coding import Alphabet
from smsgw.sms.encode import Encoded, Shift, encode_text
from smsgw.sms.split import ELEMENT_8, ELEMENT_16, cut, is_single, shift_header, with_headers
from smsgw.sms.udh import UDHI

MAX_PARTS = 255
MAX_PAYLOAD = 0xFFFF


class How(StrEnum):
    """How the parts of one message say that they belong together. With PAYLOAD the SMSC cuts, and there is one part."""

    UDH8 = "udh8"
    UDH16 = "udh16"
    SAR = "sar"
    PAYLOAD = "payload"


# The concatenation element in the header. An SMSC that gets SAR TLVs or a payload writes the 8-bit one.
_ELEMENT = {How.UDH8: ELEMENT_8, How.UDH16: ELEMENT_16, How.SAR: ELEMENT_8, How.PAYLOAD: ELEMENT_8}


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
    return Count(encoded.alphabet, encoded.units, len(cut(encoded, _ELEMENT[How(how)])))


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
    if is_single(encoded):
        header = shift_header(encoded.shift)
        return [Part(header + encoded.data, UDHI if header else 0, encoded.data_coding)]
    pieces = cut(encoded, _ELEMENT[How(how)])
    total = len(pieces)
    if total > MAX_PARTS or len(encoded.data) > MAX_PAYLOAD:
        raise TooManyParts(total)
    if how == How.PAYLOAD:
        return [Part(b"", 0, encoded.data_coding, ((TAG_MESSAGE_PAYLOAD, encoded.data),))]
    if how == How.SAR:
        return [
            Part(data, 0, encoded.data_coding, _sar(reference, total, number)) for number, data in enumerate(pieces, 1)
        ]
    headed = with_headers(pieces, reference, encoded.shift, wide=how == How.UDH16)
    return [Part(data, UDHI, encoded.data_coding) for data in headed]


def _sar(reference: int, total: int, number: int) -> tuple[tuple[int, bytes], ...]:
    return (
        (TAG_SAR_MSG_REF_NUM, (reference & 0xFFFF).to_bytes(2, "big")),
        (TAG_SAR_TOTAL_SEGMENTS, bytes((total,))),
        (TAG_SAR_SEGMENT_SEQNUM, bytes((number,))),
    )
