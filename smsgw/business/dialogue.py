"""One message, one answer: who sends it, what each of its commands comes to, and what we still wait to hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from smsgw.business.conversation.rules.questions import PLAIN, answer_word, ask, choose, still_waiting
from smsgw.business.conversation.rules.records import Passed
from smsgw.business.conversation.rules.unfinished import Unfinished
from smsgw.business.conversation.verbs import going_on
from smsgw.business.core import rights
from smsgw.business.core.bookings import Booking, Question
from smsgw.business.core.command import ACKNOWLEDGED, CONFIRM, IGNORED, REJECTED, Command, Reading
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.phrases import arguments, in_full, typed
from smsgw.business.core.principal import ABOVE_SHOPS, UNREGISTERED, Actor, unregistered
from smsgw.business.core.refusals import greeting, not_in_service, refusal
from smsgw.business.core.reply import Reply, TruncatableList, Word
from smsgw.business.core.rights import SHOP_ROLES
from smsgw.business.core.so_far import at_the_desk
from smsgw.business.core.verb import Verb
from smsgw.business.core.vocabulary import listeners
from smsgw.business.ledger import Books, Ledger
from smsgw.business.vocabulary import BY_NAME, VERBS
from smsgw.calendar.days import business_date, local

_SILENT = Decision(outcome="ignored")


def answer(reading: Reading, phone: str, books: Books) -> Decision:
    """Decide a whole message and book what it decides, command by command: a later one sees what an earlier one did.

    The records of the Decision are those already applied to `books`. A command that cannot be run does not stop the
    others. A message that is to be ignored, and a repeated STOP, get no reply.
    """
    if reading.outcome == IGNORED:
        return _SILENT
    actor = books.directory.actor(phone)
    if actor is None:
        return _unregistered(reading, phone, books)
    heard = _heard(reading, phone, books)
    if heard is not None:
        return replace(heard, language=actor.language)
    if len(reading.commands) == 1 and (problem := reading.commands[0].problem) and problem.detail == ACKNOWLEDGED:
        return replace(still_waiting(books, phone), language=actor.language)
    waiting = [question for question in books.conversation.questions(phone) if not question.passed]
    first = _booked_before(reading, phone, books)
    records: list[Record] = []
    replies: list[Reply] = []
    doubted: list[Command] = []
    repeated = False
    outcome = "done"
    chosen = actor.language
    said = going_on.meant(reading.commands[0], actor, books) if len(reading.commands) == 1 else None
    commands = _sure(reading, phone, books) if said is None else (said,)
    if said is not None:
        first = None  # the same words may make another whole
    left: Unfinished | None = None
    for command in commands:
        verb = BY_NAME[command.verb] if command.verb is not None else None
        if first is not None and verb is not None and verb.letter and command.outcome != REJECTED:
            if not repeated:
                replies.append(_already(first, command, actor, books))
            repeated = True
            continue
        # A question that is read with doubt is answered all the same: nothing comes of it.
        doubtful = command.outcome == CONFIRM and verb is not None and not command.choices
        asked = doubtful and verb is not None and not verb.reads_only
        by_itself = verb is not None and (verb.drafts or verb.asks) and len(commands) == 1
        if asked and verb is not None and not by_itself:
            refused = _denied(command, verb, actor) or _elsewhere(command, verb, actor)
            if refused is None and verb.missing is not None:
                refused = verb.missing(command, actor, books)
            if refused is None:
                doubted.append(command)
            else:
                replies.append(refused)
                left = going_on.to_remember(command, Decision(replies=(refused,)))
            continue
        decision = _which(command, actor, books) if command.choices else _run(command, actor, books)
        left = going_on.to_remember(command, decision)
        records += decision.records
        replies += decision.replies
        chosen = decision.language or chosen
        if decision.outcome != "done" and len(reading.commands) == 1:
            outcome = decision.outcome
    if doubted:
        decision = _did_you_mean(doubted, actor, books)
        books.apply(decision.records)
        records += decision.records
        replies += decision.replies
    if not reading.commands:
        replies.append(Reply("refuse_empty"))
    aside = [
        Reply("whole", {"token": problem.token[:17]})
        for command in commands
        if command.outcome == CONFIRM
        for problem in command.problems
        if (problem.code, problem.detail) == ("not_allowed", "left_out")
    ]
    if aside:
        replies.append(Reply("left_out", {"tokens": TruncatableList(tuple(aside))}))
    if waiting and any(map(_comes_between, commands)):
        passed = _passed(waiting, replies, phone, books)
        books.apply(passed)
        records += passed
    books.apply(going_on.remembered(phone, commands, left))  # nothing that the journal tells, or that is an answer
    return Decision(tuple(records), tuple(replies), outcome, chosen)


def _comes_between(command: Command) -> bool:
    """Whether a command may make a later YES mean something else than the question before it: it books, or was not
    understood."""
    return command.verb is None or bool(BY_NAME[command.verb].letter) or command.outcome == REJECTED


def _passed(waiting: list[Question], replies: list[Reply], phone: str, books: Books) -> list[Record]:
    """That a text came after the questions that waited, those aside that its answer shows again."""
    shown = {reply.values.get(name) for reply in replies for name in ("answer", "number", "reference")}
    still = {question.reference for question in books.conversation.questions(phone)}
    return [
        Passed(question.reference, phone)
        for question in waiting
        if question.reference in still and not shown & {question.reference, question.reference[1:]}
    ]


def _heard(reading: Reading, phone: str, books: Books) -> Decision | None:
    """What a message comes to that something waits for which is no command, such as a survey; booked."""
    for listen in listeners():
        heard = listen(reading, phone, books)
        if heard is not None:
            books.apply(heard.records)
            return heard
    return None


def _sure(reading: Reading, phone: str, books: Ledger) -> tuple[Command, ...]:
    """The commands of a message; a doubtful one that is all of it may be taken for what it seems without asking."""
    commands = reading.commands
    if len(commands) == 1 and commands[0].outcome == CONFIRM and commands[0].verb is not None:
        assume = BY_NAME[commands[0].verb].assume
        meant = assume(commands[0], phone, books) if assume is not None else None
        if meant is not None:
            return (meant,)
    return commands


def _run(command: Command, actor: Actor, books: Books) -> Decision:
    """Decide one command of a registered sender, and book it; then those that it chose of a question."""
    decision = _decide(command, actor, books)
    if decision.records:
        books.apply(decision.records)
    if not decision.then:
        return decision
    records, replies, language = [*decision.records], [*decision.replies], decision.language
    for chosen, following in zip(decision.then, (*decision.then[1:], None), strict=True):
        decided = _run(chosen, actor, books)
        records += decided.records
        if following is not None and following.verb is not None and BY_NAME[following.verb].answers and decided.records:
            continue  # a draft whose YES was said already
        replies += decided.replies
        language = decided.language or language
    return Decision(tuple(records), tuple(replies), language=language)


def _decide(command: Command, actor: Actor, books: Books) -> Decision:
    if command.verb is None:
        return Decision(replies=(refusal(command, actor, books),))
    verb = BY_NAME[command.verb]
    refused = _denied(command, verb, actor)
    if refused is not None or verb.decide is None:
        if verb.everyday and refused is not None and command.word and not arguments(command):
            return Decision(replies=(greeting(actor, books),))
        return Decision(replies=(refused or not_in_service(command, verb, actor),))
    if command.outcome == REJECTED:
        offered = verb.on_rejected(command, actor, books) if verb.on_rejected is not None else None
        return offered or Decision(replies=(refusal(command, actor, books),))
    if command.word in verb.shared_words and command.topic is None:
        asked_back = _which_is_meant(command, actor, books)
        if asked_back is not None:
            return asked_back
    return verb.decide(command, actor, books)


def _denied(command: Command, verb: Verb, actor: Actor) -> Reply | None:
    """Whose a verb is, when it is not the sender's; that it is not in service, when it is not."""
    if not rights.allowed(actor.role, verb):
        if command.outcome == CONFIRM and verb.takes_words and actor.role in ABOVE_SHOPS:
            return at_the_desk(command.understood)
        roles = TruncatableList(tuple(Reply(f"role_{role}") for role in rights.whose(verb)))
        return Reply("denied", {"verb": Word(verb.name), "roles": roles})
    return None if verb.in_service else not_in_service(command, verb, actor)


