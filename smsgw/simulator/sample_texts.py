"""What the phones of a load run text: sales of IMEIs never used before, or the lines of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from smsgw.smpp.split import How, Part, split
from smsgw.sms.encode import encode_text

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # twice a digit, its two digits added (Luhn)


def check_digit(digits: str) -> str:
    """The Luhn check digit for the digits before it."""
    values = [int(digit) for digit in digits]
    total = sum(_DOUBLED[value] for value in values[::-2]) + sum(values[-2::-2])
    return str(-total % 10)


def imei(serial: int, tac: str = "86012345") -> str:
    """The IMEI with the serial-th number of a type allocation code (8 digits); a million of them make the next TAC."""
    body = f"{int(tac) + serial // 1_000_000:08}{serial % 1_000_000:06}"
    return body + check_digit(body)


class SampleTexts:
    """Text after text, cycling through templates with `{imei}` (a fresh one each time) and `{n}` (from `first`)."""

    def __init__(self, templates: Sequence[str] = ("S {imei}",), first: int = 1, tac: str = "86012345") -> None:
        if not templates:
            raise ValueError("there is no text to send")
        self._templates = templates
        self._first = first
        self._tac = tac
        self._serial = first

    @classmethod
    def of_file(cls, path: Path, first: int = 1, tac: str = "86012345") -> SampleTexts:
        """The texts of a UTF-8 file, one a line. ValueError if it has none."""
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return cls(lines, first, tac)

    def text(self, index: int) -> str:
        """The text of the index-th message (from 0). Ask in order: each `{imei}` takes the next number."""
        template = self._templates[index % len(self._templates)]
        while "{imei}" in template:
            template = template.replace("{imei}", imei(self._serial, self._tac), 1)
            self._serial += 1
        return template.replace("{n}", str(self._first + index))

    def parts(self, index: int) -> list[Part]:
        """The same as it goes on the wire."""
        encoded = encode_text(self.text(index))
        return split(encoded, index, how=How.UDH16)
