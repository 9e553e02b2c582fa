"""Phone numbers, asked of libphonenumber only where a phone can stand."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers


@lru_cache(maxsize=4096)
def read(token: str, country: str) -> str | None:
    """A number in E.164 when it is valid: with `+` anywhere in the world, else in that country; otherwise None."""
    try:
        number = phonenumbers.parse(token, None if token.startswith("+") else country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def robot(sender: str) -> bool:
    """Whether a sender is a name or a short code, which get no answer."""
    digits = sender.lstrip("+")
    return not digits.isdigit() or len(digits) <= 6
