"""IMEIs as people type them: whole, without the check digit, with digits of the software version, with letters."""

from __future__ import annotations

from smsgw.values.value import value

# The IMEI printed in our examples (3GPP TS 23.003, annex B, gives its check digit).
EXAMPLE = "356901001234565"

_DOUBLED = str.maketrans("0123456789", "0246813579")  # a doubled digit, its two figures added
_LETTERS = str.maketrans("OILSBZ", "011582")
_REPAIRABLE = frozenset("0123456789OILSBZ")


def check_digit(first14: str) -> str:
    """The Luhn check digit of the fourteen digits before it (3GPP TS 23.003, annex B)."""
    doubled = first14[1::2].translate(_DOUBLED)
    total = sum(first14[0::2].encode()) + sum(doubled.encode()) - 14 * 48  # the code of an ASCII digit is 48 more
    return str(-total % 10)


def valid(digits: str) -> bool:
    """Whether fifteen ASCII digits carry a right check digit and are not one digit throughout."""
    doubled = digits[1::2].translate(_DOUBLED)
    total = sum((digits[0::2] + doubled).encode())  # 15 × 48 more than the digits, which is 0 modulo 10
    return total % 10 == 0 and digits != digits[0] * 15


@value
class ImeiReading:
    """IMEIs of fifteen digits read from one token.

    `rule` is how ("" when typed whole): complete, cut, letter, run, join, imeisv. `doubtful`: repaired, completed or
    cut. `ask`: an IMEISV, which is asked back. `example`: the printed example, which is no unit.
    """

    imeis: tuple[str, ...]
    rule: str = ""
    doubtful: bool = False
    ask: bool = False
    example: bool = False


def read(token: str) -> ImeiReading | None:
    """The IMEIs in one token of upper-case letters, digits and hyphens, or None when there is none."""
    if token.isdigit():
        return _digits(token)
    joined = token.replace("-", "")
    if joined.isdigit():
        return read_joined(joined)
    return _letters(joined)


def _digits(digits: str) -> ImeiReading | None:
    length = len(digits)
    if length == 15:
        if digits == EXAMPLE:
            return ImeiReading((digits,), example=True)
        return ImeiReading((digits,)) if valid(digits) else None
    if length < 14 or digits == digits[0] * length:
        return None
    if length == 14:
        whole = digits + check_digit(digits)
        return ImeiReading((whole,), "complete", doubtful=True, example=whole == EXAMPLE)
    if length in (16, 17):
        if valid(digits[:15]):
            return ImeiReading((digits[:15],), "cut", doubtful=True, example=digits[:15] == EXAMPLE)
        if length == 16 and digits[:14] != digits[0] * 14:
            whole = digits[:14] + check_digit(digits[:14])
            return ImeiReading((whole,), "imeisv", doubtful=True, ask=True)
        return None
    if length % 15 == 0:
        cut = tuple(digits[i : i + 15] for i in range(0, length, 15))
        if all(map(valid, cut)):
            return ImeiReading(cut, "run")
    return None


def read_joined(digits: str) -> ImeiReading | None:
    """The IMEI in fourteen or fifteen digits that stood in several pieces."""
    if len(digits) not in (14, 15):
        return None
    found = _digits(digits)
    if found is None or found.rule:
        return found
    return ImeiReading(found.imeis, "join", example=found.example)


def _letters(token: str) -> ImeiReading | None:
    """Letters typed for digits, only among ten digits or more and only with a right check digit as the result."""
    if len(token) < 15 or len(token) % 15 or not _REPAIRABLE.issuperset(token):
        return None
    if sum(c.isdigit() for c in token) < 10:
        return None
    digits = token.translate(_LETTERS)
    cut = tuple(digits[i : i + 15] for i in range(0, len(digits), 15))
    if not all(map(valid, cut)):
        return None
    return ImeiReading(cut, "letter", doubtful=True, example=cut == (EXAMPLE,))


def fault(token: str) -> str:
    """What a token that should be an IMEI looks like instead.

    One of repeated_digit, check_digit, length, short (four to six digits, perhaps the end of one), box (an EAN or UPC
    number), letters (an IMEI with letters that no repair makes right), serial.
    """
    joined = token.replace("-", "")
    if joined.isdigit():
        if len(joined) >= 10 and joined == joined[0] * len(joined):
            return "repeated_digit"
        if len(joined) == 15:
            return "check_digit"
        if 4 <= len(joined) <= 6:
            return "short"
        if len(joined) in (12, 13) and _ean(joined):
            return "box"
        return "length"
    if len(joined) >= 14 and sum(c.isdigit() for c in joined) >= 10:
        return "letters"
    return "serial"


def _ean(digits: str) -> bool:
    """Whether twelve or thirteen digits are a GS1 trade item number by their check digit."""
    body = digits[-2::-1]
    return (int(digits[-1]) + 3 * sum(map(int, body[0::2])) + sum(map(int, body[1::2]))) % 10 == 0
