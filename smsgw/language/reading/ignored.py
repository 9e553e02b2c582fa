"""Messages that no answer is due to: from senders that are no phone, made by machines, or our own sent back."""

from __future__ import annotations

import re
from collections.abc import Callable

from smsgw.business.vocabulary import LETTERS
from smsgw.language.names import phones
from smsgw.language.sentences.machines import machine, quoted

_OWN_BOOKING = re.compile(rf"\s*(?:OK\s+[{LETTERS}]\d{{1,9}}|已收\s*[{LETTERS}]\d{{1,9}})\s*[:：]", re.IGNORECASE)
_QUOTING = frozenset(">|＞\"“”„'‘«‹「『《【-fFrRqQoOwWyYzZ转回引原你您") | frozenset(" \n\t")


def by_sender(text: str, sender: str | None, own_reply: Callable[[str], bool] | None) -> str:
    """Why a text is ignored before it is read: `robot`, `own_reply`; an empty string for one that is read."""
    if sender is not None and phones.robot(sender):
        return "robot"

    def ours(words: str) -> bool:
        return bool(_OWN_BOOKING.match(words)) or (own_reply is not None and own_reply(words))

    if ours(text) or (text[:1] in _QUOTING and quoted(text, ours)):
        return "own_reply"
    return ""


__all__ = ["by_sender", "machine"]
