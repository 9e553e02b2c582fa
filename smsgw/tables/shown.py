"""Numbers of a workbook as its cells show them: digits by the number format, days and times of the serial number."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from smsgw.values.unreadable import Unreadable

# Formats that a workbook names without saying what they are (ECMA-376 18.8.30), also those of Chinese Excel.
_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 39: "#,##0.00", 40: "#,##0.00"}
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_DIGITS = re.compile(r"[#?0,]*\.?[#?0]*")
_EXACT = 10**15  # a double holds every whole number below it, and a cell no more than fifteen digits
_EPOCH = datetime(1899, 12, 30)  # 1900 is taken for a leap year, so days are counted from here after February 1900
_MAC = timedelta(days=1462)  # later, where a workbook counts from 1904

Shown = Callable[[float], str]


def show_general(value: float) -> str:
    """A number as a cell without a format: fifteen digits, so 1040.4000000000001 is 1040.4. Raises Unreadable."""
    if not math.isfinite(value):
        raise Unreadable("is no number")
    if abs(value) >= _EXACT:
        raise Unreadable("has more than the fifteen digits that a spreadsheet keeps; format the column as text")
    return _plain(Decimal(format(value, ".15g")))


def how_shown(identity: int, code: str, *, from_1904: bool) -> Shown:
    """What writes the numbers of cells with a number format: its number, and its code if the workbook has it."""
    code = code or _BUILT_IN.get(identity, "")
    section = code.split(";")[0]
    bare = _QUOTED.sub("", section)
    if identity in _DATES if not code else _is_date(section, bare):
        return _show_day if not from_1904 else lambda value: _show_day(value + _MAC.days)
    if not bare or not re.fullmatch(r"[^#?0]*[#?0,]+(\.[#?0]*)?[^#?0]*", bare) or re.search(r"[eE/]|,(?![#?0])", bare):
        return show_general
    first = re.search(r"[#?0]", bare)
    digits = _DIGITS.search(bare, first.start()) if first is not None else None
    assert digits is not None
    whole, _, places = digits[0].partition(".")
    if "%" in bare:
        return lambda value: _rounded(value * 100, len(places)) + "%"
    zeros = len(whole.replace(",", "")) if set(whole) == {"0"} else 0
    before = _letters(section) if zeros and not places else ""
    return lambda value: before + _rounded(value, len(places)).zfill(zeros)


def _letters(section: str) -> str:
    """What a format such as `"D"0000` writes before the digits, if it is the beginning of a code."""
    text = "".join(quoted or single for quoted, single in _LITERAL.findall(section.split("0", maxsplit=1)[0]))
    return text if re.fullmatch(r"[A-Za-z]{1,4}-?", text) else ""


def _is_date(section: str, bare: str) -> bool:
    if "general" in bare.casefold() or "通用" in bare:
        return False
    return bool(re.search(r"[ymdhs]|aaa", bare, re.IGNORECASE) or re.search(r"\[(h+|m+|s+)\]", section, re.IGNORECASE))


def _rounded(value: float, places: int) -> str:
    """Rounded to what the cell shows; a whole number that is not one is in doubt."""
    text = show_general(value)
    exact = Decimal(text)
    found = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if not places and found != exact:
        raise Unreadable(f"the cell shows {found} and holds {text}; write the one that is meant")
    return _plain(found)


def _plain(number: Decimal) -> str:
    if number == number.to_integral_value():
        return str(int(number))
    return format(number.normalize(), "f")


def _show_day(value: float) -> str:
    """A day, a day with a time, or a time alone, as ISO 8601."""
    if not 0 <= value < 2_958_466:  # 9999-12-31
        raise Unreadable("is formatted as a day, and there is no such day")
    when = _EPOCH + timedelta(days=int(value), seconds=round((value - int(value)) * 86_400))
    if value < 1:
        return when.time().isoformat()
    if value < 60:
        when += timedelta(days=1)
    if not (when.hour or when.minute or when.second):
        return when.date().isoformat()
    return when.isoformat(sep=" ")
