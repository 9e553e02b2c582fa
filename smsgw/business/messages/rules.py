"""An inbound text, or a part of one, as the gateway hands it to the store, and the keys by which it is known again."""

from __future__ import annotations

import secrets
from dataclasses import field
from datetime import datetime
from functools import lru_cache

from smsgw.values.storable import key_of
from smsgw.values.value import value

_OF_THIS_PROCESS = secrets.token_bytes(16)


@lru_cache(maxsize=4096)  # asked as a text comes in and again as it is decided, with a batch or more between
def repeat_key(phone: str, folded: str) -> int:
    """What the same words from the same phone have in common."""
    return key_of(phone, folded)


@value
class Inbound:
    """One whole text.

    `session` is a random number of up to 62 bits that the gateway gives each SMPP session. `payload` are the raw bytes
    of the user data. `reading` is the JSON of `smsgw parse`. `state` is done or ignored. `message` is the id of the row
    that waited for the parts of this text (None for a text of one part). `hidden`: a PIN was taken out of the text and
    the reading; the raw bytes, which have it, are not kept, and known again by this process alone.
    """

    link: str
    session: int
    sender: str
    recipient: str
    text: str
    folded: str
    payload: bytes
    data_coding: int
    received_at: datetime
    reading: str | None = None
    state: str = "done"
    message: int | None = None
    hidden: bool = False
    content_key: int = field(init=False)
    repeat_key: int = field(init=False)

    def __post_init__(self) -> None:
        coding = self.data_coding.to_bytes(1, "big")
        key = key_of(self.sender, self.recipient, coding, self.payload)
        if self.hidden:  # whoever reads the database could try all PINs against a plain key
            key = key_of(_OF_THIS_PROCESS, key.to_bytes(8, "big"))
            object.__setattr__(self, "payload", b"")
        object.__setattr__(self, "content_key", key)
        object.__setattr__(self, "repeat_key", repeat_key(self.sender, self.folded))


@value
class InboundPart:
    """One part of a long text: part `number` (from 1) of `total`, of the set `reference` of `width` bits.

    `waits_until` is when the sender is told that parts are missing. Sets are apart by link, sender, recipient,
    reference width, reference and total.
    """

    link: str
    session: int
    sender: str
    recipient: str
    reference: int
    width: int
    number: int
    total: int
    payload: bytes
    data_coding: int
    received_at: datetime
    waits_until: datetime
    content_key: int = field(init=False)
    set_key: int = field(init=False)

    def __post_init__(self) -> None:
        whole = (self.sender, self.recipient, f"{self.width}/{self.reference}/{self.total}")
        coding = self.data_coding.to_bytes(1, "big")
        object.__setattr__(self, "set_key", key_of(self.link, *whole))
        object.__setattr__(self, "content_key", key_of(*whole, str(self.number), coding, self.payload))


@value
class Received:
    """What became of an arrival: the id of its text, and whether it is a redelivery, to be acknowledged again only.

    `parts` are the raw parts with their data codings, in order, when this part made a set whole.
    """

    message: int
    redelivery: bool = False
    parts: tuple[tuple[bytes, int], ...] = ()
