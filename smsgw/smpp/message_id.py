"""Matching the message id of a receipt with that of a submit_sm_resp, which operators write in different ways.

Store `plain_id` of what submit_sm_resp said; look it up by the `id_keys` of a receipt, the first that is found wins.
"""

from __future__ import annotations

from enum import StrEnum


class IdRule(StrEnum):
    """How the ids of one operator's responses and receipts relate."""

    SAME = "same"  # but for leading zeros and the case of letters
    RESPONSE_HEX = "response-hex"  # submit_sm_resp in hexadecimal, receipt in decimal
    RESPONSE_DECIMAL = "response-decimal"  # the other way round
    ANY = "any"  # all three, the likeliest first


_DECIMAL = frozenset("0123456789")
_HEXADECIMAL = frozenset("0123456789abcdef")
_MAX_DIGITS = 64  # no message_id of SMPP is longer; int() of more would also take its time


def plain_id(message_id: str) -> str:
    """The form an id is stored and looked up in: no surrounding blanks, small letters, no leading zeros."""
    plain = message_id.strip().lower()
    return plain.lstrip("0") or plain[-1:]


def id_keys(message_id: str, rule: str = IdRule.ANY) -> tuple[str, ...]:
    """The plain ids under which the message of a receipt may be stored, the likeliest first; () for an empty id.

    A receipt in decimal is looked up in hexadecimal too, one of hexadecimal digits also in decimal, as far as the rule
    allows. Look the keys up in order: a later one is only right if no earlier one exists.
    """
    plain = plain_id(message_id)
    if not plain:
        return ()
    keys = [plain]
    if len(plain) <= _MAX_DIGITS:
        if rule in (IdRule.RESPONSE_HEX, IdRule.ANY) and _DECIMAL.issuperset(plain):
            keys.append(f"{int(plain):x}")
        if rule in (IdRule.RESPONSE_DECIMAL, IdRule.ANY) and _HEXADECIMAL.issuperset(plain):
            keys.append(str(int(plain, 16)))
    return tuple(dict.fromkeys(keys))


def same_id(one: str, other: str) -> bool:
    """Whether two ids can be the same message's under any rule."""
    return plain_id(one) in id_keys(other) or plain_id(other) in id_keys(one)
