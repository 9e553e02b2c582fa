"""A phone as people, sheets and programs write it, as E.164: with +, with 00, local, or in full without a sign."""

from __future__ import annotations

import re
from functools import cache

import phonenumbers

from smsgw.values.unreadable import Unreadable

_WRITTEN = re.compile(r"\+?[0-9 \u00a0\u3000()./\u2010-\u2015-]{3,30}\Z")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # as Chinese keyboards write digits and signs


def read_phone(text: str, country: str, *, strict: bool = False) -> str:
    """The number as E.164; a local one is read as one of `country` (ISO 3166). Raises Unreadable.

    A number without a sign that is none of the country, but one with a country code, is taken as that: many programs
    leave the + out. Letters are refused. A number with + must only be as
    long as numbers of its country are, so that ranges newer than our tables are reached; with `strict` it must lie in
    a range that is given out, as the others must.
    """
    said = text.strip().translate(_FULL_WIDTH)
    if not _WRITTEN.match(said):
        raise _unreadable(country)
    if said.startswith("00"):
        said = "+" + said[2:]
    if said.startswith("+"):
        if strict and said[1:].isdecimal() and _surely_mobile(said[1:], country):
            return said
        found = _valid(said, None) if strict else _possible(said)
    else:
        found = _valid(said, country) or _valid("+" + said, None)
    if found is None:
        raise _unreadable(country)
    return found


def masked(number: str) -> str:
    """A number with its middle hidden: `+8613900000001` becomes `+86139****0001`.

    At most five digits stay in front and four at the end, and at least three are hidden.
    """
    sign, digits = ("+", number[1:]) if number.startswith("+") else ("", number)
    if len(digits) <= 4:
        return sign + "****"
    front = max(0, min(5, len(digits) - 7))
    return f"{sign}{digits[:front]}****{digits[-4:]}"


def _surely_mobile(digits: str, country: str) -> bool:
    """Whether the digits are a mobile number of the country, of which nothing is to be dropped; most of a file are.

    What libphonenumber says of them, with two comparisons instead of thirty.
    """
    shape = _mobile_shape(country)
    if shape is None:
        return False
    code, mobile, prefix = shape
    national = digits[len(code) :]
    return digits.startswith(code) and mobile.fullmatch(national) is not None and not prefix.match(national)


@cache
def _mobile_shape(country: str) -> tuple[str, re.Pattern[str], re.Pattern[str]] | None:
    """Code, mobile numbers and prefixes of a country that has its code for itself; None for others."""
    data = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    code = data.country_code if data is not None else None
    if data is None or code is None or len(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]) > 1:
        return None
    mobile, general = data.mobile, data.general_desc
    if not (mobile and mobile.national_number_pattern and general and general.national_number_pattern):
        return None
    both = f"(?={general.national_number_pattern}\\Z)(?:{mobile.national_number_pattern})"
    lengths = mobile.possible_length or general.possible_length
    sizes = "|".join(f".{{{length}}}" for length in lengths)
    prefix = data.national_prefix_for_parsing or "(?!)"
    return str(code), re.compile(f"(?=(?:{sizes})\\Z){both}"), re.compile(prefix)


def _valid(said: str, country: str | None) -> str | None:
    number = _parsed(said, country)
    return _e164(number) if number is not None and phonenumbers.is_valid_number(number) else None


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


def _unreadable(country: str) -> Unreadable:
    return Unreadable(f"is not a phone number, neither with + nor in {country}")
