"""Message ids as SMSCs write them: one way in submit_sm_resp, and that or another in the receipt."""

from __future__ import annotations

import uuid
from typing import NamedTuple


class MessageId(NamedTuple):
    """The two spellings of one id."""

    answered: str
    receipted: str


def message_id(number: int, form: str) -> MessageId:
    """The id of the number-th message (from 1) in a form: decimal, padded, hex, to-hex, uuid. ValueError for any other.

    hex     hexadecimal in the answer, decimal in the receipt
    to-hex  decimal in the answer, hexadecimal in the receipt
    padded  ten digits in the answer, no leading zeros in the receipt
    """
    if form == "decimal":
        return MessageId(str(number), str(number))
    if form == "padded":
        return MessageId(f"{number:010}", str(number))
    if form == "hex":
        return MessageId(f"{number:X}", f"{number:010}")
    if form == "to-hex":
        return MessageId(str(number), f"{number:08X}")
    if form == "uuid":
        text = str(uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128))
        return MessageId(text, text)
    raise ValueError(f"no message id form {form!r}; there are decimal, padded, hex, to-hex, uuid")
