"""What the depots have to give: sets that no order is promised yet, and how an order gets its share of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from smsgw.business.core.decision import Record
from smsgw.business.money.rules import MoneyBooks
from smsgw.values.value import value

ALLOCATED, RELEASED, SHIPPED = "allocated", "released", "shipped"
KINDS = (ALLOCATED, RELEASED, SHIPPED)


@value
class Share:
    """So many sets of a model in a depot."""

    depot: str
    model: str
    sets: int


@value
class SetsAllocated(Record):
    """Sets that lie in a depot are promised to an order."""

    reference: str
    share: Share


@value
class SetsReleased(Record):
    """What was promised to an order and has not left is free for others again."""

    reference: str


class Depots(Protocol):
    """What may be asked about depots."""

    def available(self, models: Collection[str]) -> Mapping[str, int] | None:
        """The sets of models in all depots that are promised to nobody; None where there are no depots."""

    def free(self, models: Collection[str], region: str, depot: str | None) -> Sequence[Share]:
        """The same by depot (only of one, where it is named), those of a region first; until the transaction ends
        nobody else allocates them."""

    def allocated(self, reference: str) -> Sequence[Share]:
        """What is promised to an order and has not left."""


class DepotBooks(MoneyBooks, Protocol):
    """The books as far as depots and what they stand on."""

    @property
    def depots(self) -> Depots: ...


def shares(wanted: Mapping[str, int], free: Sequence[Share]) -> list[Share]:
    """What an order that wants sets of models gets of those that are free: from the first depots as far as they go."""
    left = dict(wanted)
    found = []
    for share in free:
        sets = min(share.sets, left.get(share.model, 0))
        if sets > 0:
            left[share.model] -= sets
            found.append(Share(share.depot, share.model, sets))
    return found


def by_model(found: Sequence[Share]) -> dict[str, int]:
    """Sets by model, of all depots."""
    sets: dict[str, int] = {}
    for share in found:
        sets[share.model] = sets.get(share.model, 0) + share.sets
    return sets
