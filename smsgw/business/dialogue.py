"""One message, one answer: who sends it, what each of its commands comes to, and what we still wait to hear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

from smsgw.business.broadcasts.verbs import broadcast, survey
from smsgw.business.consent import verbs as consent
from smsgw.business.conversation.rules.questions import PLAIN, answer_word, ask
from smsgw.business.conversation.rules.records import Booking
from smsgw.business.conversation.verbs import answer as answers
from smsgw.business.conversation.verbs import help, language, last, undo
from smsgw.business.core import rights
from smsgw.business.core.command import CONFIRM, IGNORED, REJECTED, Command, Reading
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.phrases import arguments, clause, digits, typed
from smsgw.business.core.principal import Actor
from smsgw.business.core.refusals import refusal
from smsgw.business.core.reply import Cut, Reply, Word
from smsgw.business.directory.rules import Dealer, shop
from smsgw.business.expectations import verbs as late
from smsgw.business.ledger import Books, Ledger
from smsgw.business.money.verbs import balance
from smsgw.business.orders import rules as orders
from smsgw.business.orders.verbs import approval, order
from smsgw.business.prices import verbs as price
from smsgw.business.sales.verbs import nil, sale
from smsgw.business.stock.verbs import count, register, stock
from smsgw.business.tickets import verbs as feedback
from smsgw.business.units.rules import near
from smsgw.business.units.verbs import imei
from smsgw.business.vocabulary import BY_NAME, VERBS
from smsgw.calendar.days import business_date, local

AtShop: TypeAlias = Callable[[Command, Actor, Dealer, Ledger, str | None], Decision]
BySender: TypeAlias = Callable[[Command, Actor, Ledger], Decision]

# The verbs that book or read at one shop, and those that need none.
AT_SHOP: dict[str, AtShop] = {
    "sale": sale.decide,
    "nil": nil.decide,
    "register": register.decide,
    "count": count.decide,
    "stock": stock.decide,
    "order": order.decide,
    "balance": balance.decide,
    "feedback": feedback.decide,
}
BY_SENDER: dict[str, BySender] = {
    "price": price.decide,
    "order_status": order.decide_status,
    "approve": approval.decide,
    "reject": approval.decide_reject,
    "imei": imei.decide,
    "undo": undo.decide,
    "last": last.decide,
    "language": language.decide,
    "late": late.decide,
    "remind": late.decide_remind,
    "broadcast": broadcast.decide,
    "test": broadcast.decide_test,
    "help": lambda command, actor, books: _help(command, actor),
    "stop": lambda command, actor, books: consent.decide_stop(command, actor.phone, books),
    "start": lambda command, actor, books: consent.decide_start(command, actor.phone, books),
    "no": lambda command, actor, books: answers.decide_no(command, actor.phone, books),
}

# The verbs that make a draft, which asks before anything comes of it.
DRAFTING = {verb.name: verb.letter for verb in (order.ORDER, broadcast.BROADCAST)}

# The verbs whose bookings have a reference: their text is not booked twice.
BOOKING_VERBS = frozenset(verb.name for verb in VERBS if verb.letter)

# Opt-out words that may also be meant for an order.
AMBIGUOUS_STOPS = frozenset({"CANCEL", "END", "QUIT"})

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
    told = survey.decide(reading, phone, books)
    if told is not None:
        books.apply(told.records)
        return replace(told, language=actor.language)
    first = _booked_before(reading, phone, books)
    records: list[Record] = []
    replies: list[Reply] = []
    doubted: list[Command] = []
    repeated = False
    outcome = "done"
    chosen = actor.language
    commands = _sure(reading, phone, books)
    for command in commands:
        verb = command.verb
        if first is not None and verb in BOOKING_VERBS and command.outcome != REJECTED:
            if not repeated:
                replies.append(_already(first, command, actor, books))
            repeated = True
            continue
        asked = command.outcome == CONFIRM and verb is not None and not command.choices
        if asked and (verb not in DRAFTING or len(reading.commands) > 1):  # one alone becomes a draft, which asks
            refused = _denied(command, actor)
            if refused is None:
                doubted.append(command)
            else:
                replies.append(refused)
            continue
        decision = _which(command, actor, books) if command.choices else _run(command, actor, books)
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
    replies += [
        Reply("left_out", {"token": problem.token[:20]})
        for command in commands
        if command.outcome == CONFIRM
        for problem in command.problems
        if (problem.code, problem.detail) == ("not_allowed", "left_out")
    ]
    return Decision(tuple(records), tuple(replies), outcome, chosen)


def _sure(reading: Reading, phone: str, books: Ledger) -> tuple[Command, ...]:
    """The commands of a message; a doubtful STOP that is all of it may be taken for one without asking."""
    if len(reading.commands) == 1:
        stop = consent.meant(reading.commands[0], phone, books)
        if stop is not None:
            return (stop,)
    return reading.commands


def _run(command: Command, actor: Actor, books: Books, asked: str | None = None) -> Decision:
    """Decide one command of a registered sender, and book it."""
    decision: Decision | answers.Chosen
    if command.verb == "yes" and command.outcome != REJECTED:
        decision = answers.decide_yes(command, actor.phone, books)
        if isinstance(decision, answers.Chosen):
            return _take(decision, actor, books)
    else:
        decision = _decide(command, actor, books, asked)
    if decision.records:
        books.apply(decision.records)
    return decision


def _decide(command: Command, actor: Actor, books: Books, asked: str | None) -> Decision:
    verb = command.verb
    if verb is None:
        return Decision(replies=(refusal(command),))
    refused = _denied(command, actor)
    if refused is not None:
        return Decision(replies=(refused,))
    if command.outcome == REJECTED:
        return near.offer(command, actor, books) or Decision(replies=(refusal(command),))
    if verb == "stop":
        asked_back = _stop_or_cancel(command, actor, books)
        if asked_back is not None:
            return asked_back
    if verb in AT_SHOP:
        dealer = shop(command, actor, books)
        if isinstance(dealer, Reply):
            return Decision(replies=(dealer,))
        return AT_SHOP[verb](command, actor, dealer, books, asked)
    return BY_SENDER[verb](command, actor, books)


def _take(chosen: answers.Chosen, actor: Actor, books: Books) -> Decision:
    """Run the commands of a chosen option, each of them seeing what the one before did."""
    books.apply((chosen.answered,))
    records: list[Record] = [chosen.answered]
    replies: list[Reply] = []
    reference: str | None = chosen.reference
    language = ""
    for command in chosen.commands:
        letter = BY_NAME[command.verb].letter if command.verb else ""
        asked = reference if letter and reference and reference.startswith(letter) else None
        sure = asked or (books.reference(letter) if letter else None)
        decision = _run(command, actor, books, sure)
        if asked is not None:
            reference = None
        records += decision.records
        replies += decision.replies
        language = decision.language or language
    return Decision(tuple(records), tuple(replies), language=language)


def _denied(command: Command, actor: Actor) -> Reply | None:
    """Whose a verb is, when it is not the sender's; that it is not in service, when it is not."""
    verb = BY_NAME[command.verb or ""]
    if not rights.allowed(actor.role, verb.name):
        roles = Cut(tuple(Reply(f"role_{role}") for role in rights.whose(verb)))
        return Reply("denied", {"verb": Word(verb.name), "roles": roles})
    if not verb.in_service:
        return Reply("not_in_service", {"verb": Word(verb.name)})
    return None


