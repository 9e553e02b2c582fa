"""YES and NO: answers to a question we asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smsgw.business.broadcasts.verbs import broadcast
from smsgw.business.consent.rules import ConsentGiven, stopped
from smsgw.business.conversation.rules.questions import BROADCAST, ORDER, answer_word, read
from smsgw.business.conversation.rules.records import Answered, Question
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.phrases import clause
from smsgw.business.core.reply import Cut, Reply, Word
from smsgw.business.core.verb import Verb
from smsgw.business.ledger import Ledger
from smsgw.business.orders.verbs import order
from smsgw.business.tickets import verbs as feedback
from smsgw.calendar.days import business_date

YES = Verb(
    name="yes",
    arguments=("reference", "option"),
    alone=True,
    examples=("YES", "YES 7731"),
    examples_zh=("是",),
)

NO = Verb(
    name="no",
    arguments=("reference",),
    alone=True,
    examples=("NO", "NO 7731"),
    examples_zh=("否",),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An option that the sender has taken: its commands are to be run, the first booking under `reference`."""

    answered: Answered
    reference: str
    commands: tuple[Command, ...]


def decide_yes(command: Command, phone: str, books: Ledger) -> Decision | Chosen:
    """Find the question that a YES, or the number of an option, answers.

    A draft order is placed, a draft broadcast sent, a ticket settled or closed; for a reading the chosen commands come
    back to be run, everything checked anew. With several questions open and none named, they are listed. With none
    open, YES resumes notices that were stopped.
    """
    found = _find(command, phone, books)
    if isinstance(found, Decision):
        return found
    if found is None:
        if command.reference is None and command.option is None and stopped(books.consent.history(phone)):
            return Decision((ConsentGiven(phone, "", True),), (Reply("start"),))
        return Decision(replies=(Reply("no_question"),))
    if found.kind in (ORDER, BROADCAST):
        if command.option is not None and command.option != 1:
            return Decision(replies=(Reply("no_such_option", {"option": command.option, "count": 1}),))
        return order.place(found, books) if found.kind == ORDER else broadcast.start(found, books)
    count = len(found.options)
    option = command.option
    if option is None:
        if count > 1:  # a bare YES does not say which
            return Decision(replies=(choose([read(text)[0] for text in found.options], books),))
        option = 1
    if not 1 <= option <= count:
        return Decision(replies=(Reply("no_such_option", {"option": option, "count": count}),))
    answered = Answered(found.reference, phone, "yes" if count == 1 else str(option))
    return Chosen(answered, found.reference, read(found.options[option - 1]))


def decide_no(command: Command, phone: str, books: Ledger) -> Decision:
    """Close the question that a NO answers; the draft it was about is cancelled."""
    found = _find(command, phone, books)
    if isinstance(found, Decision):
        return found
    if found is None:
        return Decision(replies=(Reply("no_question"),))
    if found.kind == ORDER:
        return order.drop(found, books)
    if found.kind == BROADCAST:
        return broadcast.drop(found, books)
    reply = Reply("question_dropped", {"answer": answer_word(found.reference)})
    return Decision((Answered(found.reference, phone, "no"),), (reply,))


def choose(options: Sequence[Command], books: Ledger) -> Reply:
    """The numbered readings to choose from."""
    today = business_date(books.now, books.trade.timezone)
    choices = [
        Reply("choice", {"number": number, "clause": clause(option, today)})
        for number, option in enumerate(options, start=1)
    ]
    return Reply("choose", {"choices": Cut(tuple(choices))})


def _find(command: Command, phone: str, books: Ledger) -> Question | Decision | None:
    """The open question that an answer means; a Decision that says why there is none; None when nothing is open."""
    asked = books.conversation.questions(phone)
    now = books.now
    if command.reference is not None:
        named = [q for q in asked if command.reference in (q.reference, q.reference[1:])]
        alive = [q for q in named if q.expires_at > now]
        if len(alive) == 1:
            return alive[0]
        if alive:
            return _which(alive)
        if named:
            return _expired(named[0], books)
        return feedback.word(command, phone, books) or _unknown(command.reference, books)
    alive = [q for q in asked if q.expires_at > now]
    if command.option is not None and len(alive) > 1:
        numbered = [q for q in alive if len(q.options) > 1]
        if len(numbered) == 1:
            return numbered[0]
    if len(alive) == 1:
        return alive[0]
    if alive:
        return _which(alive)
    said = feedback.word(command, phone, books)
    if said is not None:
        return said
    return _expired(asked[0], books) if asked else feedback.which(command, phone, books)


def _which(alive: Sequence[Question]) -> Decision:
    listed = tuple(
        Reply("open_question", {"answer": answer_word(q.reference), "prompt": q.prompt})
        if q.prompt
        else Reply("open_reading", {"answer": answer_word(q.reference), "verb": Word(read(q.options[0])[0].verb or "")})
        for q in alive
    )
    return Decision(replies=(Reply("questions_open", {"questions": Cut(listed), "first": listed[0].values["answer"]}),))


def _expired(question: Question, books: Ledger) -> Decision:
    """Tell that a question is past its deadline; it is closed, so that it is told once."""
    if question.kind == BROADCAST:
        return broadcast.lapse(question, books)
    answered = Answered(question.reference, question.phone, "expired")
    if question.kind == ORDER:
        draft = books.orders.find(question.reference)
        records = (answered, *(order.expire(draft) if draft else ()))
        return Decision(records, (Reply("order_expired", {"reference": question.reference}),))
    return Decision((answered,), (Reply("question_expired", {"answer": answer_word(question.reference)}),))


def _unknown(reference: str, books: Ledger) -> Decision:
    """No question of that name: an order placed or gone already is told with its state."""
    known = books.orders.find(order.named(reference)) if reference[:1] in "O0123456789" else None
    if known is not None:
        values = {"reference": known.reference, "state": Reply(f"order_is_{known.state}")}
        return Decision(replies=(Reply("order_not_draft", values),))
    return Decision(replies=(Reply("question_unknown", {"answer": reference}),))
