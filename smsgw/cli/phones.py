"""A phone as a person types it on the command line, as E.164."""

from __future__ import annotations

import phonenumbers

from smsgw.errors import SmsgwError


def e164(text: str, country: str) -> str:
    """The number with + and country code; a local one is read as one of `country`. Raises SmsgwError."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise SmsgwError(f"'{text}' is no phone number, neither with + nor in {country}")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