def _help(command: Command, actor: Actor | None) -> Decision:
    """Help for what can be used; a verb that is not yet in service is not explained."""
    if command.topic is not None and not BY_NAME[command.topic].in_service:
        return Decision(replies=(Reply("not_in_service", {"verb": Word(command.topic)}),))
    return help.decide(command, actor)


def _which(command: Command, actor: Actor, books: Books) -> Decision:
    """A numbered question about the readings of a text that the sender may use; plain when only one is left."""
    mine = [choice for choice in command.choices if _denied(choice, actor) is None]
    if not mine:
        return Decision(replies=(_denied(command.choices[0], actor) or refusal(command),))
    if len(mine) == 1:
        decision = _did_you_mean(mine, actor, books)
    else:
        _, question = ask(books, actor, [[choice] for choice in mine], _letter(mine))
        decision = Decision(tuple(question), (answers.choose(mine, books),))
    if decision.records:
        books.apply(decision.records)
    return decision


def _stop_or_cancel(command: Command, actor: Actor, books: Books) -> Decision | None:
    """The question that a bare CANCEL, END or QUIT gets while an order of the sender is open; else None."""
    if command.word not in AMBIGUOUS_STOPS or command.topic is not None:
        return None
    for booking in books.conversation.bookings(actor.phone, 20):
        if booking.verb != "order" or booking.undone:
            continue
        placed = books.orders.find(booking.reference)
        if placed is None or orders.expired(placed, books.now) or not orders.can(placed.state, "cancel"):
            continue
        options = [Command("undo", reference=placed.reference), Command("stop")]
        _, question = ask(books, actor, [[option] for option in options], PLAIN)
        return Decision(tuple(question), (answers.choose(options, books),))
    return None


