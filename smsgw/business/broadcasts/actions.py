"""What people and programs do with broadcasts, from the draft to its end: one function a use case.

Texts ask for the same: what their verbs decide (see `verbs`) is done by these actions, in the text's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import RowMapping

from smsgw.business.audiences.books.reading import read_audience, regions_of
from smsgw.business.broadcasts import reports
from smsgw.business.broadcasts.books import broadcasts, test_sends
from smsgw.business.broadcasts.books import estimate as estimating
from smsgw.business.broadcasts.books.by_text import StoredBroadcasts
from smsgw.business.broadcasts.rules import states
from smsgw.business.broadcasts.rules.broadcasts import (
    BroadcastCancelled,
    BroadcastDrafted,
    BroadcastLapsed,
    BroadcastStarted,
    BroadcastTried,
)
from smsgw.business.broadcasts.rules.draft import Allowance, BroadcastRefused, Draft, Estimate
from smsgw.business.broadcasts.rules.merge_fields import plain
from smsgw.business.consent.rules import read_topic
from smsgw.business.core.opening import Effect
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.core.tariff import require_sending
from smsgw.errors import Faults
from smsgw.store.instants import iso
from smsgw.values.storable import storable

_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Estimated:
    """A draft that has no faults, and what it would come to."""

    draft: Draft
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Moved:
    """A broadcast after a step.

    `opens_at` (milliseconds) is where it was started in quiet hours of the deployment's zone, `texts` how many a retry
    sends again.
    """

    reference: str
    state: str
    opens_at: int | None = None
    texts: int = 0


@action(Right.WRITE_BROADCASTS)
def estimate(session: Session, draft: Draft, faults: Faults | None = None) -> Estimated:
    """Check a draft, count its audience and measure its texts; nothing is kept, so a connection that reads will do.

    `faults` are those that were found in what the draft was read from. Raises Refused with all of them.
    """
    assert session.tariff is not None, "nobody said what texts cost"
    faults = faults if faults is not None else Faults()
    trade, node = session.trade, None
    with faults.at("audience"):
        node = read_audience(session, draft.audience)
    words = draft.check(faults, session.now, trade.timezone)
    estimating.check_models(session.connection, words, faults)
    with faults.at("topic"):
        draft = replace(draft, topic=read_topic(draft.topic, trade.topics))
    with faults.at("link"):
        require_sending(draft.link, session.tariff.links)
    with faults.at("window"):
        trade.hours(trade.timezone, draft.window)
    faults.settle()
    assert node is not None
    if draft.options and draft.answers_until is None:
        draft = replace(draft, answers_until=session.now + trade.survey_days * _DAY)
    elif not draft.options:
        draft = replace(draft, answers_until=None)
    draft = replace(draft, zone=(draft.zone or trade.timezone) if draft.cron is not None else None)
    found = estimating.estimate(session.connection, draft, node, regions_of(session), session.now, session.tariff)
    return Estimated(draft, found)


@action(Right.WRITE_BROADCASTS)
def create(session: Session, estimated: Estimated, reference: str = "") -> str:
    """Keep a draft with its estimate, under a reference that was given out for it or a new one, which it returns.

    Nothing is sent.
    """
    reference = reference or f"B{session.transaction.numbers('B', 1)[0]}"
    broadcasts.create(session.connection, reference, estimated.draft, estimated.estimate, session.who, session.now)
    return reference


@action(Right.READ_BROADCASTS)
def list_latest(session: Session, limit: int = 50) -> list[dict[str, Any]]:
    """The latest broadcasts, the newest first, as the JSON of `smsgw broadcast list` has them."""
    names = ("reference", "name", "state", "recipients", "author", "series")
    return [
        {name: row[name] for name in names}
        | {"created_at": iso(row["created_at"]), "scheduled_at": iso(row["scheduled_at"])}
        for row in broadcasts.list_broadcasts(session.connection, limit)
    ]


@action(Right.READ_BROADCASTS)
def show(session: Session, reference: str, *, results: bool = False, excluded: bool = False) -> dict[str, Any]:
    """How a broadcast stands; see `reports.progress`. Raises BroadcastRefused."""
    return reports.progress(
        session.connection, session.trade, reference, session.now, results=results, excluded=excluded
    )


# ---- steps


@action(Right.APPROVE_BROADCASTS)
def approve(session: Session, reference: str) -> Moved:
    """Approve a draft: a second person's word above the limits for one. Raises BroadcastRefused and JobRefused."""
    row = _row(session, reference)
    _require_second_person(session, row)
    return Moved(row["reference"], broadcasts.approve(session.connection, row, session.who, session.now))


