"""Matching the message id of a receipt with that of a submit_sm_resp, which operators write in different ways.

Store `plain_id` of what submit_sm_resp said; look it up by the `id_keys` of a receipt, the first that is found wins.
"""

from __future__ import annotations

from enum import StrEnum


class IdRule(StrEnum):
    """What the id in one operator's receipts is, compared to the one in its submit_sm_resp."""

    AUTO = "auto"  # any of the others, the likeliest first
    SAME = "same"  # but for leading zeros and the case of letters
    HEX_TO_DECIMAL = "hex-to-decimal"  # hexadecimal in submit_sm_resp, decimal in the receipt
    DECIMAL_TO_HEX = "decimal-to-hex"  # the other way round


_DECIMAL = frozenset("0123456789")
_HEXADECIMAL = frozenset("0123456789abcdef")
_MAX_DIGITS = 64  # no message_id of SMPP is longer; int() of more would also take its time


def plain_id(message_id: str) -> str:
    """The form an id is stored and looked up in: no surrounding blanks, small letters, no leading zeros."""
    plain = message_id.strip().lower()
    return plain.lstrip("0") or plain[-1:]


def id_keys(message_id: str, rule: str = IdRule.AUTO) -> tuple[str, ...]:
    """The plain ids under which the message of a receipt may be stored, the likeliest first; () for an empty id.

    With `auto` that is the id as it is, then a decimal one in hexadecimal, then one of hexadecimal digits in decimal.
    With a rule that converts, the converted id comes first, and the id as it is after it, since some SMSCs convert only
    in one of TLV and text. Look the keys up in order: a later one is only right if no earlier one fits.
    """
    plain = plain_id(message_id)
    if not plain:
        return ()
    converted = []
    if len(plain) <= _MAX_DIGITS:
        if rule in (IdRule.HEX_TO_DECIMAL, IdRule.AUTO) and _DECIMAL.issuperset(plain):
            converted.append(f"{int(plain):x}")
        if rule in (IdRule.DECIMAL_TO_HEX, IdRule.AUTO) and _HEXADECIMAL.issuperset(plain):
            converted.append(str(int(plain, 16)))
    keys = (plain, *converted) if rule == IdRule.AUTO else (*converted, plain)
    return tuple(dict.fromkeys(keys))


def same_id(one: str, other: str) -> bool:
    """Whether two ids can be the same message's under any rule."""
    return plain_id(one) in id_keys(other) or plain_id(other) in id_keys(one)
