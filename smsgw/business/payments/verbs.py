"""PAID: a shop tells that it paid. It waits for headquarters, and changes nothing that is owed by itself."""

from __future__ import annotations

from typing import Any

from smsgw.business.consent.rules import PAYMENTS
from smsgw.business.conversation.rules.records import Booked, Undone
from smsgw.business.core.bookings import Booking
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import (
    BRIEF,
    CODE,
    COUNT,
    DATE,
    EXAMPLE,
    MONEY,
    REFERENCE,
    TOKEN,
    phrase,
)
from smsgw.business.core.phrases import date_refused
from smsgw.business.core.principal import ABOVE_SHOPS, Actor
from smsgw.business.core.reply import Example, Money, Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, at_shop, covers
from smsgw.business.orders.verbs.standing import TOLD, told_reply
from smsgw.business.payments import rules as payments
from smsgw.business.payments.rules import (
    LETTER,
    Advice,
    AdviceFiled,
    AdviceTold,
    PaymentBooks,
    hearing,
    meant_currency,
    settle,
    wants_desk,
)
from smsgw.calendar.days import business_date
from smsgw.values.money import decimal, minor


@at_shop
def decide(command: Command, actor: Actor, dealer: Dealer, books: PaymentBooks) -> Decision:
    """Keep that a shop paid, and tell those who decide in its region; its owners too, where somebody else says it.

    The same payment told again is the one that is kept: of the same slip, or without one of the same day (RO behind it
    says that it is another).
    """
    today = business_date(books.now, dealer.timezone)
    on = command.on or today
    amount = _amount(command.price or "", dealer.currency)
    refused = date_refused(on, today, books)
    if refused is None and amount is None:
        example = Example(PAID.name)
        refused = Reply(
            "paid_no_amount", {"price": command.price or "", "currency": dealer.currency, "example": example}
        )
    if refused is not None or amount is None:
        assert refused is not None
        return Decision(replies=(refused,))
    slip = command.slip.upper() if command.slip else None
    known = None if command.repeat else books.payments.same(dealer.code, amount, slip, on)
    if known is not None:
        values: dict[str, object] = {"reference": known, "amount": Money(amount, dealer.currency), "on": on}
        return Decision(replies=(Reply("paid_known", values),))
    reference = command.asked or books.reference(LETTER)
    advice = Advice(reference, dealer.code, amount, dealer.currency, on, slip, payments.OPEN, books.now)
    owners = () if actor.dealer == dealer.code else tuple(books.consent.owners_hearing(dealer.code, PAYMENTS))
    summary = f"{decimal(amount, dealer.currency)} of {on.isoformat()}"
    records = (
        Booked(reference, PAID.name, dealer.code, today, summary),
        AdviceFiled(advice),
        AdviceTold(reference, payments.WAITS, owners, dealer.region),
    )
    said: dict[str, object] = {"reference": reference, "dealer": dealer.code, "amount": Money(amount, dealer.currency)}
    said |= {"on": on}
    if slip is None:
        return Decision(records, (Reply("paid", said),))
    return Decision(records, (Reply("paid_slip", {**said, "slip": slip}),))


def _amount(said: str, currency: str) -> int | None:
    """The minor units of what was said to be paid (`5000`, `5000 USD`); None for nothing, and for another currency."""
    figure, _, unit = said.partition(" ")
    if unit and not meant_currency(unit, currency):
        return None
    try:
        amount = minor(figure, currency)
    except ValueError:
        return None
    return amount if amount > 0 else None


# ---- what becomes of it


def approve(command: Command, actor: Actor, books: PaymentBooks) -> Decision:
    """Match an advice of the sender's region to the payment in the books that it is, and have the shop told.

    Where the books have none, or several, nothing is done: nobody guesses which.
    """
    advice = _waiting(command, actor, books)
    if isinstance(advice, Decision):
        return advice
    values: dict[str, object] = {
        "reference": advice.reference,
        "dealer": advice.dealer,
        "amount": Money(advice.amount, advice.currency),
    }
    if wants_desk(advice, books.trade):
        return Decision(replies=(Reply("paid_at_desk", {"reference": advice.reference, "amount": values["amount"]}),))
    found = books.payments.candidates(advice, books.trade.payment_days)
    if len(found) > 1 and advice.slip is not None:
        found = [one for one in found if advice.slip in one.reference.upper()] or found
    if not found:
        return Decision(replies=(Reply("paid_not_in_books", {**values, "on": advice.paid_on}),))
    if len(found) > 1:
        return Decision(replies=(Reply("paid_several", {"reference": advice.reference, "count": len(found)}),))
    told = hearing(advice, actor.phone, books)
    records = (
        settle(advice, "match", actor.who, payment=found[0].reference),
        AdviceTold(advice.reference, payments.ENDED, told),
    )
    return Decision(records, (Reply("paid_matched", {**values, "told": told_reply(bool(told))}),))


