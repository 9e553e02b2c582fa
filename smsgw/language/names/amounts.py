"""Amounts as people write what they paid, and the numbers of bank slips."""

from __future__ import annotations

import re

from smsgw.values.value import value

_AMOUNT = re.compile(
    r"(?P<before>[$¥€£]|(?:RMB|CNY|USD|EUR)\s?)?(?P<figure>\d[\d,]*(?:\.\d+)?)(?:\s?(?P<times>K|W|千|万)(?![A-Z0-9]))?"
    r"(?:\s?(?P<after>元|块钱|块|人民币|RMB|YUAN|CNY|USD|EUR|[A-Z]{3}(?=\s|$)))?(?![A-Z0-9])",
    re.IGNORECASE,
)
_TIMES = {"K": 3, "千": 3, "W": 4, "万": 4}  # powers of ten
_UNITS = {"块": "元", "块钱": "元", "YUAN": "元", "人民币": "CNY", "RMB": "CNY", "€": "EUR", "£": "GBP"}
_CURRENCIES = frozenset(
    (
        *("CNY", "RMB", "USD", "EUR", "GBP", "HKD", "TWD", "SGD", "JPY", "KWD", "INR", "IDR", "MYR", "THB", "VND"),
        *("PHP", "PKR", "BDT", "NGN", "KES", "ZAR"),
    )
)
_SLIP = re.compile(r"(?=[A-Z]{0,6}-?\d{3})[A-Z0-9][A-Z0-9-]{2,39}", re.IGNORECASE)


@value
class Amount:
    """An amount as a plain decimal, with the sign or code of its currency behind it where one was said (`5000 USD`),
    and where it ends in the text."""

    said: str
    end: int


def read(clean: str, at: int) -> Amount | None:
    """The amount that begins at a place of a folded text; None where none does."""
    found = _AMOUNT.match(clean, at)
    if found is None:
        return None
    figure, end = plain(found["figure"], found["times"]), found.end()
    after = (found["after"] or "").upper()
    if after and after.isascii() and after not in _CURRENCIES | {"YUAN"}:  # the next word
        after, end = "", found.start("after")
    unit = (found["before"] or "").strip().upper() or after
    unit = _UNITS.get(unit, unit)
    return Amount(f"{figure} {unit}".strip(), end)


def plain(figure: str, times: str | None = None) -> str:
    """A figure with its thousands marks and `k`, `万` as a plain decimal: `1.2万` is 12000."""
    whole, _, part = figure.replace(",", "").partition(".")
    power = _TIMES[times.upper()] if times else 0
    moved = part.ljust(power, "0")
    whole, part = whole + moved[:power], moved[power:]
    return f"{whole.lstrip('0') or '0'}.{part}" if part else whole.lstrip("0") or "0"


def slip_end(clean: str, at: int) -> int | None:
    """Where the number of a bank's slip ends that begins at a place of a folded text; None where none does."""
    found = _SLIP.match(clean, at)
    return found.end() if found else None
