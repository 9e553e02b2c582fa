"""What may be asked about broadcasts and surveys."""

from __future__ import annotations

from typing import Protocol

from smsgw.business.broadcasts.rules.broadcasts import Broadcast, Survey
from smsgw.business.broadcasts.rules.draft import Estimate
from smsgw.business.expectations.rules import ExpectationBooks


class Broadcasts(Protocol):
    """What may be asked about broadcasts and surveys."""

    def survey(self, phone: str) -> Survey | None:
        """The newest survey that went to a phone and still takes answers."""

    def estimate(self, group: str, area: str | None, text: str) -> Estimate | None:
        """What a broadcast of a text as it stands would come to; None where there is no such group.

        `group` is a region, a saved audience or one of GROUPS, in this order; of it only those are meant who lie in the
        region `area` (None: anywhere). It is a rare question: up to MOST_COUNTED people are counted one by one.
        """

    def find(self, reference: str) -> Broadcast | None: ...

    def was_sent_to(self, reference: str, dealer: str) -> bool:
        """Whether a broadcast has gone, or is going, to a phone of a shop."""


class BroadcastBooks(ExpectationBooks, Protocol):
    """The books as far as broadcasts and what they stand on."""

    @property
    def broadcasts(self) -> Broadcasts: ...
