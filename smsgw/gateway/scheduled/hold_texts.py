"""What is told of sales on hold, and what the clock does to those that nobody answers."""

from __future__ import annotations

from datetime import timedelta

from smsgw.business.books import StoreBooks
from smsgw.business.core.phrases import sets
from smsgw.business.core.principal import SMSGW
from smsgw.business.core.reply import Reply
from smsgw.business.notifications.books import notices as notifications
from smsgw.business.sales.books.holds import Held, hold_of
from smsgw.business.sales.rules import hold_reasons, holds
from smsgw.business.sales.rules.hold_outcomes import let_lapse, remind
from smsgw.business.sales.verbs.holding import said_reason


def word_hold(kind: str, dealer: str | None, books: StoreBooks, subject: str) -> Reply | None:
    """What is told of a hold to somebody of a shop, or of none; None where it has gone on since, and that is told.

    `subject` is the reference, of one that ended with the state it came to.
    """
    reference, _, ended = subject.partition(" ")
    found = hold_of(books.connection, reference)
    if found is None or found.state != (ended or holds.OPEN):
        return None
    values: dict[str, object] = {"reference": reference, "models": sets(found.sets), "last": found.last}
    if kind == notifications.HOLD_ENDED:
        return _ended(found, values, dealer)
    if found.reason is None:
        return Reply("hold_due", {"reference": reference, "dealer": found.holder, "last": found.last})
    values |= {"dealer": found.dealer}
    if dealer == found.holder:
        return Reply("hold_asks" if found.reason == hold_reasons.TRANSFER else "hold_tells", values)
    return Reply("hold_waits", {**values, "holder": found.holder, "reason": said_reason(found.reason, found.words)})


def _ended(found: Held, values: dict[str, object], dealer: str | None) -> Reply:
    if dealer == found.holder:
        key = "hold_told_moved" if found.state == holds.APPROVED else "hold_told_kept"
        return Reply(key, {**values, "dealer": found.dealer})
    if found.state == holds.REJECTED and not found.why:
        return Reply("hold_told_refused", {**values, "dealer": found.holder})
    if found.state == holds.REJECTED:
        return Reply("hold_told_rejected", {**values, "why": found.why, "brief": found.why})
    if found.state == holds.LAPSED:
        return Reply("hold_told_lapsed", values)
    return Reply("hold_told_approved", {"reference": found.reference, "models": values["models"]})


def look_after_holds(books: StoreBooks, limit: int) -> None:
    """Let those lapse of which nobody heard in time, and remind of those that have waited half of it."""
    kept = books.sales.holds
    for reference in kept.lapsed(books.now, limit):
        hold = kept.find(reference)
        if hold is not None and hold.state == holds.OPEN and hold.expires_at <= books.now:
            books.apply(let_lapse(hold, books, SMSGW.who))
    for reference in kept.silent(books.now + timedelta(hours=books.trade.hold_hours / 2), limit):
        hold = kept.find(reference)
        if hold is not None and hold.state == holds.OPEN:
            books.apply(remind(hold, books))
