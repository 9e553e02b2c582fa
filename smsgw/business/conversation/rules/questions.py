"""Questions to a sender: a reading or a number that wants a YES before it is booked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.conversation.rules.records import Asked, Passed
from smsgw.business.core.bookings import Question
from smsgw.business.core.books import Books
from smsgw.business.core.command import ACCEPTED, Command, command_from_json, command_json
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.phrases import arguments, clause
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Reply, TruncatableList, Word
from smsgw.calendar.days import business_date

# The kind of a question about what was read; that of a draft is the name of its verb.
READING = "reading"

# The letter of questions about what has no reference of its own; the digits are enough where nothing else has them.
PLAIN = "Q"

_PROMPT = 20  # characters by which a question is named where several are open


def ask(
    books: ConversationBooks, actor: Actor, options: Sequence[Sequence[Command]], letter: str
) -> tuple[str, list[Record]]:
    """A question that runs the chosen option's commands when it is answered; its reference and what to book.

    The reference is the next of `letter` and becomes that of the booking. The same question still open is not asked
    twice: its reference comes back with nothing to book.
    """
    texts = tuple(write(commands) for commands in options)
    now = books.now
    for question in books.conversation.questions(actor.phone):
        if question.options == texts and question.expires_at > now:
            return question.reference, [Passed(question.reference, actor.phone, False)] if question.passed else []
    question = Question(
        reference=books.reference(letter),
        phone=actor.phone,
        kind=READING,
        options=texts,
        asked_at=now,
        expires_at=now + timedelta(minutes=books.trade.question_minutes),
        prompt=arguments(options[0][0], business_date(now, books.trade.timezone))[:_PROMPT],
    )
    return question.reference, [Asked(question)]


def ask_of_draft(books: Books, phone: str, kind: str, reference: str, prompt: str, until: datetime) -> Asked:
    """What asks a phone whether to go on with a draft of a verb (`kind`), which has the reference; until a moment."""
    return Asked(
        Question(
            reference=reference,
            phone=phone,
            kind=kind,
            options=(),
            asked_at=books.now,
            expires_at=until,
            prompt="".join(c if c.isprintable() else " " for c in prompt)[:_PROMPT],
        )
    )


def answer_word(reference: str) -> str:
    """How a question is named after YES: by its reference, or by the digits where it is no booking's."""
    return reference[1:] if reference.startswith(PLAIN) else reference


def write(commands: Sequence[Command]) -> str:
    """Commands as the JSON text of an option: what they say, without the doubts that made us ask."""
    plain = [
        replace(command, outcome=ACCEPTED, problems=(), pin=None, old=None, new=None)  # a PIN is not kept
        for command in commands
    ]
    return json.dumps([command_json(command) for command in plain], ensure_ascii=False, separators=(",", ":"))


def read(option: str) -> tuple[Command, ...]:
    """The commands of an option."""
    return tuple(command_from_json(data) for data in json.loads(option))


def alive(books: ConversationBooks, phone: str) -> list[Question]:
    """The questions to a phone that wait and are not past their deadline, newest first."""
    now = books.now
    return [question for question in books.conversation.questions(phone) if question.expires_at > now]


def named(question: Question, *, whole: bool = False) -> Reply:
    """An open question by the word that answers it, with what it is about; `whole`: by its letter too, always."""
    answer = question.reference if whole else answer_word(question.reference)
    if question.prompt:
        return Reply("open_question", {"answer": answer, "prompt": question.prompt})
    return Reply("open_reading", {"answer": answer, "verb": Word(read(question.options[0])[0].verb or "")})


def still_waiting(books: ConversationBooks, phone: str) -> Decision:
    """What thanks come to: the newest question still waits for its YES; nothing is due where none does."""
    waiting = alive(books, phone)
    if not waiting:
        return Decision(outcome="ignored")
    question = waiting[0]
    values = {"question": named(question), "answer": answer_word(question.reference)}
    return Decision(replies=(Reply("question_waits", values),))


def choose(options: Sequence[Command], books: Books) -> Reply:
    """The numbered readings to choose from."""
    today = business_date(books.now, books.trade.timezone)
    choices = [
        Reply("choice", {"number": number, "clause": clause(option, today)})
        for number, option in enumerate(options, start=1)
    ]
    return Reply("choose", {"choices": TruncatableList(tuple(choices))})
