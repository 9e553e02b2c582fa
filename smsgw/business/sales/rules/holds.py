"""A sale on hold: sets that the book of another shop has, told as sold, until somebody who answers for them agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from smsgw.business.core.decision import Record
from smsgw.values.state_table import StateTable
from smsgw.values.value import value

OPEN, APPROVED, REJECTED, LAPSED, UNDONE = STATES = ("open", "approved", "rejected", "lapsed", "undone")
LIFE = StateTable(
    "a sale on hold",
    STATES,
    {
        (OPEN, "approve"): APPROVED,
        (OPEN, "reject"): REJECTED,
        (OPEN, "lapse"): LAPSED,
        (OPEN, "undo"): UNDONE,
        (APPROVED, "undo"): UNDONE,
    },
)

# What people are told of a hold: that it waits for them, that it still does, what became of it.
ASKED, DUE, ENDED = "hold", "hold due", "hold ended"


@value
class HoldLine:
    """One set; `fills` is the sale by number of which it may be an IMEI that came later."""

    imei: str
    model: str
    fills: str | None = None


@value
class SaleHold:
    """Sets that `dealer` sold on a day and that the book has at `holder`; they are in nobody's sales until it is
    approved, and in the holder's stock until then."""

    reference: str
    dealer: str
    holder: str
    on: date
    state: str
    lines: tuple[HoldLine, ...]
    asked_at: datetime
    expires_at: datetime
    phone: str | None = None  # of whoever told the sale
    reason: int | None = None  # see smsgw.business.sales.rules.hold_reasons; None: not said yet
    words: str = ""
    customer: str | None = None


@value
class HoldBegun(Record):
    hold: SaleHold


@value
class HoldReasoned(Record):
    """Why the shop sold sets of another is said; it waits for the decision until `expires_at`."""

    reference: str
    reason: int
    words: str
    expires_at: datetime


@value
class HoldReminded(Record):
    """Whoever a hold waits for has been reminded of it."""

    reference: str


@value
class HoldSettled(Record):
    """A hold goes on from a state to another, by whom (as the trail calls them); `why` it was rejected."""

    reference: str
    was: str
    state: str
    by: str
    why: str = ""


@value
class HoldTold(Record):
    """These phones, and the managers of a region where one is named, are told of a hold, each once."""

    reference: str
    what: str  # ASKED, DUE or ENDED
    phones: tuple[str, ...]
    region: str | None = None
    state: str = ""  # of one that ended


class Holds(Protocol):
    """What may be asked about sales on hold."""

    def find(self, reference: str) -> SaleHold | None:
        """A hold, kept from everybody else until the transaction ends."""

    def open_of(self, imei: str, dealer: str) -> str | None:
        """The open hold of a shop that a set is in, by reference."""

    def waiting(self, region: str | None) -> Sequence[str]:
        """The open holds of sets of shops in a region (None: anywhere), by reference, the oldest first."""

    def silent(self, until: datetime, limit: int) -> Sequence[str]:
        """The open holds that lapse before a moment and of which nobody was reminded, by reference."""

    def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        """The open holds whose time is over, by reference, `limit` at most."""


def models_of(hold: SaleHold) -> Mapping[str, int]:
    """How many sets of each model."""
    found: dict[str, int] = {}
    for line in hold.lines:
        found[line.model] = found.get(line.model, 0) + 1
    return found
