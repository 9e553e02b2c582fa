"""Who wrote: the address of an inbound text as an E.164 number, or nobody to be answered."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import phonenumbers

from smsgw.smpp.pdu import Address

INTERNATIONAL, ALPHANUMERIC = 1, 5  # type of number, SMPP 3.4 5.2.5


class Senders:
    """Reads addresses as phones of people.

    An alphanumeric name, a short code or anything else that is no phone number is nobody: we never answer it, for a
    machine that answers our answers would never stop.
    """

    def __init__(self, country: str, own: Iterable[Address] = ()) -> None:
        """`country` is that of local numbers, ISO 3166; `own` are the addresses that our texts come from."""
        self.country = country
        self._code = str(phonenumbers.country_code_for_region(country))
        self.phone = lru_cache(maxsize=100_000)(self._phone)
        own = tuple(own)
        self._own = frozenset(_bare(address) for address in own)
        self._own_phones = frozenset(filter(None, map(self._phone, own)))

    def ours(self, address: Address) -> bool:
        """Whether it is an address of ours, of any link and however written: what comes from it is our own echo."""
        return _bare(address) in self._own or (bool(self._own_phones) and self.phone(address) in self._own_phones)

    def _phone(self, address: Address) -> str | None:
        """E.164 with `+`, or None."""
        digits = address.digits.strip()
        if address.ton == ALPHANUMERIC:
            return None
        if digits.startswith("+"):
            return self._international(digits[1:])
        if not digits.isascii() or not digits.isdigit():
            return None
        if address.ton == INTERNATIONAL:
            return self._international(digits)
        try:
            local = phonenumbers.parse(digits, self.country)
        except phonenumbers.NumberParseException:
            return None
        if phonenumbers.is_valid_number(local):
            return phonenumbers.format_number(local, phonenumbers.PhoneNumberFormat.E164)
        # Many operators write an international number and leave its type unknown.
        return self._international(digits) if digits.startswith(self._code) else None

    @staticmethod
    def _international(digits: str) -> str | None:
        if not digits.isascii() or not digits.isdigit():
            return None
        try:
            number = phonenumbers.parse("+" + digits)
        except phonenumbers.NumberParseException:
            return None
        # Fewer than seven digits after the country are a short code with a country before it.
        possible = phonenumbers.is_possible_number(number) and len(str(number.national_number)) >= 7
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else None


def _bare(address: Address) -> str:
    return address.digits.strip().lstrip("+").casefold()


def destination(phone: str) -> Address:
    """Where a text to an E.164 phone goes on the wire: international, ISDN numbering, no plus."""
    return Address(INTERNATIONAL, 1, phone.removeprefix("+"))
