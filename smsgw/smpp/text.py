"""The text layer's public names: octets to text, text to octets, counting and splitting."""

from __future__ import annotations

from smsgw.smpp.coding import Alphabet, alphabet_of, message_class
from smsgw.smpp.decode import decode_text
from smsgw.smpp.encode import Encoded, Shift, encode_text
from smsgw.smpp.split import Count, How, Part, TooManyParts, count, parts_needed, split

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