@action(Right.WRITE_BROADCASTS)
def start(session: Session, reference: str, *, early: bool = False) -> Moved:
    """Release a broadcast at once, or at its time; a draft is approved on the way where one person may.

    `early`: one that waits for its time does not wait any longer. Raises BroadcastRefused and JobRefused.
    """
    row = _row(session, reference)
    if row["state"] == states.DRAFT:
        _require_second_person(session, row)
    state = broadcasts.start(session.connection, row, session.who, session.now, early=early)
    opens_at = None
    if state == states.RUNNING:
        opening = session.trade.hours(session.trade.timezone, row["window"]).opening(session.now / 1000)
        opens_at = int(opening * 1000) if opening > session.now / 1000 else None
    return Moved(row["reference"], state, opens_at)


@action(Right.WRITE_BROADCASTS)
def pause(session: Session, reference: str, why: str | None = None) -> Moved:
    """Submit nothing more until it is resumed, but for what is under way. Raises BroadcastRefused and JobRefused."""
    row = _row(session, reference)
    return Moved(row["reference"], broadcasts.pause(session.connection, row, session.who, session.now, why))


@action(Right.WRITE_BROADCASTS)
def resume(session: Session, reference: str) -> Moved:
    """Go on where it was. Raises BroadcastRefused and JobRefused."""
    row = _row(session, reference)
    return Moved(row["reference"], broadcasts.resume(session.connection, row, session.who, session.now))


@action(Right.WRITE_BROADCASTS)
def cancel(session: Session, reference: str, why: str | None = None) -> Moved:
    """End it: nothing more is submitted, ever, but for what is under way. Raises BroadcastRefused and JobRefused."""
    row = _row(session, reference)
    return Moved(row["reference"], broadcasts.cancel(session.connection, row, session.who, session.now, why))


@action(Right.WRITE_BROADCASTS)
def retry(session: Session, reference: str, *, reasons: Sequence[str] = (), unknown: bool = False) -> Moved:
    """Send again what failed or expired, all or that of some reasons; with `unknown` also what has unknown outcome.

    Raises BroadcastRefused and JobRefused.
    """
    row = _row(session, reference)
    texts = broadcasts.retry(session.connection, row, session.who, session.now, reasons=reasons, unknown=unknown)
    return Moved(row["reference"], states.RUNNING, texts=texts)


@dataclass(frozen=True, slots=True)
class TestSent:
    """The ids of the texts of a test send, in the order of the phones."""

    reference: str
    messages: tuple[int, ...]


@action(Right.WRITE_BROADCASTS)
def send_test(session: Session, reference: str, phones: Sequence[str]) -> TestSent:
    """Send the text to chosen phones (E.164) at once, filled in as for its first recipient. Raises BroadcastRefused."""
    row = _row(session, reference)
    ids = test_sends.send(
        session.connection,
        row,
        list(dict.fromkeys(phones)),
        session.who,
        session.now,
        session.trade.timezone,
        session.transaction.numbers,
    )
    return TestSent(row["reference"], tuple(ids))


def _row(session: Session, reference: str) -> RowMapping:
    return broadcasts.find(session.connection, reference, lock=True)


def _require_second_person(session: Session, row: RowMapping) -> None:
    """Raises BroadcastRefused where a broadcast is beyond one person alone and its author would approve it."""
    why = Allowance.of(session.trade).exceeded(row["recipients"], row["cost"])
    if not why:
        return
    if session.who == row["author"]:
        raise BroadcastRefused(f"{row['reference']} must be approved by somebody else than {session.who}: {why}")
    session.require(Right.APPROVE_BROADCASTS)


# ---- what texts ask for


def _create(books: StoredBroadcasts, record: BroadcastDrafted) -> None:
    draft = Draft(record.estimate.audience, {record.language: plain(storable(record.text))})
    create(books.session(), Estimated(draft, record.estimate), record.reference)


def _start(books: StoredBroadcasts, record: BroadcastStarted) -> None:
    start(books.session(), record.reference)


def _send_test(books: StoredBroadcasts, record: BroadcastTried) -> None:
    session = books.session()
    send_test(session, record.reference, [session.who])


def _cancel(books: StoredBroadcasts, record: BroadcastCancelled) -> None:
    cancel(books.session(), record.reference, record.why)


def _lapse(books: StoredBroadcasts, record: BroadcastLapsed) -> None:
    cancel(books.own_session(), record.reference, record.why)


RECORDS = {
    BroadcastDrafted: Effect(_create),
    BroadcastStarted: Effect(_start),
    BroadcastTried: Effect(_send_test),
    BroadcastCancelled: Effect(_cancel),
    BroadcastLapsed: Effect(_lapse),
}
