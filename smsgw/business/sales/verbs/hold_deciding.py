"""APPROVE and REJECT of a sale on hold: by whoever answers for the shop whose book has the sets."""

from __future__ import annotations

from collections.abc import Sequence

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.phrases import day_in_words, sets
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Reply
from smsgw.business.directory.rules import covers
from smsgw.business.sales.rules import hold_outcomes, holds
from smsgw.business.sales.rules.hold_outcomes import HoldRefused
from smsgw.business.sales.rules.holds import SaleHold, models_of
from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.business.sales.verbs.holding import over
from smsgw.calendar.days import business_date


def approve(command: Command, actor: Actor, books: SalesBooks) -> Decision:
    """Move the sets to the shop that sold them and book its sale, of the day that it told."""
    hold = _waiting(command, actor, books)
    if isinstance(hold, Decision):
        return hold
    try:
        records = hold_outcomes.approve(hold, books, actor.who)
    except HoldRefused as refused:
        return Decision(replies=(refused.reply,))
    records.append(hold_outcomes.told(hold, holds.APPROVED, books, actor.phone))
    dealer = books.directory.dealer(hold.dealer)
    today = business_date(books.now, dealer.timezone if dealer is not None else books.trade.timezone)
    values = {
        "reference": hold.reference,
        "models": sets(models_of(hold)),
        "holder": hold.holder,
        "dealer": hold.dealer,
        "day": day_in_words(hold.on, today),
        "told": _told(hold, actor, books),
    }
    return Decision(tuple(records), (Reply("hold_approved", values),))


def reject(command: Command, actor: Actor, books: SalesBooks) -> Decision:
    """Leave the sets where the book has them; without a reason nothing is done, for the shop is told why."""
    hold = _waiting(command, actor, books)
    if isinstance(hold, Decision):
        return hold
    why = " ".join((command.reason or "").split())
    if not why:
        return Decision(replies=(Reply("hold_reject_why", {"reference": hold.reference}),))
    records = [
        *hold_outcomes.end(hold, "reject", books, actor.who, why),
        hold_outcomes.told(hold, holds.REJECTED, books, actor.phone),
    ]
    values = {
        "reference": hold.reference,
        "models": sets(models_of(hold)),
        "holder": hold.holder,
        "told": _told(hold, actor, books),
    }
    return Decision(tuple(records), (Reply("hold_rejected", values),))


def waiting(actor: Actor, books: SalesBooks) -> Sequence[str]:
    """The holds that somebody may decide, the oldest first."""
    return books.sales.holds.waiting(None if actor.role == "hq" else actor.region)


def _told(hold: SaleHold, actor: Actor, books: SalesBooks) -> Reply:
    return Reply("dealer_told" if hold_outcomes.hears(hold, books, actor.phone) else "dealer_not_told")


def _waiting(command: Command, actor: Actor, books: SalesBooks) -> SaleHold | Decision:
    """The hold that a command names, if it waits for the sender; else the answer that says why not.

    One of sets of a shop outside the sender's scope is as unknown as one that does not exist.
    """
    reference = command.reference or ""
    hold = books.sales.holds.find(reference)
    holder = books.directory.dealer(hold.holder) if hold is not None else None
    if hold is None or holder is None or not covers(actor, holder, books):
        return Decision(replies=(Reply("decide_nothing", {"reference": reference}),))
    return hold if hold.state == holds.OPEN else over(hold)
