"""A return: the sets in it, what may be asked about returns, and the records by which one begins and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from smsgw.business.core.decision import Record
from smsgw.business.orders.rules import OrderBooks
from smsgw.business.returns.rules.reasons import Reason
from smsgw.values.value import value


@value
class ReturnLine:
    """One set: `sale` is the sale that it takes back, none where the shop had it in stock; `depot` where it arrived."""

    imei: str
    model: str
    sale: str | None
    depot: str | None = None
    replaced_by: str | None = None


@value
class ReturnCase:
    """Sets of one shop that are to be credited, replaced or given back; `due_on` is the day promised for the answer."""

    reference: str
    dealer: str
    reason: int
    state: str
    lines: tuple[ReturnLine, ...]
    asked_at: datetime
    due_on: date


@value
class ReturnBegun(Record):
    case: ReturnCase


@value
class ReturnSettled(Record):
    """A return comes to an end, by whom (as the trail calls them): `why` it was rejected; by IMEI what was credited for
    a set, in minor units, or which set replaces it."""

    reference: str
    state: str
    by: str
    why: str = ""
    credits: tuple[tuple[str, int], ...] = ()
    replacements: tuple[tuple[str, str], ...] = ()


@value
class ReturnReasoned(Record):
    """The reason of a return is another one than was said first."""

    reference: str
    reason: int


@value
class ReturnArrived(Record):
    """Sets of a return have arrived in a depot."""

    reference: str
    imeis: tuple[str, ...]
    depot: str


@value
class ReturnTold(Record):
    """These phones are told, each once, what became of a return."""

    reference: str
    phones: tuple[str, ...]


class Returns(Protocol):
    """What may be asked about returns."""

    def find(self, reference: str) -> ReturnCase | None:
        """A return, kept from everybody else until the transaction ends."""

    def of_unit(self, imei: str) -> str | None:
        """The newest return of a set that was not undone, by reference."""

    def replaced(self, imei: str) -> str | None:
        """The set that this one was sent for as a replacement."""

    def swaps(self, imei: str) -> Mapping[str, str]:
        """By return, the set that was sent in place of this one, or in whose place this one was."""

    def shipped(self, shipment: str, dealer: str) -> Mapping[str, int]:
        """The sets by model that left for a shop in a shipment."""

    def ordered_price(self, shipment: str, dealer: str, model: str) -> int | None:
        """What a set cost by the order that a shipment was for, the lowest of several; None: it was for none."""

    def waiting(self, region: str | None) -> Sequence[str]:
        """The returns of a region (None: all of them) that wait for a decision, by reference, the oldest first."""

    def reasons(self) -> Mapping[int, Reason]:
        """The reasons of the deployment, by number."""


class ReturnBooks(OrderBooks, Protocol):
    """The books as far as returns and what they stand on."""

    @property
    def returns(self) -> Returns: ...


def swapped(imei: str, books: ReturnBooks) -> Mapping[str, str]:
    """See `Returns.swaps`."""
    return books.returns.swaps(imei)


def models_of(case: ReturnCase) -> Mapping[str, int]:
    """How many sets of each model."""
    found: dict[str, int] = {}
    for line in case.lines:
        found[line.model] = found.get(line.model, 0) + 1
    return found
