"""A visit of the field to a shop."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from smsgw.business.core.decision import Record
from smsgw.business.tickets.rules import TicketBooks
from smsgw.values.value import value


@value
class Visited(Record):
    """Somebody is at a shop."""

    reference: str
    dealer: str
    on: date


class Visits(Protocol):
    """What may be asked about visits."""

    def last(self, dealer: str) -> date | None:
        """The day of a shop's last visit that stands; None before the first."""


class VisitBooks(TicketBooks, Protocol):
    """The books as far as visits and what they stand on."""

    @property
    def visits(self) -> Visits: ...
