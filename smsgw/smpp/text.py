"""The text layer's public names: octets to text, text to octets, counting and splitting."""

from __future__ import annotations

from smsgw.smpp.split import Count, How, Part, TooManyParts, count, parts_needed, split
from smsgw.sms.coding import Alphabet, alphabet_of, message_class
from smsgw.sms.decode import decode_text
from smsgw.sms.encode import Encoded, Shift, encode_text

__all__ = [
    "Alphabet",
    "Count",
    "Encoded",
    "How",
    "Part",
    "Shift",
    "TooManyParts",
    "alphabet_of",
    "count",
    "decode_text",
    "encode_text",
    "message_class",
    "parts_needed",
    "split",
]
