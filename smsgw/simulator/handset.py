"""The phones' side: addresses of phones, and long texts put together again on their way to a person."""

from __future__ import annotations

from smsgw.smpp.concat import Arrival, PartKey, StoredPart, arrival, join, part_key, part_of
from smsgw.smpp.pdu import Address
from smsgw.smpp.split import Part
from smsgw.sms.decode import decode_text

_ALPHANUMERIC = 5
_INTERNATIONAL = 1
_ISDN = 1


def address_of(phone: str) -> Address:
    """The SMPP address of a phone or name: with `+` an international number, with letters an alphanumeric sender."""
    if phone.startswith("+"):
        return Address(_INTERNATIONAL, _ISDN, phone[1:])
    if phone.isascii() and phone.isdigit():
        return Address(0, _ISDN, phone)
    return Address(_ALPHANUMERIC, 0, phone)


def phone_of(address: Address) -> str:
    """The phone of an address as `address_of` takes it."""
    if address.ton == _INTERNATIONAL and not address.digits.startswith("+"):
        return f"+{address.digits}"
    return address.digits


class Phones:
    """Every phone of the network. Parts wait until the last has come; nothing is kept of a text that was shown."""

    def __init__(self) -> None:
        self._waiting: dict[PartKey, dict[int, StoredPart]] = {}
        self._references: dict[str, int] = {}

    @property
    def incomplete(self) -> int:
        """Texts of which parts are missing."""
        return len(self._waiting)

    def arrived(self, source: str, phone: str, part: Part) -> str | None:
        """A short message reaches a phone: the text if it is complete now, None while parts are missing."""
        data = part.short_message
        found = part_of(part.esm_class, data, part.tlvs)
        if found.part is None:
            return decode_text(found.payload, part.data_coding, header=found.header)
        key = part_key("", source, phone, found.part)
        held = self._waiting.setdefault(key, {})
        outcome = arrival({number: kept.data for number, kept in held.items()}, found.part, found.payload)
        if outcome is Arrival.RESTARTED:
            held.clear()
        header = found.header
        held[found.part.number] = StoredPart(
            found.part.number, found.payload, part.data_coding, header.locking, header.single
        )
        if outcome is not Arrival.COMPLETE:
            return None
        del self._waiting[key]
        return join(held.values())

    def reference(self, phone: str) -> int:
        """The reference number of a phone's next long text."""
        number = self._references.get(phone, 0) + 1
        self._references[phone] = number
        return number
