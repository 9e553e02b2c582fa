"""PP: what a price cut takes from the sets that a shop held; its YES files the claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from smsgw.business.conversation.rules.questions import answer_word, read, write
from smsgw.business.conversation.rules.records import Answered, Asked, Booked
from smsgw.business.core.bookings import Booking, Question
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import BRIEF, CODE, COUNT, DATE, LAST4, MONEY, REFERENCE, many, phrase
from smsgw.business.core.phrases import summary
from smsgw.business.core.principal import Actor
from smsgw.business.core.refusals import digits_of
from smsgw.business.core.reply import Example, Money, Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, shop
from smsgw.business.orders.verbs.standing import TOLD
from smsgw.business.protection.rules import states
from smsgw.business.protection.rules.claims import Claim, ClaimFiled, ProtectionBooks, cuts, protected, verdict
from smsgw.business.protection.rules.eligibility import OTHER_MODEL, PROTECTED, UNKNOWN, VERDICTS, Cut
from smsgw.business.protection.verbs import deciding
from smsgw.business.stock import rules as stock
from smsgw.calendar.days import business_date

_SHORT = range(4, 7)  # digits by which a set may be named: the last of its IMEI


def decide(command: Command, actor: Actor, books: ProtectionBooks) -> Decision:
    """Propose a claim for the sets of a model that are protected, or for those named; of the others say why."""
    dealer = shop(command, actor, books)
    if isinstance(dealer, Reply):
        return Decision(replies=(dealer,))
    model = _model(command, books)
    if model is None:
        first = command.imeis[0] if command.imeis else ""
        return Decision(replies=(Reply("protect_unknown", {"last": first[-4:]}),))
    found = cuts(model, dealer, books)
    if not found:
        days = books.trade.protection_claim_days
        return Decision(replies=(Reply("protect_no_cut", {"model": model, "days": days}),))
    cut, said = _cut_meant(found, command, dealer, books)
    claimed = tuple(imei for imei, of in said.items() if of == PROTECTED)
    replies: list[Reply] = []
    records: tuple[Asked, ...] = ()
    values: dict[str, object] = {"model": model, "off": Money(cut.off, cut.currency), "on": cut.on}
    if claimed:
        reference, records = _ask(command, actor, claimed, cut, books)
        total = Money(cut.off * len(claimed), cut.currency)
        more = {"count": len(claimed), "total": total, "answer": answer_word(reference)}
        replies.append(Reply("protect_ask", {**values, **more}))
    elif not command.imeis:
        replies.append(Reply("protect_nothing", values))
    rest = _why_not(said) if command.imeis else _how_many(said, model, dealer, books)
    if rest:
        replies.append(Reply("protect_not", {"sets": TruncatableList(tuple(rest))}))
    return Decision(records, tuple(replies))


def _model(command: Command, books: ProtectionBooks) -> str | None:
    """The model that is meant: as it is named, else that of the first set that we know."""
    if command.model or command.items:
        return command.model or command.items[0].model
    return next((unit.model for unit in map(books.units.find, command.imeis) if unit is not None), None)


def _cut_meant(
    found: list[Cut], command: Command, dealer: Dealer, books: ProtectionBooks
) -> tuple[Cut, Mapping[str, str]]:
    """The oldest cut for which something can be claimed, else the newest; and what it says of each set."""
    for cut in found:
        if command.imeis:
            said: dict[str, str] = {}
            for imei in command.imeis:
                unit = books.units.find(imei)
                said[unit.imei if unit is not None else imei] = verdict(imei, dealer, cut, books)
        else:
            said = protected(dealer, cut, books)
        if PROTECTED in said.values():
            break
    return cut, said


def _why_not(said: Mapping[str, str]) -> list[Reply]:
    return [
        Reply("pp_set", {"last": imei[-4:], "why": Reply(f"pp_{of}")}) for imei, of in said.items() if of != PROTECTED
    ]


def _how_many(said: Mapping[str, str], model: str, dealer: Dealer, books: ProtectionBooks) -> list[Reply]:
    """How many sets are not protected, by the reason; with those that the stock counts without their IMEIs."""
    counted = Counter(of for of in said.values() if of != PROTECTED)
    unlisted = stock.unlisted(books.stock.levels(dealer.code).get(model))
    if unlisted > 0:
        counted[UNKNOWN] += unlisted
    return [
        Reply("pp_some", {"count": counted[of], "why": Reply(f"pp_{of}")})
        for of in VERDICTS
        if counted[of] and of != OTHER_MODEL
    ]


def _ask(
    command: Command, actor: Actor, imeis: tuple[str, ...], cut: Cut, books: ProtectionBooks
) -> tuple[str, tuple[Asked, ...]]:
    """The question whether to file a claim for these sets; one that is open already is not asked twice."""
    option = write([replace(command, model=cut.model, items=(), imeis=imeis, on=cut.on, asked=None)])
    for question in books.conversation.questions(actor.phone):
        if question.kind == PROTECT.name and question.options == (option,) and question.expires_at > books.now:
            return question.reference, ()
    reference = command.asked or books.reference(PROTECT.letter)
    until = books.now + timedelta(minutes=books.trade.question_minutes)
    prompt = summary([(cut.model, len(imeis))])[:20]
    asked = Question(reference, actor.phone, PROTECT.name, (option,), books.now, until, prompt=prompt)
    return reference, (Asked(asked),)


def file(question: Question, books: ProtectionBooks) -> Decision:
    """File the claim that a YES is to; what is protected no more, or claimed meanwhile, is left out and told."""
    answered = Answered(question.reference, question.phone, "yes")
    actor = books.directory.actor(question.phone)
    command = read(question.options[0])[0]
    dealer = shop(command, actor, books) if actor is not None else None
    if actor is None or dealer is None:
        return Decision((answered,), (Reply("no_dealer"),))
    if isinstance(dealer, Reply):
        return Decision((answered,), (dealer,))
    model = command.model or ""
    cut = next((cut for cut in cuts(model, dealer, books) if cut.on == command.on), None)
    if cut is None:
        days = books.trade.protection_claim_days
        return Decision((answered,), (Reply("protect_no_cut", {"model": model, "days": days}),))
    said = {imei: verdict(imei, dealer, cut, books) for imei in command.imeis}
    good = tuple(imei for imei, of in said.items() if of == PROTECTED)
    rest = _why_not(said)
    told = (Reply("protect_not", {"sets": TruncatableList(tuple(rest))}),) if rest else ()
    if not good:
        return Decision((answered,), told)
    claim = Claim(
        question.reference,
        dealer.code,
        model,
        cut.on,
        cut.old,
        cut.new,
        cut.currency,
        states.OPEN,
        good,
        books.now,
        actor.who,
    )
    today = business_date(books.now, dealer.timezone)
    booked = Booked(claim.reference, PROTECT.name, dealer.code, today, summary([(model, len(good))]))
    values = {
        "reference": claim.reference,
        "count": len(good),
        "model": model,
        "total": Money(claim.total, claim.currency),
    }
    return Decision((answered, booked, ClaimFiled(claim)), (Reply("protect", values), *told))


def drop(question: Question, books: ProtectionBooks) -> Decision:
    """Nothing is filed."""
    answered = Answered(question.reference, question.phone, "no")
    return Decision((answered,), (Reply("question_dropped", {"answer": answer_word(question.reference)}),))


def lapse(question: Question, books: ProtectionBooks) -> Decision:
    """A YES that comes too late files nothing."""
    answered = Answered(question.reference, question.phone, "expired")
    return Decision((answered,), (Reply("question_expired", {"answer": answer_word(question.reference)}),))


def is_repeat(booking: Booking, phone: str, books: ProtectionBooks) -> bool:
    """Whether the same text again would claim the same: the claim waits, or was approved."""
    claim = books.protection.find(booking.reference)
    return claim is not None and claim.state in states.LIVE


def explain(command: Command, actor: Actor, books: ProtectionBooks) -> Decision | None:
    """Take the last digits of an IMEI (`PP ..4573`) for the one set that the shop has or had since the oldest cut that
    can be claimed; None where the text names something else."""
    problem = command.problem
    if problem is None or len(command.problems) > 1 or command.imeis:
        return None
    digits = digits_of(problem.token)
    if len(digits) not in _SHORT or not problem.token.strip(" .").isdecimal():
        return None
    dealer = shop(command, actor, books)
    if isinstance(dealer, Reply):
        return Decision(replies=(dealer,))
    since = books.now - timedelta(days=books.trade.protection_claim_days)
    found = [imei for imei in books.protection.candidates(dealer.code, since) if imei.endswith(digits)]
    if len(found) != 1:
        return Decision(replies=(Reply("protect_unknown", {"last": digits[-4:]}),))
    return decide(replace(command, imeis=(found[0],), problems=()), actor, books)


def restate(booking: Booking, books: ProtectionBooks) -> Command | None:
    """The command that would claim the same sets."""
    claim = books.protection.find(booking.reference)
    return Command(PROTECT.name, imeis=claim.imeis) if claim is not None else None


def example(actor: Actor, books: Any) -> Example | None:
    """A model that began to cost the sender's shop less; None where there is none."""
    dealer = books.directory.dealer(actor.dealer) if actor.dealer else None
    if dealer is None:
        return None
    models = sorted(product.code for product in books.catalogue.find_products(""))
    model = next((code for code in models if cuts(code, dealer, books)), None) or next(iter(models), None)
    return Example(PROTECT.name, model) if model is not None else None


