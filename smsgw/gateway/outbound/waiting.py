"""Texts that are ready to be sent, by class: the higher class first, and none of the lower ones starved."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush

from smsgw.gateway.outbound.shipment import Shipment

CLASSES = 4  # replies, questions, reminders, broadcasts; the priority of a row is its class
# Of so many texts that go before it, a class that waits gets the next place: five in a hundred keep a notice moving
# through the busiest day, and cost a reply on a link of ten a second a tenth of a second at most.
SHARE = 20


class Waiting:
    """A queue for each class, each in the order of the outbox, and before them all the parts of texts begun."""

    __slots__ = ("_begun", "_classes", "_passed")

    def __init__(self) -> None:
        self._begun: list[tuple[int, int, Shipment]] = []  # row id, part number
        self._classes: list[list[tuple[int, Shipment]]] = [[] for _ in range(CLASSES)]
        self._passed = [0] * CLASSES  # texts of higher classes taken since this one was last served

    def __len__(self) -> int:
        """How many texts and parts wait."""
        return len(self._begun) + sum(map(len, self._classes))

    def __bool__(self) -> bool:
        return bool(self._begun) or any(self._classes)

    def put(self, shipment: Shipment) -> None:
        """A text waits to be begun."""
        heappush(self._classes[min(shipment.row.priority, CLASSES - 1)], (shipment.row.id, shipment))

    def put_part(self, shipment: Shipment, number: int) -> None:
        """A part of a text begun waits: nothing comes between the parts of a text, and nothing overtakes a part that
        the SMSC did not take for now."""
        heappush(self._begun, (shipment.row.id, number, shipment))

    def pop(self) -> tuple[Shipment, int]:
        """What goes next: a text and the number of its part, 0 for a text that is to be begun."""
        if self._begun:
            _, number, shipment = heappop(self._begun)
            return shipment, number
        classes, passed = self._classes, self._passed
        chosen = top = next(at for at, queue in enumerate(classes) if queue)
        for lower in range(top + 1, CLASSES):
            if classes[lower]:
                passed[lower] += 1
                if passed[lower] > SHARE and chosen == top:
                    chosen = lower
        passed[chosen] = 0
        return heappop(classes[chosen])[1], 0

    def remove(self, match: Callable[[Shipment], bool]) -> list[Shipment]:
        """Remove the texts that wait for their turn and match, and hand them over in their order."""
        taken: list[Shipment] = []
        for queue in self._classes:
            found = sorted((entry for entry in queue if match(entry[1])), key=lambda entry: entry[0])
            if found:
                gone = {number for number, _ in found}
                queue[:] = [entry for entry in queue if entry[0] not in gone]
                heapify(queue)
                taken += [shipment for _, shipment in found]
        return taken

    def counts(self) -> list[int]:
        """How many texts wait in each class; parts of texts begun are counted with their class."""
        counts = [len(queue) for queue in self._classes]
        for _, _, shipment in self._begun:
            counts[min(shipment.row.priority, CLASSES - 1)] += 1
        return counts
