"""What people are told of what a text books: noted in the transaction of the text."""

from __future__ import annotations

from smsgw.business.consent.books.people import MANAGER, Overseers, of_role
from smsgw.business.conversation.rules.undo_requests import UndoTold
from smsgw.business.core.opening import Effect, Opening
from smsgw.business.counts.rules import CountTold
from smsgw.business.directory.books.regions import regions
from smsgw.business.notifications.books.notices import (
    CANCELLED,
    CLOSED,
    COUNTED,
    DECIDED,
    EXPIRED,
    GIVEN,
    PLACED,
    RETURNED,
    SECOND,
    TRANSFERRED,
    UNDO,
    UNENDED,
    note_for,
)
from smsgw.business.orders.rules import OrderDecided, OrderTold, SecondAsked
from smsgw.business.returns.rules.cases import ReturnTold
from smsgw.business.sales.rules.holds import HoldTold
from smsgw.business.transfers.rules import TransferTold


class StoredNotifications:
    """What is to be told of what a text books."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._timezone = opening.trade.timezone

    def note_decision(self, record: OrderDecided) -> None:
        """Note that phones are to be told of an order."""
        kind = CANCELLED if record.cancelled else DECIDED
        note_for(self._work.connection, kind, record.reference, record.phones, self._work.at)

    def note_second(self, record: SecondAsked) -> None:
        """Note that phones are to be told of an order that waits for their YES."""
        note_for(self._work.connection, SECOND, record.reference, record.phones, self._work.at)

    def note_order(self, record: OrderTold) -> None:
        """Note that phones are to be told of an order which was placed for them, or closed, or has lapsed."""
        over = record.what in (CLOSED, EXPIRED)
        subject = record.reference if over else f"{record.reference} {record.what}"
        note_for(self._work.connection, record.what if over else PLACED, subject, record.phones, self._work.at)

    def note_transfer(self, record: TransferTold) -> None:
        """Note that phones are to be told of a transfer."""
        kind = TRANSFERRED if record.settled else GIVEN
        note_for(self._work.connection, kind, record.reference, record.phones, self._work.at)

    def note_count(self, record: CountTold) -> None:
        """Note that phones are to be told of a stock-take."""
        kind = UNENDED if record.lapsed else COUNTED
        note_for(self._work.connection, kind, record.reference, record.phones, self._work.at)

    def note_undo(self, record: UndoTold) -> None:
        """Note that phones are to be told what became of a request that a booking be taken back."""
        note_for(self._work.connection, UNDO, record.reference, record.phones, self._work.at)

    def note_return(self, record: ReturnTold) -> None:
        """Note that phones are to be told of a return."""
        note_for(self._work.connection, RETURNED, record.reference, record.phones, self._work.at)

    def note_hold(self, record: HoldTold) -> None:
        """Note that phones, and those who decide in a region, are to be told of a sale on hold."""
        connection = self._work.connection
        told = [*record.phones]
        if record.region is not None:
            overseers = Overseers(connection, regions(connection, self._timezone))
            deciding = overseers.of(record.region, MANAGER) or of_role(connection, "hq")
            told += [person.phone for person in deciding]
        subject = f"{record.reference} {record.state}".strip()
        note_for(connection, record.what, subject, dict.fromkeys(told), self._work.at)


BOOKS = StoredNotifications
RECORDS = {
    CountTold: Effect(StoredNotifications.note_count),
    HoldTold: Effect(StoredNotifications.note_hold),
    OrderDecided: Effect(StoredNotifications.note_decision),
    SecondAsked: Effect(StoredNotifications.note_second),
    OrderTold: Effect(StoredNotifications.note_order),
    TransferTold: Effect(StoredNotifications.note_transfer),
    UndoTold: Effect(StoredNotifications.note_undo),
    ReturnTold: Effect(StoredNotifications.note_return),
}
