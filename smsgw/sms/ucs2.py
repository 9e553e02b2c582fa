"""UCS-2 as phones and operators really send it: UTF-16 big-endian, with marks, little-endian senders and damage."""

from __future__ import annotations

_REPLACEMENT = "\ufffd"
# U+3000, U+4E00, U+5F00, U+6700: frequent in Chinese although their low octet is zero: no sign of the octet order.
_TELLS_NOTHING = frozenset((0x30, 0x4E, 0x5F, 0x67))


def decode_ucs2(data: bytes) -> str:
    """Text of UTF-16 octets, in the octet order that the mark says, else big-endian unless it is plainly the other.

    Never raises: an odd octet at the end that is not zero, and half of a surrogate pair, become U+FFFD each.
    """
    order = "utf-16-be"
    if data.startswith(b"\xff\xfe"):
        data, order = data[2:], "utf-16-le"
    elif data.startswith(b"\xfe\xff"):
        data = data[2:]
    elif is_little_endian(data):
        order = "utf-16-le"
    odd = ""
    if len(data) % 2:
        odd = _REPLACEMENT if data[-1] else ""
        data = data[:-1]
    return data.decode(order, "replace") + odd


def is_little_endian(data: bytes) -> bool:
    """Whether unmarked octets are evidently little-endian.

    That is so when no character has a zero high octet (read big-endian, the text has no Latin letter, digit or space)
    and at least two, and three in five, would have a zero low octet and a printable ASCII high octet.
    """
    low = data[1::2]
    if low.count(0) < 2 or 0 in data[0::2]:
        return False
    pairs = zip(data[0::2], low, strict=False)
    evident = sum(not lo and 0x20 <= hi < 0x7F and hi not in _TELLS_NOTHING for hi, lo in pairs)
    return evident >= 2 and evident * 5 >= len(low) * 3


def encode_ucs2(text: str) -> bytes:
    """UTF-16 big-endian without a mark; half of a surrogate pair, which no phone could show, becomes U+FFFD."""
    try:
        return text.encode("utf-16-be")
    except UnicodeEncodeError:
        return "".join(_REPLACEMENT if "\ud800" <= c <= "\udfff" else c for c in text).encode("utf-16-be")
