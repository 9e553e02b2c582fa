"""What people are told of what a text books: noted in the transaction of the text."""

from __future__ import annotations

from sqlalchemy import select

from smsgw.business.consent.books.people import MANAGER, Overseers, of_role
from smsgw.business.conversation.rules.undo_requests import UndoAsked, UndoTold
from smsgw.business.conversation.tables import booking
from smsgw.business.core.opening import Effect, Opening
from smsgw.business.counts.rules import CountTold
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.tables import dealer
from smsgw.business.notifications.books.notices import (
    CANCELLED,
    CLAIMED,
    CLOSED,
    COUNTED,
    DECIDED,
    EXPIRED,
    GIVEN,
    PLACED,
    RETURNED,
    SECOND,
    SECONDED,
    TRANSFERRED,
    UNDO,
    UNDO_WAITS,
    UNENDED,
    note_for,
)
from smsgw.business.orders.rules import OrderDecided, OrderTold, SecondTold
from smsgw.business.payments.rules import AdviceTold
from smsgw.business.protection.rules.claims import ClaimTold
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

    def note_second(self, record: SecondTold) -> None:
        """Note that phones are to be told of an order that waits for their YES, or what another said to theirs."""
        kind = SECONDED if record.state else SECOND
        subject = f"{record.reference} {record.state}".strip()
        note_for(self._work.connection, kind, subject, record.phones, self._work.at)

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
        # A booking may be asked about more than once.
        subject = f"{record.reference} {self._work.at}"
        note_for(self._work.connection, UNDO, subject, record.phones, self._work.at)

    def note_undo_asked(self, record: UndoAsked) -> None:
        """Note that those who answer for the shop are to be told of a request that a booking of it be taken back."""
        connection = self._work.connection
        of = select(dealer.c.region).join(booking, booking.c.dealer == dealer.c.code)
        region = connection.scalar(of.where(booking.c.reference == record.reference))
        subject = f"{record.reference} {self._work.at}"
        note_for(connection, UNDO_WAITS, subject, dict.fromkeys(self._deciding(region)), self._work.at)

    def _deciding(self, region: str | None) -> list[str]:
        """The phones of those who decide for a region: its managers, else headquarters."""
        connection = self._work.connection
        overseers = Overseers(connection, regions(connection, self._timezone)) if region is not None else None
        deciding = overseers.of(region, MANAGER) if overseers is not None and region is not None else []
        return [person.phone for person in deciding or of_role(connection, "hq")]

    def note_claim(self, record: ClaimTold) -> None:
        """Note that phones are to be told of a claim."""
        note_for(self._work.connection, CLAIMED, record.reference, record.phones, self._work.at)

    def note_return(self, record: ReturnTold) -> None:
        """Note that phones are to be told of a return."""
        note_for(self._work.connection, RETURNED, record.reference, record.phones, self._work.at)

    def note_payment(self, record: AdviceTold) -> None:
        """Note that phones, and those who decide in a region, are to be told of a payment."""
        told = [*record.phones, *(self._deciding(record.region) if record.region is not None else ())]
        note_for(self._work.connection, record.what, record.reference, dict.fromkeys(told), self._work.at)

    def note_hold(self, record: HoldTold) -> None:
        """Note that phones, and those who decide in a region, are to be told of a sale on hold."""
        told = [*record.phones, *(self._deciding(record.region) if record.region is not None else ())]
        subject = f"{record.reference} {record.state}".strip()
        note_for(self._work.connection, record.what, subject, dict.fromkeys(told), self._work.at)


BOOKS = StoredNotifications
RECORDS = {
    CountTold: Effect(StoredNotifications.note_count),
    HoldTold: Effect(StoredNotifications.note_hold),
    OrderDecided: Effect(StoredNotifications.note_decision),
    SecondTold: Effect(StoredNotifications.note_second),
    OrderTold: Effect(StoredNotifications.note_order),
    TransferTold: Effect(StoredNotifications.note_transfer),
    UndoAsked: Effect(StoredNotifications.note_undo_asked),
    UndoTold: Effect(StoredNotifications.note_undo),
    AdviceTold: Effect(StoredNotifications.note_payment),
    ReturnTold: Effect(StoredNotifications.note_return),
    ClaimTold: Effect(StoredNotifications.note_claim),
}
