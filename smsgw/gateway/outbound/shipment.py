"""A text of the outbox on its way: its parts, and what has become of each so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol as Interface

from smsgw.smpp.split import Part


class OutboxRow(Interface):
    """What the pump reads of a text in the outbox. Times are milliseconds since the epoch."""

    @property
    def id(self) -> int: ...
    @property
    def recipient(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def priority(self) -> int: ...
    @property
    def link(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def attempts(self) -> int: ...
    @property
    def not_before(self) -> int | None: ...
    @property
    def not_after(self) -> int | None: ...
    @property
    def broadcast(self) -> str | None:
        """The reference of the job that it belongs to."""

    @property
    def calendar(self) -> str | None:
        """When it may be sent; None: at any hour."""

    @property
    def message_class(self) -> int | None: ...


class Shipment:
    """Parts are numbered from 1. Each is waiting, under way, accepted, refused, deferred or lost."""

    __slots__ = (
        "arrived",
        "attempts",
        "deferred",
        "ids",
        "lost",
        "parts",
        "refused",
        "release",
        "row",
        "under_way",
        "waiting",
        "why",
    )

    def __init__(self, row: OutboxRow, arrived: float | None) -> None:
        self.row = row
        self.arrived = arrived
        self.attempts = row.attempts
        self.parts: Sequence[Part] = ()
        self.ids: dict[int, str] = {}  # of the accepted ones: what the SMSC calls them
        self.release: Callable[[], None] | None = None  # to be called once its outcome lasts
        self.waiting = 0
        self.under_way = 0
        self.refused = False
        self.deferred = False
        self.lost = False
        self.why = ""

    def begin(self) -> list[int]:
        """All parts not accepted yet are to be sent (again); their numbers."""
        self.refused = self.deferred = self.lost = False
        self.why = ""
        numbers = [number for number in range(1, len(self.parts) + 1) if number not in self.ids]
        self.waiting = len(numbers)
        return numbers

    @property
    def open(self) -> bool:
        """Whether a part is still waiting or under way."""
        return self.waiting + self.under_way > 0

    def send(self) -> None:
        """A part goes out."""
        self.waiting -= 1
        self.under_way += 1

    def back(self) -> None:
        """A part was not taken because the link was too fast: it waits again."""
        self.under_way -= 1
        self.waiting += 1

    def accept(self, number: int, smsc_id: str) -> None:
        self.under_way -= 1
        self.ids[number] = smsc_id

    def refuse(self, why: str) -> None:
        """A part will never be taken."""
        self.under_way -= 1
        self.refused = True
        self.why = why

    def defer(self, why: str) -> None:
        """A part was not taken this time."""
        self.under_way -= 1
        self.deferred = True
        self.why = why

    def lose(self) -> None:
        """Nobody knows whether a part was taken."""
        self.under_way -= 1
        self.lost = True

    def late(self, number: int, smsc_id: str) -> bool:
        """A lost part was taken after all. False if that is no news, or it is being sent again already."""
        if number in self.ids or self.open or not self.lost:
            return False
        self.ids[number] = smsc_id
        self.lost = len(self.ids) < len(self.parts)
        return not self.lost
