"""The books of messages: the inbox, the outbox and what became of what was sent."""

from __future__ import annotations

from smsgw.business.core.opening import Opening
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.messages.books.inbox import Inbox
from smsgw.business.messages.books.outbox import Outbox
from smsgw.business.messages.books.outcomes import Outcomes
from smsgw.business.messages.books.repeats import Earlier, Repeats
from smsgw.store.names import Names


class StoredMessages:
    """`inbox`, `outbox` and `outcomes` of one transaction."""

    def __init__(self, opening: Opening) -> None:
        work = opening.work
        self._repeats = Repeats(work, opening.trade.repeat_hours)
        self.inbox = Inbox(work, opening.books(StoredDirectory), self._repeats, opening.run, opening.redelivery_after)
        self.outbox = Outbox(work, opening.run)
        self.outcomes = Outcomes(work)

    def know(self, names: Names) -> None:
        """Fetch the earlier texts of `repeats` (`Inbound.repeat_key`) and the parts of `receipts` (match keys)."""
        if names["repeats"]:
            self._repeats.know(names["repeats"])
        if names["receipts"]:
            self.outcomes.know(names["receipts"])

    def repeated(self, key: int) -> list[Earlier]:
        """The earlier texts with a repeat key, the oldest first."""
        return self._repeats.of(key)


BOOKS = StoredMessages
