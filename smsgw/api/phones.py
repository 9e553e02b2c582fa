"""A phone as programs write it: with +, with 00, local, or in full without a sign."""

from __future__ import annotations

import re

import phonenumbers

_WRITTEN = re.compile(r"\+?[0-9 ()./-]{3,30}\Z")


def phone_of(text: str, country: str) -> str | None:
    """The number as E.164; None for what is none. A local one is read as one of `country` (ISO 3166).

    A number without a sign that is none of the country, but one with a country code, is taken as that: many programs
    leave the + out.
    """
    said = text.strip()
    if not _WRITTEN.match(said):
        return None
    if said.startswith("00"):
        said = "+" + said[2:]
    if said.startswith("+"):
        return _possible(said)
    local = _parsed(said, country)
    if local is not None and phonenumbers.is_valid_number(local):
        return _e164(local)
    whole = _parsed("+" + said, None)
    return _e164(whole) if whole is not None and phonenumbers.is_valid_number(whole) else None


def _possible(said: str) -> str | None:
    number = _parsed(said, None)
    return _e164(number) if number is not None and phonenumbers.is_possible_number(number) else None


def _parsed(said: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(said, country)
    except phonenumbers.NumberParseException:
        return None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
