"""The user data header before a message: concatenation, national tables (3GPP 23.040 section 9.2.3.24)."""

from __future__ import annotations

from typing import NamedTuple

CONCATENATION_8 = 0x00
CONCATENATION_16 = 0x08
SINGLE_SHIFT = 0x24
LOCKING_SHIFT = 0x25

UDHI = 0x40  # bit 6 of esm_class (SMPP 3.4 section 5.2.12)


class UserDataHeader(NamedTuple):
    """What a header said. `elements` keeps every information element in order; `problem` names a fault, '' for none."""

    elements: tuple[tuple[int, bytes], ...] = ()
    problem: str = ""

    def last(self, identifier: int, length: int) -> bytes | None:
        """The element with this identifier and this length in octets; the last one counts (23.040 section 9.2.3.24)."""
        for found, value in reversed(self.elements):
            if found == identifier and len(value) == length:
                return value
        return None

    @property
    def locking(self) -> int:
        """National language identifier of the locking shift table, 0 for the default."""
        value = self.last(LOCKING_SHIFT, 1)
        return value[0] if value else 0

    @property
    def single(self) -> int:
        """National language identifier of the single shift table, 0 for the default."""
        value = self.last(SINGLE_SHIFT, 1)
        return value[0] if value else 0


NO_HEADER = UserDataHeader()


def read_header(data: bytes) -> tuple[UserDataHeader, bytes]:
    """Header and the octets after it, of user data whose esm_class has the UDHI bit.

    Never raises. A header longer than the data is no header: all octets are handed back as the message, and the problem
    is named. An element that overruns the header ends it; those before it count, and the message still begins after the
    header.
    """
    if not data:
        return UserDataHeader(problem="UDHI is set and there is no user data"), data
    end = data[0] + 1
    if end > len(data):
        return UserDataHeader(problem=f"header of {data[0]} octets in {len(data) - 1}"), data
    elements: list[tuple[int, bytes]] = []
    place = 1
    problem = ""
    while place < end:
        if place + 2 > end or place + 2 + data[place + 1] > end:
            problem = f"element {data[place]:#04x} at octet {place} overruns the header of {data[0]} octets"
            break
        start = place + 2
        place = start + data[place + 1]
        elements.append((data[start - 2], data[start:place]))
    return UserDataHeader(tuple(elements), problem), data[end:]


def write_header(*elements: tuple[int, bytes]) -> bytes:
    """The octets of a header with these elements, '' without any."""
    if not elements:
        return b""
    body = b"".join(bytes((identifier, len(value))) + value for identifier, value in elements)
    return bytes((len(body),)) + body
