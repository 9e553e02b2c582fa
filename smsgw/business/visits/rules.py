"""A visit of the field to a shop, and what whoever comes there should know of it."""

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


@value
class Standing:
    """What there is to see to at a shop: its last visit that stands, the oldest ticket that waits for an answer, and
    how many orders of it wait for a decision."""

    last: date | None
    ticket: str | None
    orders: int


class Visits(Protocol):
    """What may be asked about visits."""

    def standing(self, dealer: str) -> Standing: ...


class VisitBooks(TicketBooks, Protocol):
    """The books as far as visits and what they stand on."""

    @property
    def visits(self) -> Visits: ...