def _elsewhere(command: Command, verb: Verb, actor: Actor) -> Reply | None:
    """That a report of another shop is not the sender's to make: no question whose YES would be refused."""
    if not verb.reports or actor.role not in SHOP_ROLES or actor.dealer is None:
        return None
    if command.dealer is None or command.dealer == actor.dealer:
        return None
    return Reply("not_your_shop", {"dealer": command.dealer})


def _which(command: Command, actor: Actor, books: Books) -> Decision:
    """A numbered question about the readings of a text that the sender may use; plain when only one is left."""
    denied = [_denied(choice, BY_NAME[choice.verb or ""], actor) for choice in command.choices]
    mine = [choice for choice, refused in zip(command.choices, denied, strict=True) if refused is None]
    if not mine:
        return Decision(replies=(denied[0] or refusal(command, actor, books),))
    if len(mine) == 1:
        decision = _did_you_mean(mine, actor, books)
    else:
        _, question = ask(books, actor, [[choice] for choice in mine], _letter(mine))
        decision = Decision(tuple(question), (choose(mine, books),))
    if decision.records:
        books.apply(decision.records)
    return decision


def _which_is_meant(command: Command, actor: Actor, books: Ledger) -> Decision | None:
    """The question that a bare CANCEL gets while an order of the sender is open; else None."""
    for verb in VERBS:
        cancel = verb.cancel_open(actor, books) if verb.cancel_open is not None else None
        if cancel is not None:
            options = [cancel, Command(command.verb)]
            _, question = ask(books, actor, [[option] for option in options], PLAIN)
            return Decision(tuple(question), (choose(options, books),))
    return None


