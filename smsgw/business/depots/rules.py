"""What the depots have to give: sets that no order is promised yet, and how an order gets its share of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from smsgw.business.core.decision import Record
from smsgw.business.money.rules import MoneyBooks
from smsgw.values.value import value

ALLOCATED, RELEASED, SHIPPED = "allocated", "released", "shipped"
KINDS = (ALLOCATED, RELEASED, SHIPPED)
ON_APPROVAL = "on_approval"  # [trade] allocate


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


@value
class SetsLeft(Record):
    """Sets of a model have left a depot: what it has not any more is promised to nobody."""

    depot: str
    model: str
    sets: int


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


def of_one_depot(wanted: Mapping[str, int], free: Sequence[Share]) -> Sequence[Share]:
    """What is free in the first depot that has all of an order; where none has, what is free in all of them."""
    for depot in dict.fromkeys(share.depot for share in free):
        there = [share for share in free if share.depot == depot]
        lying = by_model(there)
        if all(lying.get(model, 0) >= sets for model, sets in wanted.items()):
            return there
    return free


def promise(
    reference: str, wanted: Mapping[str, int], region: str, books: DepotBooks, step: Record
) -> tuple[tuple[Record, ...], dict[str, int]]:
    """What the depots promise to an order that is approved now, where the deployment has it so ([trade] allocate), and
    by model what none of them has. `step` takes the order on, where it gets anything."""
    if books.trade.allocate != ON_APPROVAL or books.depots.available(()) is None:
        return (), {}
    found = shares(wanted, of_one_depot(wanted, books.depots.free(wanted, region, None)))
    got = by_model(found)
    missing = {model: sets - got.get(model, 0) for model, sets in wanted.items() if sets > got.get(model, 0)}
    return (step, *(SetsAllocated(reference, share) for share in found)) if found else (), missing


def by_model(found: Sequence[Share]) -> dict[str, int]:
    """Sets by model, of all depots."""
    sets: dict[str, int] = {}
    for share in found:
        sets[share.model] = sets.get(share.model, 0) + share.sets
    return sets
