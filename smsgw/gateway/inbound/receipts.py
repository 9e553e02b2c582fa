"""Delivery receipts on their way to the outbox: read, kept, acknowledged once committed; parked ones looked after."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol as Interface
from zoneinfo import ZoneInfo

import structlog

from smsgw.business.books import StoreBooks
from smsgw.business.messages.books import parked_receipts as parked
from smsgw.business.messages.books.receipts import Kept, Match, Receipt
from smsgw.gateway.clock import instant
from smsgw.gateway.counters import LinkCounters
from smsgw.gateway.inbound.texts import Arrival
from smsgw.gateway.outage import complain
from smsgw.gateway.outbound.verdict import MESSAGE_STATES
from smsgw.smpp.message_id import IdRule, id_keys, plain_id
from smsgw.smpp.receipt import Receipt as Read
from smsgw.store.job import FunctionJob
from smsgw.store.names import Names

log = structlog.get_logger()


class Acknowledger(Interface):
    """The intake, as a receipt sees it."""

    def receipt_committed(self, arrival: Arrival) -> None: ...
    def unavailable(self, arrival: Arrival, error: Exception) -> None: ...
    def spoilt(self, arrival: Arrival, error: Exception) -> None: ...


def receipt_job(intake: Acknowledger, arrival: Arrival, receipt: Receipt) -> FunctionJob[StoreBooks, Kept]:
    """Keep one receipt, and acknowledge its PDU once that is committed."""

    def keep(books: StoreBooks) -> Kept:
        books.begin(receipt.received_at)
        return books.outcomes.receipt(receipt)

    def done(kept: Kept) -> None:
        _count(arrival.link.counters, kept.match)
        if kept.match is Match.NAMELESS:
            log.info("a receipt names no text", link=receipt.link, status=receipt.status)
        intake.receipt_committed(arrival)

    return FunctionJob(
        keep,
        done=done,
        unavailable=lambda error: intake.unavailable(arrival, error),
        failed=lambda error: intake.spoilt(arrival, error),
        names=Names(receipts=receipt.match_keys),
    )


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
        state="enroute" if read.intermediate else MESSAGE_STATES[read.state],
        received_at=instant(now),
        status=read.state.name,
        error=read.error,
        done_at=_utc(read.done_date, zone),
        phone=phone,
        firm=firm or not _may_be_converted(read.message_id),
    )


def parked_receipts_job(
    now: int, before: int, given_up: Callable[[Tally[str]], None]
) -> FunctionJob[StoreBooks, tuple[int, Tally[str]]]:
    """Look after parked receipts: match those that can be at `now`, give up those that came `before` (milliseconds).

    `given_up` is told how many those were, by link.
    """

    def work(books: StoreBooks) -> tuple[int, Tally[str]]:
        return parked.claim(books.work, books.outcomes.receipts, now), parked.expire(books.work, before)

    def done(result: tuple[int, Tally[str]]) -> None:
        claimed, expired = result
        if claimed:
            log.info("parked receipts have found their texts", receipts=claimed)
        if expired:
            log.warning("parked receipts are for no text of ours", receipts=expired.total())
            given_up(expired)

    def unavailable(error: Exception) -> None:
        """They are still parked when we look again."""
        complain("parked receipts could not be looked after", error)

    return FunctionJob(work, done=done, unavailable=unavailable)


def _may_be_converted(message_id: str) -> bool:
    return len(id_keys(message_id, IdRule.AUTO)) > 1


def _utc(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if local is None else local.replace(tzinfo=zone).astimezone(UTC)
