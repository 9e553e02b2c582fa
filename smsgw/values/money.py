"""Money: integer minor units with a currency, written and read as decimals, booked in legs that sum to zero."""

from __future__ import annotations

import re

# ISO 4217: the currencies whose minor unit is not a hundredth.
_PLACES = {
    "BIF": 0,
    "CLP": 0,
    "DJF": 0,
    "GNF": 0,
    "ISK": 0,
    "JPY": 0,
    "KMF": 0,
    "KRW": 0,
    "PYG": 0,
    "RWF": 0,
    "UGX": 0,
    "UYI": 0,
    "VND": 0,
    "VUV": 0,
    "XAF": 0,
    "XOF": 0,
    "XPF": 0,
    "BHD": 3,
    "IQD": 3,
    "JOD": 3,
    "KWD": 3,
    "LYD": 3,
    "OMR": 3,
    "TND": 3,
}


_AMOUNT = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]+))?")


def places(currency: str) -> int:
    """How many decimals a currency has (ISO 4217)."""
    return _PLACES.get(currency, 2)


def decimal(minor: int, currency: str) -> str:
    """Minor units as a plain decimal: 1230000 CNY is `12300.00`."""
    digits = places(currency)
    if digits == 0:
        return str(minor)
    sign = "-" if minor < 0 else ""
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}"


def minor(text: str, currency: str) -> int:
    """The minor units of a plain decimal such as `12300.00` or `12300`; ValueError says what is wrong with it."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an amount such as 1040.00")
    sign, whole, rest = match[1], match[2], match[3] or ""
    digits = places(currency)
    if len(rest) > digits and rest[digits:].strip("0"):
        raise ValueError(f"{text!r} has more decimals than {currency} has ({digits})")
    value: int = int(whole) * 10**digits + int(rest[:digits].ljust(digits, "0") or "0")
    return -value if sign else value