def reject(command: Command, actor: Actor, books: PaymentBooks) -> Decision:
    """Turn an advice down; without a reason nothing is done, for the shop is told why."""
    advice = _waiting(command, actor, books)
    if isinstance(advice, Decision):
        return advice
    why = " ".join((command.reason or "").split())
    if not why:
        return Decision(replies=(Reply("paid_reject_why", {"reference": advice.reference}),))
    told = hearing(advice, actor.phone, books)
    records = (
        settle(advice, "reject", actor.who, why=why),
        AdviceTold(advice.reference, payments.ENDED, told),
    )
    values = {"reference": advice.reference, "dealer": advice.dealer, "told": told_reply(bool(told)), "brief": why}
    return Decision(records, (Reply("paid_rejected", values),))


def _waiting(command: Command, actor: Actor, books: PaymentBooks) -> Advice | Decision:
    """The advice that a command names, if it waits for the sender; else the answer that says why not.

    One outside the sender's scope is as unknown as one that does not exist.
    """
    reference = command.reference or ""
    advice = books.payments.find(reference)
    dealer = books.directory.dealer(advice.dealer) if advice is not None else None
    if advice is None or dealer is None or not covers(actor, dealer, books):
        return Decision(replies=(Reply("decide_nothing", {"reference": reference}),))
    return advice if advice.state == payments.OPEN else Decision(replies=(_over(advice),))


def _over(advice: Advice) -> Reply:
    return Reply("paid_over", {"reference": advice.reference, "state": Reply(f"payment_is_{advice.state}")})


def undo(booking: Booking, actor: Actor, books: PaymentBooks) -> Decision:
    """Whoever told of a payment takes that back while it waits."""
    advice = books.payments.find(booking.reference)
    if advice is None:
        return Decision(replies=(Reply("undo_unknown", {"reference": booking.reference}),))
    if advice.state != payments.OPEN:
        return Decision(replies=(_over(advice),))
    values = {"reference": advice.reference, "amount": Money(advice.amount, advice.currency), "dealer": advice.dealer}
    records = (settle(advice, "undo", actor.who), Undone(advice.reference))
    return Decision(records, (Reply("paid_undone", values),))


def restate(booking: Booking, books: PaymentBooks) -> Command | None:
    """The command that would tell the same."""
    advice = books.payments.find(booking.reference)
    if advice is None:
        return None
    said = decimal(advice.amount, advice.currency)
    return Command(PAID.name, price=said, on=advice.paid_on, slip=advice.slip)


def example(actor: Actor, books: Any) -> Example | None:
    """An amount, and of those above shops one of theirs."""
    if actor.dealer is not None:
        return Example(PAID.name, "5000")
    shop = books.directory.some_dealer(None if actor.role == "hq" else actor.region)
    return Example(PAID.name, f"5000 @{shop}") if shop is not None else None


_TOLD = {"reference": REFERENCE, "dealer": CODE, "amount": MONEY, "on": DATE}
STATE = phrase(*(f"payment_is_{state}" for state in payments.STATES if state != payments.OPEN))

PAID = Verb(
    name="paid",
    place=167,
    help_place=82,
    arguments=("price", "on", "slip", "dealer"),
    roles=("owner", *ABOVE_SHOPS),
    decide=decide,
    example=example,
    letter=LETTER,
    told_as=("payment", "told"),
    everyday=True,
    tells_all=True,
    restate=restate,
    undo=undo,
    approve=approve,
    reject=reject,
    waiting=lambda actor, books: books.payments.waiting(None if actor.role == "hq" else actor.region),
    replies=ReplyTable(
        bookings={
            "paid": _TOLD,
            "paid_slip": {**_TOLD, "slip": TOKEN},
            "paid_undone": {"reference": REFERENCE, "amount": MONEY, "dealer": CODE},
        },
        answers={
            "paid_no_amount": {"price": TOKEN, "currency": CODE, "example": EXAMPLE},
            "paid_known": {"reference": REFERENCE, "amount": MONEY, "on": DATE},
            "paid_at_desk": {"reference": REFERENCE, "amount": MONEY},
            "paid_not_in_books": _TOLD,
            "paid_several": {"reference": REFERENCE, "count": COUNT},
            "paid_matched": {"reference": REFERENCE, "dealer": CODE, "amount": MONEY, "told": TOLD},
            "paid_reject_why": {"reference": REFERENCE},
            "paid_rejected": {"reference": REFERENCE, "dealer": CODE, "told": TOLD, "brief": BRIEF},
            "paid_over": {"reference": REFERENCE, "state": STATE},
        },
        phrases={f"payment_is_{state}": {} for state in payments.STATES if state != payments.OPEN},
    ),
    examples=("PAID 5000", "PAID 5000 yesterday slip 8841"),
    examples_zh=("付款 5000", "付款 5000 昨天 回单 8841"),
)

VERBS = (PAID,)
