"""What is to be taken back after its hours are over: whoever answers for the shop decides, and who asked is told."""

from __future__ import annotations

from smsgw.business.core.decision import Record
from smsgw.values.value import value

OPEN, APPROVED, REJECTED = "open", "approved", "rejected"
STATES = (OPEN, APPROVED, REJECTED)
# How one that nobody decided in time is shown; it is kept as rejected, and as nobody said why.
LAPSED = "lapsed"


@value
class UndoRequest:
    """The newest request of a phone that a booking be taken back; `why` it was rejected."""

    reference: str
    phone: str | None  # None: the number was erased
    state: str
    why: str = ""

    @property
    def lapsed(self) -> bool:
        """Whether nobody decided it in time."""
        return self.state == REJECTED and not self.why


@value
class UndoAsked(Record):
    """The sender of the current message asks that a booking be taken back."""

    reference: str


@value
class UndoDecided(Record):
    """The open request about a booking is at its end; of one that was approved an Undone says the same."""

    reference: str
    approved: bool
    who: str
    why: str = ""


@value
class UndoTold(Record):
    """These phones are told, each once, what became of a request."""

    reference: str
    phones: tuple[str, ...]