def _did_you_mean(doubted: list[Command], actor: Actor, books: Ledger) -> Decision:
    """One question for all commands of a message whose reading is doubtful."""
    reference, question = ask(books, actor, [doubted], _letter(doubted))
    today = _today(actor, books)
    clauses = Cut(tuple(clause(command, today) for command in doubted), "; ")
    reply = Reply("did_you_mean", {"clauses": clauses, "answer": answer_word(reference)})
    return Decision(tuple(question), (reply,))


def _letter(commands: list[Command]) -> str:
    """The letter of a question about commands: that of the first one to book something."""
    letters = [BY_NAME[command.verb].letter for command in commands if command.verb]
    # A draft brings a question of its own: its reference cannot be that of this one too.
    return next((letter for letter in letters if letter and letter not in DRAFTING.values()), PLAIN)


def _today(actor: Actor, books: Ledger) -> date:
    dealer = books.directory.dealer(actor.dealer) if actor.dealer else None
    return business_date(books.now, dealer.timezone if dealer else books.trade.timezone)


def _booked_before(reading: Reading, phone: str, books: Ledger) -> Booking | None:
    """The booking that the same text of this phone made within the hours in which it counts as the same."""
    books_something = False
    for command in reading.commands:
        if command.repeat:
            return None
        if command.verb in BOOKING_VERBS:
            books_something = True
    if not books_something:
        return None
    since = books.now - timedelta(hours=books.trade.repeat_hours)
    first = books.conversation.booked_before(phone, reading.folded, since)
    if first is not None and first.verb == "order":
        draft = books.orders.find(first.reference)
        if draft is None or orders.expired(draft, books.now) or draft.state in (orders.CANCELLED, orders.REJECTED):
            return None
    if first is not None and first.verb == "broadcast" and not broadcast.sent_before(first.reference, phone, books):
        return None
    return first


def _already(first: Booking, command: Command, actor: Actor, books: Ledger) -> Reply:
    dealer = books.directory.dealer(first.dealer) if first.dealer else None
    zone = dealer.timezone if dealer else books.trade.timezone
    at = local(first.at, zone)
    if first.verb == "order":
        draft = books.orders.find(first.reference)
        if draft is not None and draft.state == orders.DRAFT and draft.expires_at is not None:
            values = {"reference": first.reference, "number": digits(first.reference)}
            return Reply("already_draft", {**values, "until": local(draft.expires_at, zone)})
    if first.verb == "broadcast":
        return Reply("broadcast_already", {"reference": first.reference, "time": at, "on": at.date()})
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
    told = survey.decide(reading, phone, books)
    if told is not None:
        asked = books.broadcasts.survey(phone)
        books.apply(told.records)
        return replace(told, language=asked.language if asked is not None else spoken)
    commands = _sure(reading, phone, books)
    command = commands[0] if commands else None
    verb = command.verb if command is not None and command.outcome not in (REJECTED, CONFIRM) else None
    if command is None or verb is None or verb not in rights.UNREGISTERED:
        key = "unregistered" if BY_NAME["join"].in_service else "unregistered_closed"
        return Decision(replies=(Reply(key),), language=spoken)
    decision: Decision
    if not BY_NAME[verb].in_service:
        decision = Decision(replies=(Reply("not_in_service", {"verb": Word(verb)}),))
    elif verb == "imei":
        decision = imei.decide_unregistered(command, books)
    elif verb == "help":
        decision = _help(command, None)
    elif verb == "language":
        decision = language.decide(command, None, books)
    elif verb == "stop":
        decision = consent.decide_stop(command, phone, books)
    else:
        decision = consent.decide_start(command, phone, books)
    if decision.records:
        books.apply(decision.records)
    return replace(decision, language=decision.language or spoken)


def _has_hanzi(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
