"""What the books of every subject have in common: the moment, the rules of the trade, the next number of a letter."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from smsgw.business.core.trade import Trade


class Books(Protocol):
    """What is known at the moment of one message, all effects of the messages before it included.

    Each subject that can be asked has beside its rules a protocol of its questions, and one of the books as far as it:
    those of the subject before it, and its own (`books.orders.waiting(region)`). Nothing in any of them writes
    but `reference`, which hands out the next number of a letter; a rolled back batch gives its numbers back.
    """

    @property
    def now(self) -> datetime:
        """When the current message arrived (aware, UTC). Two messages of one batch have their own."""

    @property
    def trade(self) -> Trade: ...

    def reference(self, letter: str) -> str:
        """The next reference of a letter, such as S48213."""