_WHY = phrase(*(f"pp_{of}" for of in VERDICTS if of != PROTECTED))
_SETS = many(phrase("pp_set", "pp_some"))
_CUT = {"model": CODE, "off": MONEY, "on": DATE}
_OF = {"reference": REFERENCE, "dealer": CODE, "count": COUNT, "model": CODE}
STATE = phrase(*(f"claim_is_{state}" for state in states.STATES if state != states.OPEN))

PROTECT = Verb(
    name="protect",
    place=180,
    help_place=105,
    arguments=("model", "imeis"),
    roles=("owner",),
    decide=decide,
    example=example,
    letter="P",
    drafts=True,
    on_rejected=explain,
    on_yes=file,
    on_no=drop,
    on_lapse=lapse,
    is_repeat=is_repeat,
    restate=restate,
    undo=deciding.undo,
    approve=deciding.approve,
    reject=deciding.reject,
    waiting=lambda actor, books: books.protection.waiting(None if actor.role == "hq" else actor.region),
    replies=ReplyTable(
        bookings={
            "protect": {"reference": REFERENCE, "count": COUNT, "model": CODE, "total": MONEY},
            "claim_undone": _OF,
        },
        answers={
            "protect_ask": {**_CUT, "count": COUNT, "total": MONEY, "answer": REFERENCE},
            "protect_nothing": _CUT,
            "protect_not": {"sets": _SETS},
            "protect_no_cut": {"model": CODE, "days": COUNT},
            "protect_unknown": {"last": LAST4},
            "claim_over": {"reference": REFERENCE, "state": STATE},
            "claim_unknown": {"reference": REFERENCE},
            "claim_own": {"reference": REFERENCE},
            "claim_changed": {"reference": REFERENCE, "last": LAST4, "why": _WHY},
            "claim_reject_why": {"reference": REFERENCE},
            "claim_approved": {**_OF, "total": MONEY, "told": TOLD},
            "claim_rejected": {"reference": REFERENCE, "dealer": CODE, "told": TOLD, "brief": BRIEF},
        },
        phrases={
            "pp_set": {"last": LAST4, "why": _WHY},
            "pp_some": {"count": COUNT, "why": _WHY},
            **{f"pp_{of}": {} for of in VERDICTS if of != PROTECTED},
            **{f"claim_is_{state}": {} for state in states.STATES if state != states.OPEN},
        },
    ),
    examples=("PP A350",),
    examples_zh=("价保 A350",),
)
