"""Long messages in parts: which part of which message a PDU carries, and the text once all have come.

Keeping parts until then is the store's; here is what it needs to decide. Parts belong together when link, sender,
recipient, width, reference and total agree (`part_key`). A phone that changes the total in mid-message has therefore
begun another message, and neither will be complete: both are for the deadline, which names what is `missing`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from itertools import groupby
from typing import NamedTuple

from smsgw.smpp.tlv import TAG_SAR_MSG_REF_NUM, TAG_SAR_SEGMENT_SEQNUM, TAG_SAR_TOTAL_SEGMENTS
from smsgw.sms.coding import Alphabet, alphabet_of
from smsgw.sms.decode import decode_text
from smsgw.sms.udh import CONCATENATION_8, CONCATENATION_16, NO_HEADER, UDHI, UserDataHeader, read_header

WIDTH_8 = "8"
WIDTH_16 = "16"
WIDTH_SAR = "sar"


class PartInfo(NamedTuple):
    """One part of a long message: `number` counts from 1 to `total` (2–255)."""

    reference: int
    width: str  # WIDTH_8, WIDTH_16 or WIDTH_SAR: references of different widths never meet
    total: int
    number: int


class UserData(NamedTuple):
    """What a PDU carries: the message's octets, the header before them, and which part they are, None for a whole.

    `problem` says in one clause what was wrong with header or part information, '' for nothing. Information that cannot
    be true (part 0, a part beyond the total) is not acted on: the PDU counts as a whole message, so that its text is
    read now rather than waiting for parts that cannot come.
    """

    payload: bytes
    header: UserDataHeader = NO_HEADER
    part: PartInfo | None = None
    problem: str = ""


def part_of(esm_class: int, data: bytes, tlvs: Iterable[tuple[int, bytes]] = ()) -> UserData:
    """What the user data of a PDU is. Never raises.

    `data` is short_message or message_payload as it came, `tlvs` the PDU's. A header (UDHI in esm_class; elements 0x00
    and 0x08 of 23.040 sections 9.2.3.24.1 and 9.2.3.24.8) counts before the SAR TLVs (SMPP 3.4 sections 5.3.2.22–24),
    for it is what the phone itself wrote. A total of 1 is a whole message.
    """
    if not esm_class & UDHI:
        return UserData(data) if not tlvs else _by_tlvs(UserData(data), tlvs)
    header, payload = read_header(data)
    found = UserData(payload, header, None, header.problem)
    wide = header.last(CONCATENATION_16, 4)
    if wide is not None:
        return _with_part(found, PartInfo(wide[0] << 8 | wide[1], WIDTH_16, wide[2], wide[3]))
    narrow = header.last(CONCATENATION_8, 3)
    if narrow is not None:
        return _with_part(found, PartInfo(narrow[0], WIDTH_8, narrow[1], narrow[2]))
    return _by_tlvs(found, tlvs)


def _by_tlvs(found: UserData, tlvs: Iterable[tuple[int, bytes]]) -> UserData:
    sar = {tag: value for tag, value in tlvs if TAG_SAR_MSG_REF_NUM <= tag <= TAG_SAR_SEGMENT_SEQNUM}
    reference = sar.get(TAG_SAR_MSG_REF_NUM)
    total = sar.get(TAG_SAR_TOTAL_SEGMENTS)
    number = sar.get(TAG_SAR_SEGMENT_SEQNUM)
    if reference is None and total is None and number is None:
        return found
    # The TLVs are read as numbers of whatever length they came in: a total of two octets is a peer's slip, not a fault.
    if not reference or not total or not number:
        return found._replace(problem="SAR TLVs without reference, total or number")
    numbers = (int.from_bytes(value, "big") for value in (reference, total, number))
    reference_number, total_number, part_number = numbers
    return _with_part(found, PartInfo(reference_number, WIDTH_SAR, total_number, part_number))


def _with_part(found: UserData, part: PartInfo) -> UserData:
    if not 1 <= part.number <= part.total <= 255:
        return found._replace(problem=f"part {part.number} of {part.total} cannot be")
    return found if part.total == 1 else found._replace(part=part)


class PartKey(NamedTuple):
    """What the parts of one message have in common."""

    link: str
    sender: str
    recipient: str
    width: str
    reference: int
    total: int


def part_key(link: str, sender: str, recipient: str, part: PartInfo) -> PartKey:
    """The key under which a part waits for the others."""
    return PartKey(link, sender, recipient, part.width, part.reference, part.total)


class Arrival(Enum):
    """What a part means for the parts that wait under its key."""

    WAITING = "waiting"  # kept, others are missing
    COMPLETE = "complete"  # the last one: join them all
    DUPLICATE = "duplicate"  # the very same part again: acknowledge, nothing else
    RESTARTED = (
        "restarted"  # another text under a number that is held: the sender uses the reference again, drop what waits
    )


def arrival(held: Mapping[int, bytes], part: PartInfo, payload: bytes) -> Arrival:
    """What a part does to those held under its key, by number. Parts come in any order."""
    known = held.get(part.number)
    if known is not None:
        return Arrival.DUPLICATE if known == payload else Arrival.RESTARTED
    return Arrival.COMPLETE if len(held) + 1 == part.total else Arrival.WAITING


def missing(numbers: Collection[int], total: int) -> tuple[int, ...]:
    """The part numbers that have not come, ascending."""
    return tuple(number for number in range(1, total + 1) if number not in numbers)


class StoredPart(NamedTuple):
    """A part as it is kept: its octets without header, and what is needed to read them."""

    number: int
    data: bytes
    data_coding: int = 0
    locking: int = 0
    single: int = 0


def join(
    parts: Iterable[StoredPart], *, default: str = Alphabet.GSM, overrides: Mapping[int, str] | None = None
) -> str:
    """The text of parts in any order; of a number that comes twice the first counts.

    Octets are joined before they are read, since some senders cut inside an escape or a surrogate pair; only where the
    coding changes between parts is each run read for itself, and of packed septets each part. With parts missing it is
    the text of those there are.
    """
    by_number: dict[int, StoredPart] = {}
    for part in parts:
        by_number.setdefault(part.number, part)
    in_order = [by_number[number] for number in sorted(by_number)]
    text: list[str] = []
    rest = len(in_order)
    for (data_coding, locking, single), grouped in groupby(in_order, key=lambda part: part[2:]):
        run = list(grouped)
        header = NO_HEADER
        if locking or single:
            header = UserDataHeader(((0x25, bytes((locking,))), (0x24, bytes((single,)))))
        pieces = [part.data for part in run]
        if alphabet_of(data_coding, default) != Alphabet.GSM_PACKED:  # the last octet of a packed part is its own
            pieces = [b"".join(pieces)]
        for data in pieces:
            rest -= 1 if len(pieces) > 1 else len(run)
            text.append(
                decode_text(data, data_coding, default=default, header=header, overrides=overrides, ends=not rest)
            )
    return "".join(text)
