"""What may be asked about units and their trails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.core.bookings import Booking
from smsgw.business.units.rules.activations import Activation
from smsgw.business.units.rules.states import Unit, UnitEvent


class Units(Protocol):
    """What may be asked about units and their trails."""

    def find(self, imei: str) -> Unit | None:
        """The unit with this IMEI as its first or second."""

    def held(self, dealer: str) -> Mapping[str, str]:
        """The units in a shop's stock by IMEI, with their models; a rare question, asked when an IMEI was mistyped."""

    def returned(self, dealer: str) -> Mapping[str, int]:
        """The sets that came back to a shop and are not for sale, by model."""

    def supplied(self, model: str, region: str) -> int:
        """How many sets of a model lie in the depots that supply a region, promised to no order; where there are none,
        in all depots."""

    def coming(self, dealer: str, model: str) -> int:
        """How many sets of a model are on their way to a shop."""

    def in_transit(self, dealer: str) -> Mapping[str, int]:
        """How many sets are on their way to a shop under each delivery note; the one that left first is first."""

    def activations(self, unit: Unit) -> Sequence[Activation]:
        """When a set was seen in a network, by either of its IMEIs, the first time first."""

    def trail(self, imei: str) -> Sequence[UnitEvent]: ...

    def sale_of(self, imei: str) -> Booking | None:
        """The live sale of a unit."""

    def events(self, reference: str) -> Sequence[UnitEvent]:
        """Every event that a reference caused, by unit in the order of their trails."""


class UnitBooks(ConversationBooks, Protocol):
    """The books as far as units and what they stand on."""

    @property
    def units(self) -> Units: ...
