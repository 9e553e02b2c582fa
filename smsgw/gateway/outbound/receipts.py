"""Delivery receipts on their way to the outbox: read, kept, acknowledged once committed; parked ones looked after."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol as Interface
from zoneinfo import ZoneInfo

import structlog

from smsgw.gateway.clock import instant
from smsgw.gateway.counters import LinkCounters
from smsgw.gateway.inbound.texts import Arrival
from smsgw.smpp.message_id import IdRule, id_keys, plain_id
from smsgw.smpp.receipt import MessageState
from smsgw.smpp.receipt import Receipt as Read
from smsgw.store.books import StoreBooks
from smsgw.store.names import Names
from smsgw.store.texts import parked
from smsgw.store.texts.receipts import Kept, Match, Receipt

log = structlog.get_logger()

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

    def run(self, books: StoreBooks) -> Kept:
        books.begin(self.receipt.received_at)
        return books.outcomes.receipt(self.receipt)

    def on_failed(self, books: StoreBooks, error: Exception) -> Kept:
        self.desk.spoilt(self.arrival, error)
        raise error

    def on_done(self, result: Kept) -> None:
        _count(self.arrival.link.counters, result.match)
        if result.match is Match.NAMELESS:
            log.info("a receipt names no text", link=self.receipt.link, status=self.receipt.status)
        self.desk.receipt_committed(self.arrival)

    def on_unavailable(self, error: Exception) -> None:
        self.desk.unavailable(self.arrival, error)


def _count(counters: LinkCounters, match: Match) -> None:
    if match is Match.PARKED:
        counters.receipts_parked += 1
    elif match is Match.SETTLED:
        counters.receipts_settled += 1
    elif match is Match.NAMELESS:
        counters.receipts_nameless += 1


def receipt_of(
    read: Read, link: str, now: float, zone: ZoneInfo, rule: str, phone: str | None, *, firm: bool
) -> Receipt:
    """What is kept of a receipt that came on a link at `now` (seconds). The SMSC's clock is taken to be that of `zone`.

    `rule` is an `IdRule`, `phone` whom the text went to, as far as the receipt's addresses tell; `firm`: the rule is
    said to hold, not only seen to.
    """
    if read.alias:
        # One of them is as we were given it; that in the TLV nearly always is.
        keys: tuple[str, ...] = (plain_id(read.message_id), plain_id(read.alias))
    else:
        keys = id_keys(read.message_id, rule)
        if read.other_id:
            keys = tuple(dict.fromkeys((*keys, *id_keys(read.other_id, rule))))
    if read.conflict:
        log.debug(
            "a receipt contradicts itself; its TLVs count",
            link=link,
            id=read.message_id,
            state=read.state.name,
            other_id=read.other_id or None,
        )
    return Receipt(
        link=link,
        smsc_id=read.message_id,
        match_keys=keys,
        state="enroute" if read.intermediate else STATES[read.state],
        received_at=instant(now),
        status=read.state.name,
        error=read.error,
        done_at=_utc(read.done_date, zone),
        phone=phone,
        firm=firm or not _may_be_converted(read.message_id),
    )


class ParkedJob:
    """Looks after parked receipts: claims what can be at `now`, and gives up those that came `before` (milliseconds).

    `given_up` is told how many those were, by link.
    """

    __slots__ = ("_before", "_given_up", "_now")

    def __init__(self, now: int, before: int, given_up: Callable[[Tally[str]], None]) -> None:
        self._now = now
        self._before = before
        self._given_up = given_up

    def names(self) -> Names:
        return Names()

    def run(self, books: StoreBooks) -> tuple[int, Tally[str]]:
        return parked.claim(books.work, books.outcomes.receipts, self._now), parked.expire(books.work, self._before)

    def on_failed(self, books: StoreBooks, error: Exception) -> tuple[int, Tally[str]]:
        raise error

    def on_done(self, result: tuple[int, Tally[str]]) -> None:
        claimed, given_up = result
        if claimed:
            log.info("parked receipts have found their texts", receipts=claimed)
        if given_up:
            log.warning("parked receipts are for no text of ours", receipts=given_up.total())
            self._given_up(given_up)

    def on_unavailable(self, error: Exception) -> None:
        """They are still parked when we look again."""
        log.error("parked receipts could not be looked after", why=f"{type(error).__name__}: {error}")


def _may_be_converted(message_id: str) -> bool:
    return len(id_keys(message_id, IdRule.AUTO)) > 1


def _utc(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if local is None else local.replace(tzinfo=zone).astimezone(UTC)
