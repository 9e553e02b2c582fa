"""What may be asked about what was booked and what has been asked back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from smsgw.business.consent.rules import ConsentBooks
from smsgw.business.conversation.rules.undo_requests import UndoRequest
from smsgw.business.conversation.rules.unfinished import Unfinished
from smsgw.business.core.bookings import Booking, Question


class Conversation(Protocol):
    """What may be asked about what was booked and what has been asked back."""

    def booking(self, reference: str) -> Booking | None: ...

    def hold(self, reference: str) -> Booking | None:
        """A booking that is to be taken back, as it is once nobody else changes what belongs to its shop."""

    def bookings(self, phone: str, limit: int) -> Sequence[Booking]:
        """The newest bookings made from a phone, newest first, undone ones included."""

    def questions(self, phone: str) -> Sequence[Question]:
        """Questions to this phone not yet answered, newest first; some may be past their deadline."""

    def unfinished(self, phone: str) -> Unfinished | None:
        """What the phone said last that its next text may go on with, however long ago it was."""

    def booked_before(self, phone: str, folded: str, since: datetime) -> Booking | None:
        """The first live booking that the same folded text of this phone made at or after `since`."""

    def undo_request(self, reference: str) -> UndoRequest | None:
        """The newest request that a booking be taken back; until the transaction ends nobody else decides it."""

    def undo_requests(self, region: str | None) -> Sequence[str]:
        """The bookings of shops in a region (None: all bookings) that are asked to be taken back, the oldest request
        first."""

    def lapsed_undo_requests(self, until: datetime, limit: int) -> Sequence[str]:
        """The bookings whose open requests were made before a moment, the oldest first, `limit` at most."""


class ConversationBooks(ConsentBooks, Protocol):
    """The books as far as conversation and what they stand on."""

    @property
    def conversation(self) -> Conversation: ...
