"""All books together: what a conversation asks of every subject, and books its decisions in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from smsgw.business.core.decision import Record
from smsgw.business.visits.rules import VisitBooks


class Ledger(VisitBooks, Protocol):
    """Everything that is known at the moment of one message."""


class Books(Ledger, Protocol):
    """A ledger that also books: what is applied is seen by every later question of the same and of later messages."""

    def apply(self, records: Sequence[Record]) -> None:
        """Book the records as effects of the current message."""
