"""Who wrote: the address of an inbound text as an E.164 number, or nobody to be answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import phonenumbers

from smsgw.settings.links import Smsc
from smsgw.smpp.pdu import Address

UNKNOWN, INTERNATIONAL, ALPHANUMERIC = 0, 1, 5  # type of number, SMPP 3.4 5.2.5
_LEAST_INTERNATIONAL = 8  # digits of an international number with its 00
LONGEST_ADDRESS = 20  # characters that an address has room for, 5.2.8
_ISDN = 1  # numbering plan, 5.2.6
_MARKS = re.compile(r"[ .()/\u2010-\u2015-]")  # what people put between digits


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
        """E.164 with `+`, or None.

        The type of number is not always true: of the ways in which the digits can be read, the one that its type says
        first, that counts which makes a valid number.
        """
        said = address.digits.strip()
        plus = said.startswith("+")
        digits = _MARKS.sub("", said.removeprefix("+"))
        if not digits.isascii() or not digits.isdigit():
            return None
        international = plus or address.ton == INTERNATIONAL
        for number in self._readings(digits, international=international, plus=plus):
            if phonenumbers.is_valid_number(number):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if address.ton == ALPHANUMERIC and not plus:
            return None  # a name of digits
        # A number that is new, or many operators' way to write an international one and leave its type unknown.
        return self._international(digits) if international or digits.startswith(self._code) else None

    def _readings(self, digits: str, *, international: bool, plus: bool) -> Iterator[phonenumbers.PhoneNumber]:
        """The numbers that digits can be, the likeliest first."""
        bare = digits.lstrip("0")
        whole = [(f"+{digits}", None)] if not digits.startswith("0") else []
        local = [] if plus else [(digits, self.country)]
        others = [(f"+{bare}", None)] if digits.startswith(("00", f"0{self._code}")) else []
        for written, country in (*whole, *local, *others) if international else (*local, *whole, *others):
            if written == f"+{digits}" and not international and not digits.startswith(self._code):
                continue  # of an unknown type, and of another country: rather a short code
            try:
                yield phonenumbers.parse(written, country)
            except phonenumbers.NumberParseException:
                continue

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


def source_of(sender: str, own: Address) -> Address:
    """The address that a text comes from: letters are a name (5/0), + and 00 an international number (1/1).

    A short code has the type and plan of the link's `own` address.
    """
    if any(not (c.isascii() and c.isdigit()) for c in sender.removeprefix("+")):
        return Address(ALPHANUMERIC, 0, sender)
    if sender.startswith("+"):
        return Address(INTERNATIONAL, _ISDN, sender[1:])
    if sender.startswith("00") and len(sender) > _LEAST_INTERNATIONAL:
        return Address(INTERNATIONAL, _ISDN, sender[2:])
    return own._replace(digits=sender)


def own_source(smsc: Smsc) -> Address:
    """The address that texts of a link come from: as set, or where no type is set by what the sender is."""
    own = Address(smsc.address_ton, smsc.address_npi, smsc.address)
    return source_of(smsc.address, own) if smsc.address_ton == UNKNOWN and smsc.address else own


def untyped(address: Address) -> Address:
    """An address whose type of number says nothing."""
    return address._replace(ton=UNKNOWN)


def _bare(address: Address) -> str:
    return address.digits.strip().lstrip("+").casefold()


def destination(phone: str) -> Address:
    """Where a text to an E.164 phone goes on the wire: international, ISDN numbering, no plus."""
    return Address(INTERNATIONAL, 1, phone.removeprefix("+"))
