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

    With `auto` that is the id as it is, then a decimal one in hexadecimal, then one of hexadecimal digits in decimal;
    with a rule that converts, the converted id alone, if it can be converted. Look the keys up in order: a later one is
    only right if no earlier one fits.
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
    keys = converted if converted and rule != IdRule.AUTO else (plain, *converted)
    return tuple(dict.fromkeys(keys))


def same_id(one: str, other: str) -> bool:
    """Whether two ids can be the same message's under any rule."""
    return plain_id(one) in id_keys(other) or plain_id(other) in id_keys(one)


class IdHabit:
    """What the ids of one SMSC look like, in its answers and in its receipts: enough of them tell the rule.

    Small ids can be read as decimal and as hexadecimal, and either reading may be the id of some text. Only those of
    hexadecimal digits count here; ids of any other kind are never converted.
    """

    __slots__ = ("_answers", "_receipts")

    def __init__(self) -> None:
        self._answers = _Digits()
        self._receipts = _Digits()

    def note_answer(self, message_id: str) -> None:
        """A submit_sm_resp gave this id."""
        self._answers.add(message_id)

    def note_receipt(self, message_id: str) -> None:
        """A receipt is for this id."""
        self._receipts.add(message_id)

    @property
    def rule(self) -> IdRule:
        """The rule they follow; `auto` while that cannot be told."""
        answers, receipts = self._answers, self._receipts
        if answers.hexadecimal and receipts.hexadecimal:
            return IdRule.SAME
        if answers.hexadecimal and receipts.decimal:
            return IdRule.HEX_TO_DECIMAL
        if answers.decimal and receipts.hexadecimal:
            return IdRule.DECIMAL_TO_HEX
        return IdRule.SAME if answers.decimal and receipts.decimal else IdRule.AUTO


class _Digits:
    """How many of the ids seen had a digit that is a letter. One that comes twice in a row counts once."""

    __slots__ = ("_last", "_lettered", "_seen")

    ENOUGH = 32  # of half as many hexadecimal numbers in a row some end in a letter
    MANY = 1024  # then older ones count half, for an SMSC may change its ways

    def __init__(self) -> None:
        self._seen = 0
        self._lettered = 0
        self._last = ""

    def add(self, message_id: str) -> None:
        plain = plain_id(message_id)
        if plain == self._last or not plain or not _HEXADECIMAL.issuperset(plain):
            return
        self._last = plain
        if self._seen >= self.MANY:
            self._seen //= 2
            self._lettered //= 2
        self._seen += 1
        self._lettered += not _DECIMAL.issuperset(plain)

    @property
    def hexadecimal(self) -> bool:
        return self._lettered * 50 > self._seen

    @property
    def decimal(self) -> bool:
        return self._seen >= self.ENOUGH and not self.hexadecimal
