"""What the octets of an inbound text say on its link, or that they are no text at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smsgw.business.core.command import REJECTED, Command, Problem, Reading
from smsgw.settings.sections import Smsc
from smsgw.smpp.concat import WIDTH_8, WIDTH_16, WIDTH_SAR, PartInfo, StoredPart, UserData, join
from smsgw.sms.coding import Alphabet, alphabet_of
from smsgw.sms.decode import decode_text
from smsgw.sms.udh import read_header

# What a phone never puts into a text: controls but tab and line ends, of ASCII and of Latin-1.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

# Kept parts have their width by number. Their headers are looked into again when all are there. With SAR there is none,
# but that some SMSCs make the TLVs of a concatenation element and leave the national tables in the header.
SAR_WIDTH, SAR_WITH_HEADER = 0, 1
_WIDTHS = {WIDTH_8: 8, WIDTH_16: 16, WIDTH_SAR: SAR_WIDTH}

# How a message without a text is read, for its answer.
UNREADABLE = Reading("", "", REJECTED, (Command(None, REJECTED, problems=(Problem("unreadable"),)),))


def text_of(user: UserData, data_coding: int, smsc: Smsc) -> str | None:
    """The text of a whole message; None: it is data, not text (a picture, a ring tone).

    Octets of an 8-bit data_coding are read where they can be a text: some senders write UTF-8 or Latin-1 so.
    """
    overrides = smsc.overrides
    text = decode_text(user.payload, data_coding, default=smsc.alphabet_in, header=user.header, overrides=overrides)
    return None if data_coding and _is_data(user.payload, text, data_coding, smsc) else text


def joined(parts: Sequence[tuple[bytes, int]], width: int, smsc: Smsc) -> str | None:
    """The text of all parts, each as it was kept with its data_coding, in order; None: they are data, not text."""
    stored = [stored_part(number, payload, coding, width) for number, (payload, coding) in enumerate(parts, 1)]
    text = join(stored, default=smsc.alphabet_in, overrides=smsc.overrides)
    return None if any(_is_data(part.data, text, part.data_coding, smsc) for part in stored) else text


def stored_part(number: int, payload: bytes, data_coding: int, width: int) -> StoredPart:
    """A kept part, as the text layer joins them."""
    if width == SAR_WIDTH:
        return StoredPart(number, payload, data_coding)
    header, data = read_header(payload)
    return StoredPart(number, data, data_coding, header.locking, header.single)


def _is_data(octets: bytes, text: str, data_coding: int, smsc: Smsc) -> bool:
    alphabet = smsc.overrides.get(data_coding) or alphabet_of(data_coding, smsc.alphabet_in)
    return alphabet == Alphabet.OCTETS and (0 in octets or _CONTROL.search(text) is not None)


def part_to_keep(user: UserData, part: PartInfo, data: bytes) -> tuple[int, bytes]:
    """The width of a part's reference, as a number, and what is kept of it: with its header, where it has one."""
    if part.width != WIDTH_SAR:
        return _WIDTHS[part.width], data
    return (SAR_WITH_HEADER, data) if user.header.locking or user.header.single else (SAR_WIDTH, user.payload)
