"""Texts that a database can hold, and numbers that stand for texts."""

from __future__ import annotations

import re
from hashlib import blake2b

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without what a database cannot hold (NUL, halves of surrogate pairs); the raw bytes keep those."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def key_of(*parts: str | bytes) -> int:
    """A number of 63 bits that stands for the parts."""
    pieces: list[bytes] = []
    for part in parts:
        piece = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        pieces.append(len(piece).to_bytes(4, "big"))
        pieces.append(piece)
    return int.from_bytes(blake2b(b"".join(pieces), digest_size=8).digest(), "big") >> 1
