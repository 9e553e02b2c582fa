"""YES and NO: answers to a question we asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from smsgw.business.consent.rules import has_stopped
from smsgw.business.conversation.rules.corrections import chain, chained
from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.conversation.rules.questions import answer_word, choose, named, read
from smsgw.business.conversation.rules.records import Answered, Passed
from smsgw.business.conversation.verbs import fix
from smsgw.business.core import vocabulary
from smsgw.business.core.bookings import Question
from smsgw.business.core.command import Command, Correction
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CLAUSE, COUNT, REFERENCE, SUMMARY, WORD, many, phrase
from smsgw.business.core.phrases import in_full
from smsgw.business.core.principal import EVERYBODY, Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.calendar.days import business_date


def decide_yes(command: Command, actor: Actor, books: ConversationBooks) -> Decision:
    """Find the question that a YES, or the number of an option, answers.

    A draft is left to its verb; of a reading the chosen commands follow, everything checked again. With several
    questions open and none named, they are listed. With none open it changes nothing: to say START takes that word.
    """
    phone = actor.phone
    found = _find(command, phone, books)
    if isinstance(found, Decision):
        return found
    if found is None:
        silent = command.reference is None and command.option is None and has_stopped(books.consent.history(phone))
        return Decision(replies=(Reply("no_question_stopped" if silent else "no_question"),))
    drafted = _drafted(found)
    if drafted is not None and drafted.on_option is not None:
        return drafted.on_option(found, command.option, books)
    numbered = command.option is not None and len(found.options) > 1
    if found.passed and command.reference is None and not numbered:
        return _show_again(found, actor, books)
    if drafted is not None and drafted.on_yes is not None:
        if command.option is not None and command.option != 1:
            return Decision(replies=(Reply("no_such_option", {"option": command.option, "count": 1}),))
        return drafted.on_yes(found, books)
    count = len(found.options)
    option = command.option
    if option is None:
        if count > 1:  # a bare YES does not say which
            return Decision(replies=(choose([read(text)[0] for text in found.options], books),))
        option = 1
    if not 1 <= option <= count:
        return Decision(replies=(Reply("no_such_option", {"option": option, "count": count}),))
    answered = Answered(found.reference, phone, "yes" if count == 1 else str(option))
    return Decision((answered,), then=_sure(read(found.options[option - 1]), found.reference, books))


def decide_no(command: Command, actor: Actor, books: ConversationBooks) -> Decision:
    """Close the question that a NO answers; the draft it was about is cancelled. `no, D1027` says whose sale it was."""
    if command.reference is not None and books.directory.dealer(command.reference) is not None:
        return fix.decide(Command(fix.FIX.name, correction=Correction(dealer=command.reference)), actor, books)
    found = _find(command, actor.phone, books)
    if isinstance(found, Decision):
        return found
    if found is None:
        return Decision(replies=(Reply("no_question"),))
    drafted = _drafted(found)
    if drafted is not None and drafted.on_no is not None:
        return drafted.on_no(found, books)
    reply = Reply("question_dropped", {"answer": answer_word(found.reference)})
    return Decision((Answered(found.reference, actor.phone, "no"),), (reply,))


def _show_again(question: Question, actor: Actor, books: ConversationBooks) -> Decision:
    """Ask once more what a YES is to that may be meant for something that came later."""
    records = (Passed(question.reference, question.phone, False),)
    commands: Sequence[Command] = ()
    if len(question.options) > 1:
        return Decision(records, (choose([read(text)[0] for text in question.options], books),))
    drafted = _drafted(question)
    if drafted is not None and drafted.restate is not None:
        booking = books.conversation.booking(question.reference)
        restated = drafted.restate(booking, books) if booking is not None else None
        commands = (restated,) if restated is not None else ()
    elif question.options:
        asked = read(question.options[0])
        commands = [each for command in asked for each in chained(command.instead or command)]
    answer = answer_word(question.reference)
    if not commands:
        return Decision(records, (Reply("question_waits", {"question": named(question), "answer": answer}),))
    dealer = books.directory.dealer(actor.dealer) if actor.dealer else None
    today = business_date(books.now, dealer.timezone if dealer else books.trade.timezone)
    return Decision(records, (Reply("did_you_mean", {"clauses": in_full(commands, today), "answer": answer}),))


def has_numbers(question: Question) -> bool:
    """Whether a question is answered by a number rather than by YES."""
    drafted = _drafted(question)
    return len(question.options) > 1 or (drafted is not None and drafted.on_option is not None)


def _drafted(question: Question) -> Verb | None:
    """The verb whose draft a question is about; None of a reading."""
    return vocabulary.by_name().get(question.kind)


def _sure(commands: Sequence[Command], reference: str, books: ConversationBooks) -> tuple[Command, ...]:
    """The commands of an answered question, each with the reference that it books under: the first that can have it
    that of the question."""
    free: str | None = reference
    sure: list[Command] = []
    for command in commands:
        if command.instead is not None:
            sure.append(replace(command, instead=chain(_sure(chained(command.instead), reference, books))))
            continue
        letter = vocabulary.by_name()[command.verb].letter if command.verb else ""
        if letter and free is not None and free.startswith(letter):
            sure.append(replace(command, asked=free))
            free = None
        else:
            sure.append(replace(command, asked=books.reference(letter)) if letter else command)
    return tuple(sure)


def _find(command: Command, phone: str, books: ConversationBooks) -> Question | Decision | None:
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
            drafted = _drafted(named[0])
            late = drafted.on_answer if drafted is not None and drafted.on_option is not None else None
            said = late(command, phone, books) if late is not None else None
            return said or _expired(named[0], books)
        unknown = Decision(replies=(Reply("question_unknown", {"answer": command.reference}),))
        return _said(command, phone, books) or unknown
    alive = [q for q in asked if q.expires_at > now]
    if command.option is not None and len(alive) > 1:
        numbered = [q for q in alive if has_numbers(q)]
        if len(numbered) == 1:
            return numbered[0]
    if command.option is None and alive and not has_numbers(alive[0]):
        # What was asked before, and for a number, is not what a YES or NO now is about.
        alive = [q for q in alive if not has_numbers(q)]
    if len(alive) == 1:
        return alive[0]
    if alive:
        return _which(alive)
    said = _said(command, phone, books)
    if said is not None:
        return said
    if asked:
        return _expired(asked[0], books)
    offers = (verb.ask_which(command, phone, books) for verb in vocabulary.verbs() if verb.ask_which is not None)
    return next((offered for offered in offers if offered is not None), None)


def _said(command: Command, phone: str, books: ConversationBooks) -> Decision | None:
    """What an answer to no open question says to some verb: the later ones in the manual are asked first."""
    for verb in reversed(vocabulary.verbs()):
        if verb.on_answer is not None:
            said = verb.on_answer(command, phone, books)
            if said is not None:
                return said
    return None


def _which(alive: Sequence[Question]) -> Decision:
    """The open questions by what answers each: those that share their digits by their letters too."""
    sharing = Counter(question.reference[1:] for question in alive)
    listed = tuple(named(question, whole=sharing[question.reference[1:]] > 1) for question in alive)
    return Decision(
        replies=(Reply("questions_open", {"questions": TruncatableList(listed), "first": listed[0].values["answer"]}),)
    )


def _expired(question: Question, books: ConversationBooks) -> Decision:
    """Tell that a question is past its deadline; it is closed, so that it is told once."""
    drafted = _drafted(question)
    if drafted is not None and drafted.on_lapse is not None:
        return drafted.on_lapse(question, books)
    answered = Answered(question.reference, question.phone, "expired")
    return Decision((answered,), (Reply("question_expired", {"answer": answer_word(question.reference)}),))


YES = Verb(
    name="yes",
    place=230,
    arguments=("reference", "option"),
    roles=EVERYBODY,
    of_one_before=True,
    decide=decide_yes,
    alone=True,
    fragment="answer",
    answers=True,
    replies=ReplyTable(
        answers={
            "no_question": {},
            "no_question_stopped": {},
            "question_unknown": {"answer": REFERENCE},
            "question_expired": {"answer": REFERENCE},
            "question_waits": {"question": phrase("open_question", "open_reading"), "answer": REFERENCE},
            "questions_open": {"questions": many(phrase("open_question", "open_reading")), "first": REFERENCE},
            "question_dropped": {"answer": REFERENCE},
            "no_such_option": {"option": COUNT, "count": COUNT},
            "choose": {"choices": many(phrase("choice"))},
        },
        phrases={
            "open_question": {"answer": REFERENCE, "prompt": SUMMARY},
            "open_reading": {"answer": REFERENCE, "verb": WORD},
            "choice": {"number": COUNT, "clause": CLAUSE},
        },
    ),
    examples=("YES", "YES 7731"),
    examples_zh=("是",),
)

NO = Verb(
    name="no",
    place=240,
    arguments=("reference",),
    roles=EVERYBODY,
    of_one_before=True,
    decide=decide_no,
    alone=True,
    fragment="answer",
    answers=True,
    examples=("NO", "NO 7731"),
    examples_zh=("否",),
)
