"""What waits to go to the ESME: texts of phones and receipts, in order, again until they are acknowledged."""

from __future__ import annotations

import heapq
from collections.abc import Callable

from smsgw.smpp import status
from smsgw.smpp.pdu import DeliverSm

# Refusals that mean "again later"; any other is final.
TEMPORARY = frozenset({status.ESME_RSYSERR, status.ESME_RMSGQFUL, status.ESME_RTHROTTLED, status.ESME_RX_T_APPN})


def nothing(status_: int) -> None:
    """Nobody waits for this acknowledgement."""


class Delivery:
    """One deliver_sm on its way. `done` is called once with the final command_status, 0 for acknowledged."""

    __slots__ = ("attempts", "done", "is_text", "number", "pdu", "redelivered")

    def __init__(self, pdu: DeliverSm, is_text: bool, done: Callable[[int], None]) -> None:
        self.pdu = pdu
        self.is_text = is_text
        self.done = done
        self.number = 0
        self.attempts = 0
        self.redelivered = False

    def __lt__(self, other: Delivery) -> bool:
        return self.number < other.number


class Deliveries:
    """The queue. What comes back keeps its old place, so that texts of a phone stay in order."""

    def __init__(self) -> None:
        self._heap: list[Delivery] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._heap)

    def put(self, delivery: Delivery) -> None:
        """Queue something new, or something that must go again."""
        if not delivery.number:
            self._count += 1
            delivery.number = self._count
        heapq.heappush(self._heap, delivery)

    def take(self) -> Delivery:
        """The next to be sent; IndexError if there is none."""
        return heapq.heappop(self._heap)
