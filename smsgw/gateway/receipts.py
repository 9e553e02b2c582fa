"""Delivery receipts on their way to the outbox: read, kept, and acknowledged once committed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol as Interface
from zoneinfo import ZoneInfo

from smsgw.gateway.clock import instant
from smsgw.gateway.texts import Arrival
from smsgw.smpp.message_id import id_keys
from smsgw.smpp.receipt import MessageState, ShortMessage, parse_receipt
from smsgw.store.books import StoreBooks
from smsgw.store.names import Names
from smsgw.store.outcomes import Receipt

# States of SMPP 3.4 (5.2.28) and what they make of a text.
STATES = {
    MessageState.SCHEDULED: "enroute",
    MessageState.ENROUTE: "enroute",
    MessageState.DELIVERED: "delivered",
    MessageState.EXPIRED: "expired",
    MessageState.DELETED: "failed",
    MessageState.UNDELIVERABLE: "failed",
    MessageState.ACCEPTED: "enroute",
    MessageState.UNKNOWN: "unknown",
    MessageState.REJECTED: "failed",
    MessageState.SKIPPED: "failed",
}


class Counter(Interface):
    """The intake, as a receipt sees it."""

    def receipt_committed(self, arrival: Arrival) -> None: ...
    def unavailable(self, arrival: Arrival, error: Exception) -> None: ...
    def spoilt(self, arrival: Arrival, error: Exception) -> None: ...


class ReceiptJob:
    """One receipt."""

    __slots__ = ("arrival", "desk", "receipt")

    def __init__(self, desk: Counter, arrival: Arrival, receipt: Receipt) -> None:
        self.desk = desk
        self.arrival = arrival
        self.receipt = receipt

    def names(self) -> Names:
        return Names(receipts=self.receipt.match_keys)

    def run(self, books: StoreBooks) -> None:
        books.begin(self.receipt.received_at)
        books.outcomes.receipt(self.receipt)

    def on_failed(self, books: StoreBooks, error: Exception) -> None:
        self.desk.spoilt(self.arrival, error)
        raise error

    def on_done(self, result: None) -> None:
        self.desk.receipt_committed(self.arrival)

    def on_unavailable(self, error: Exception) -> None:
        self.desk.unavailable(self.arrival, error)


def receipt_of(pdu: ShortMessage, link: str, now: float, zone: ZoneInfo) -> Receipt:
    """What a receipt says. The SMSC's clock is taken to be that of `zone`."""
    read = parse_receipt(pdu)
    keys = id_keys(read.message_id)
    if read.other_id:
        keys = tuple(dict.fromkeys((*keys, *id_keys(read.other_id))))
    return Receipt(
        link=link,
        smsc_id=read.message_id,
        match_keys=keys,
        state="enroute" if read.intermediate else STATES[read.state],
        received_at=instant(now),
        status=read.state.name,
        error=read.error,
        done_at=_utc(read.done_date, zone),
    )


def _utc(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if local is None else local.replace(tzinfo=zone).astimezone(UTC)