def _did_you_mean(doubted: list[Command], actor: Actor, books: Ledger) -> Decision:
    """One question for all commands of a message whose reading is doubtful."""
    reference, question = ask(books, actor, [doubted], _letter(doubted))
    clauses = in_full(doubted, _today(actor, books))
    reply = Reply("did_you_mean", {"clauses": clauses, "answer": answer_word(reference)})
    return Decision(tuple(question), (reply,))


def _letter(commands: list[Command]) -> str:
    """The letter of a question about commands: that of the first one to book something."""
    verbs = [BY_NAME[command.verb] for command in commands if command.verb]
    # A draft brings a question of its own: its reference cannot be that of this one too.
    return next((verb.letter for verb in verbs if verb.letter and not verb.drafts), PLAIN)


def _today(actor: Actor, books: Ledger) -> date:
    dealer = books.directory.dealer(actor.dealer) if actor.dealer else None
    return business_date(books.now, dealer.timezone if dealer else books.trade.timezone)


def _booked_before(reading: Reading, phone: str, books: Ledger) -> Booking | None:
    """The booking that the same text of this phone made within the hours in which it counts as the same."""
    books_something = False
    for command in reading.commands:
        if command.repeat:
            return None
        if command.verb is not None and BY_NAME[command.verb].letter:
            books_something = True
    if not books_something:
        return None
    since = books.now - timedelta(hours=books.trade.repeat_hours)
    first = books.conversation.booked_before(phone, reading.folded, since)
    if first is None:
        return None
    is_repeat = BY_NAME[first.verb].is_repeat if first.verb in BY_NAME else None
    return first if is_repeat is None or is_repeat(first, phone, books) else None


def _already(first: Booking, command: Command, actor: Actor, books: Ledger) -> Reply:
    """That a text was booked already: in the words of the verb that booked it, else by reference and time."""
    already_reply = BY_NAME[first.verb].already_reply if first.verb in BY_NAME else None
    told = already_reply(first, actor, books) if already_reply is not None else None
    if told is not None:
        return told
    dealer = books.directory.dealer(first.dealer) if first.dealer else None
    zone = dealer.timezone if dealer else books.trade.timezone
    at = local(first.at, zone)
    if not command.items:  # a set, a day without sales: nothing that could happen twice
        if at.date() == local(books.now, zone).date():
            return Reply("already_once", {"reference": first.reference, "time": at})
        return Reply("already_once_on", {"reference": first.reference, "on": at.date()})
    again = arguments(command, _today(actor, books))
    repeat = typed(command.verb or "", f"{again} RO" if len(again) <= 29 else "... RO")
    if at.date() == local(books.now, zone).date():
        return Reply("already", {"reference": first.reference, "time": at, "repeat": repeat})
    return Reply("already_on", {"reference": first.reference, "on": at.date(), "repeat": repeat})


def _unregistered(reading: Reading, phone: str, books: Books) -> Decision:
    """The one answer that a phone gets which we do not know: to what anybody may ask, or how to be known."""
    spoken = "zh" if _has_hanzi(reading.text) else books.trade.language
    decision = _heard(reading, phone, books)
    if decision is None:
        commands = _sure(reading, phone, books)
        verb = BY_NAME[commands[0].verb] if commands and commands[0].verb is not None else None
        if verb is None or commands[0].outcome in (REJECTED, CONFIRM) or not rights.allowed(UNREGISTERED, verb):
            admitted = any(verb.admits and verb.in_service for verb in VERBS)
            return Decision(replies=(Reply("unregistered" if admitted else "unregistered_closed"),), language=spoken)
        if verb.decide is None:
            return Decision(replies=(not_in_service(commands[0], verb, unregistered(phone)),), language=spoken)
        decision = verb.decide(commands[0], unregistered(phone), books)
        books.apply(decision.records)
    return replace(decision, language=decision.language or spoken)


def _has_hanzi(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
