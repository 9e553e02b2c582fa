"""A set that another shop has is not refused: its sale is put on hold, and the sender asked how that came about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from smsgw.business.consent.rules import TRANSFERS
from smsgw.business.conversation.rules.questions import ask_of_draft
from smsgw.business.conversation.rules.records import Booked, Passed
from smsgw.business.conversation.verbs.answer import YES
from smsgw.business.core import vocabulary
from smsgw.business.core.bookings import Booking, Question
from smsgw.business.core.command import CONFIRM, REJECTED, Command, Reading
from smsgw.business.core.decision import Decision
from smsgw.business.core.phrases import sets, summary, where
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.directory.rules import Dealer
from smsgw.business.sales.rules import hold_outcomes, hold_reasons, holds, late
from smsgw.business.sales.rules.hold_outcomes import HoldRefused
from smsgw.business.sales.rules.holds import HoldBegun, HoldLine, HoldReasoned, HoldTold, SaleHold, models_of
from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.business.sales.rules.lines import LETTER, NAME
from smsgw.business.units.rules.states import Unit

REASONS = {
    hold_reasons.TRANSFER: "hold_reason_transfer",
    hold_reasons.BOUGHT: "hold_reason_bought",
    hold_reasons.OTHER: "hold_reason_other",
}
_OWNER = "owner"


# ---- a sale is put on hold


def put_on_hold(
    command: Command,
    actor: Actor,
    dealer: Dealer,
    others: Sequence[tuple[str, Unit]],
    books: SalesBooks,
    *,
    days: tuple[date, date],
) -> Decision:
    """Hold the sale of sets that another shop has, and ask how they came here; those of a third one follow by
    themselves. A set that waits like that already is told with its reference."""
    waiting = [(imei, books.sales.holds.open_of(unit.imei, dealer.code)) for imei, unit in others]
    if any(reference is not None for _, reference in waiting):
        return _without_those_held(command, waiting, books)
    holder = others[0][1].holder
    mine = {unit.imei: (unit.model, unit) for _, unit in others if unit.holder == holder}
    rest = tuple(imei for imei, unit in others if unit.holder != holder)
    filling = {} if command.repeat else late.filling(command, dict(mine), dealer, books)
    reference = command.asked or books.reference(LETTER)
    hold = SaleHold(
        reference=reference,
        dealer=dealer.code,
        holder=holder or "",
        on=days[0],
        state=holds.OPEN,
        lines=tuple(
            HoldLine(imei, model, filling[imei].reference if imei in filling else None)
            for imei, (model, _) in mine.items()
        ),
        asked_at=books.now,
        expires_at=books.now + timedelta(hours=books.trade.hold_hours),
        phone=actor.phone,
        customer=command.customer,
    )
    until = books.now + timedelta(minutes=books.trade.question_minutes)
    records = (
        Booked(reference, NAME, dealer.code, days[0], f"{summary(models_of(hold).items())} on hold"),
        HoldBegun(hold),
        ask_of_draft(books, actor.phone, NAME, reference, f"..{hold.lines[0].imei[-4:]}", until),
    )
    later = (of_others(command, rest),) if rest else ()
    return Decision(records, (question(hold),), then=later)


def of_others(command: Command, imeis: Sequence[str]) -> Command:
    """The rest of a command: sets that other shops have, for a hold of their own."""
    return replace(command, imeis=tuple(imeis), doubtful=(), positions=(), problems=(), asked=None)


def _without_those_held(command: Command, waiting: Sequence[tuple[str, str | None]], books: SalesBooks) -> Decision:
    """Tell which sets wait already; the others of the command go on by themselves."""
    told = TruncatableList(
        tuple(
            Reply("bad_waits", {"where": where(imei, number, len(waiting) == 1), "reference": reference})
            for number, (imei, reference) in enumerate(waiting, start=1)
            if reference is not None
        )
    )
    rest = tuple(imei for imei, reference in waiting if reference is None)
    then = (of_others(command, rest),) if rest else ()
    return Decision(replies=(Reply("hold_waits_already", {"bad": told}),), then=then)


def question(hold: SaleHold) -> Reply:
    """The question of a hold, with its sets and the shop that has them in its book."""
    values = {"reference": hold.reference, "dealer": hold.holder, "last": hold.lines[0].imei[-4:]}
    if len(hold.lines) == 1:
        return Reply("hold_question", values)
    return Reply("hold_question_more", {**values, "more": len(hold.lines) - 1})


def is_asked(booking: Booking, books: SalesBooks) -> Reply | None:
    """The question again, of a sale that waits for its answer; None of any other."""
    hold = books.sales.holds.find(booking.reference)
    return question(hold) if hold is not None and hold.state == holds.OPEN and hold.reason is None else None


def waits(reference: str, books: SalesBooks) -> bool:
    """Whether a sale is on hold: nothing has come of it that could be too old to be taken back."""
    hold = books.sales.holds.find(reference)
    return hold is not None and hold.state == holds.OPEN


# ---- its question is answered


def on_option(asked: Question, option: int | None, books: SalesBooks) -> Decision:
    """What the number of a reason does to the hold that a question is about; a YES without one has it asked again."""
    hold = books.sales.holds.find(asked.reference)
    if hold is None:
        return Decision(replies=(Reply("question_unknown", {"answer": asked.reference}),))
    return _answered(hold, option, "", books)


def on_no(asked: Question, books: SalesBooks) -> Decision:
    """NO: the sets were not sold at all; nothing of it happened."""
    hold = books.sales.holds.find(asked.reference)
    if hold is None:
        return Decision(replies=(Reply("question_unknown", {"answer": asked.reference}),))
    return _withdrawn(hold, asked.phone, books)


def on_lapse(asked: Question, books: SalesBooks) -> Decision:
    """A question that is old is asked again, for its hold waits much longer."""
    return on_option(asked, None, books)


def listen(reading: Reading, phone: str, books: SalesBooks) -> Decision | None:
    """A text that says in words why sets of another shop were sold: behind the reference of the hold or, while that is
    asked of its phone, alone. Only what is no command can."""
    if len(reading.commands) != 1 or not _says_nothing(reading.commands[0]):
        return None
    command = reading.commands[0]
    reference, words = _named(command, reading.text)
    asked = [one for one in books.conversation.questions(phone) if one.kind == NAME]
    if reference is None and len(asked) != 1:
        return None
    meant = hold_reasons.said(words)
    if meant is None:
        return None
    found = books.sales.holds.find(reference or asked[0].reference)
    actor = books.directory.actor(phone)
    if found is None or actor is None or not _is_sellers(found, actor) or found.state != holds.OPEN:
        return None
    return _answered(found, meant[0], meant[1], books)


def _says_nothing(command: Command) -> bool:
    """Whether a command could not be read, or might at most be words for a person."""
    if command.outcome == CONFIRM and command.verb is not None:
        return vocabulary.by_name()[command.verb].takes_words
    return command.outcome == REJECTED


_AHEAD = re.compile(r"\s*(S\d{1,9})\W+(.+)", re.IGNORECASE | re.DOTALL)


def _named(command: Command, text: str) -> tuple[str | None, str]:
    """The hold that a text names, and the words behind; None where it names none."""
    if command.verb == YES.name:
        if command.reference is None:
            return None, text.strip()[len(command.word) :]
        _, _, words = text.upper().partition(command.reference)
        return _full(command.reference), text[len(text) - len(words) :]
    ahead = _AHEAD.fullmatch(text)
    return (ahead[1].upper(), ahead[2]) if ahead is not None else (None, text)


def _full(reference: str) -> str:
    return reference if reference.startswith(LETTER) else LETTER + reference


def answer(command: Command, phone: str, books: SalesBooks) -> Decision | None:
    """What a YES or NO says to a hold that it names, or whose question is old: of the shop that told the sale why or
    that it was none, of the other one whether it let the sets go. None where the phone speaks for neither."""
    actor = books.directory.actor(phone)
    if actor is None:
        return None
    reference = command.reference
    if reference is None:
        asked = [one for one in books.conversation.questions(phone) if one.kind == NAME]
        if command.option is None or len(asked) != 1:
            return None
        reference = asked[0].reference
    elif not reference.isdigit() and not reference.startswith(LETTER):
        return None
    hold = books.sales.holds.find(_full(reference))
    if hold is None or (reference.isdigit() and hold.state != holds.OPEN):
        return None
    if _is_sellers(hold, actor):
        if command.verb == YES.name:
            return _answered(hold, command.option, "", books)
        return _withdrawn(hold, phone, books)
    if actor.dealer == hold.holder and actor.role == _OWNER and hold.reason is not None:
        return _of_the_other(command, hold, actor, books)
    return None


def _is_sellers(hold: SaleHold, actor: Actor) -> bool:
    """Whether somebody may say why: who told the sale, and the owner of the shop."""
    return actor.phone == hold.phone or (actor.dealer == hold.dealer and actor.role == _OWNER)


def _answered(hold: SaleHold, option: int | None, words: str, books: SalesBooks) -> Decision:
    """Keep why the sets were sold, and tell those who decide."""
    if hold.state != holds.OPEN:
        return over(hold)
    if option is None:
        shown = [Passed(one.reference, one.phone, False) for one in _questions(hold, books) if one.passed]
        return Decision(tuple(shown), (question(hold),))
    if option not in hold_reasons.NUMBERS:
        return Decision(replies=(Reply("no_such_option", {"option": option, "count": len(hold_reasons.NUMBERS)}),))
    if option == hold_reasons.OTHER and not words:
        return Decision(replies=(Reply("hold_story", {"reference": hold.reference}),))
    holder = books.directory.dealer(hold.holder)
    records = (
        *hold_outcomes.close_question(hold, books),
        HoldReasoned(hold.reference, option, words, books.now + timedelta(hours=books.trade.hold_hours)),
        HoldTold(
            hold.reference,
            holds.ASKED,
            tuple(books.consent.owners_hearing(hold.holder, TRANSFERS)),
            holder.region if holder is not None else None,
        ),
    )
    values = {"reference": hold.reference, "dealer": hold.holder}
    if option == hold_reasons.TRANSFER:
        return Decision(records, (Reply("hold_transfer", values),))
    return Decision(records, (Reply("hold_noted", {**values, "reason": said_reason(option, words)}),))


def said_reason(reason: int, words: str) -> Reply:
    """A reason as answers have it: of the last one what was told."""
    if reason == hold_reasons.OTHER and words:
        return Reply("hold_reason_story", {"brief": words})
    return Reply(REASONS[reason], {})


def _questions(hold: SaleHold, books: SalesBooks) -> list[Question]:
    asked = books.conversation.questions(hold.phone) if hold.phone is not None else ()
    return [one for one in asked if one.reference == hold.reference]


def over(hold: SaleHold) -> Decision:
    """That a hold is decided, and how."""
    return Decision(
        replies=(Reply("hold_over", {"reference": hold.reference, "state": Reply(f"hold_is_{hold.state}")}),)
    )


def _withdrawn(hold: SaleHold, phone: str, books: SalesBooks) -> Decision:
    if hold.state != holds.OPEN:
        return over(hold)
    records = [*hold_outcomes.end(hold, "undo", books, phone), hold_outcomes.told(hold, holds.UNDONE, books, phone)]
    return Decision(tuple(records), (withdrawn(hold),))


def withdrawn(hold: SaleHold) -> Reply:
    """That a hold came to nothing, as its shop wished."""
    return Reply("hold_undone", {"reference": hold.reference, "models": sets(models_of(hold)), "dealer": hold.dealer})


def _of_the_other(command: Command, hold: SaleHold, actor: Actor, books: SalesBooks) -> Decision:
    """What the owner of the shop that has the sets in its book says to a transfer; anything else is for a manager."""
    if hold.state != holds.OPEN:
        return over(hold)
    if hold.reason != hold_reasons.TRANSFER:
        return Decision(replies=(Reply("hold_for_managers", {"reference": hold.reference}),))
    values = {"reference": hold.reference, "models": sets(models_of(hold)), "dealer": hold.dealer}
    if command.verb != YES.name:
        records = [
            *hold_outcomes.end(hold, "reject", books, actor.who),
            hold_outcomes.told(hold, holds.REJECTED, books, actor.phone),
        ]
        return Decision(tuple(records), (Reply("hold_kept", values),))
    try:
        records = hold_outcomes.approve(hold, books, actor.who)
    except HoldRefused as refused:
        return Decision(replies=(refused.reply,))
    records.append(hold_outcomes.told(hold, holds.APPROVED, books, actor.phone))
    return Decision(tuple(records), (Reply("hold_let_go", values),))
