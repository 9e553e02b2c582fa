"""Going on: a bare text (`two`, `@D1007`, `b260呢`) with what its phone said before, as the whole text would read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.conversation.rules.questions import alive
from smsgw.business.conversation.rules.records import Remembered
from smsgw.business.conversation.rules.unfinished import NOTHING, SHOP, Unfinished, gone_on, left_open, may_go_on
from smsgw.business.conversation.verbs.answer import YES
from smsgw.business.conversation.verbs.fix import FIX
from smsgw.business.core import vocabulary
from smsgw.business.core.command import ACCEPTED, CONFIRM, REJECTED, Bare, Command, Correction
from smsgw.business.core.decision import Decision
from smsgw.business.core.principal import ABOVE_SHOPS, Actor

_ASKS_FOR_A_SHOP = "which_dealer"  # the reply that does


def meant(command: Command, actor: Actor, books: ConversationBooks) -> Command | None:
    """The command that a text makes with what its phone said before; None where it says nothing to it.

    What was booked or asked since is newer, and speaks first. A number that may answer an open question too is asked.
    """
    said = command.bare
    if said is None or (said.verb and (said.items or said.models)):
        return None  # it says all by itself
    agreed = _agreed(said, actor, books)
    if agreed is not None:
        return agreed
    was = _fresh(actor, books)
    if said.theirs:
        shop = was.command.dealer if was is not None and "dealer" in _arguments(command) else None
        return replace(command, dealer=shop, region=None, bare=None) if shop is not None else None
    whole = gone_on(was, said) if was is not None else None
    if whole is None:
        right = command.correction
        more = right is None or (not right.more and _names_others(said, actor, books))
        return _more(said, actor, books) if more else None
    numbers = said.quantity is not None and not said.models and not said.items
    if numbers and whole.outcome == ACCEPTED and alive(books, actor.phone):
        return replace(whole, outcome=CONFIRM)
    return whole


def _agreed(said: Bare, actor: Actor, books: ConversationBooks) -> Command | None:
    """The YES that words give which name the verb of a draft and agree (`好的下单`), where that was asked last."""
    waiting = alive(books, actor.phone)
    alone = not (said.quantity or said.dealer or said.on or said.period)
    if not (said.agrees and said.verb and alone and waiting) or waiting[0].kind != said.verb:
        return None
    return Command(YES.name, reference=None if waiting[0].passed else waiting[0].reference)


def _arguments(command: Command) -> tuple[str, ...]:
    return vocabulary.by_name()[command.verb].arguments if command.verb is not None else ()


def _fresh(actor: Actor, books: ConversationBooks) -> Unfinished | None:
    """What a phone said last, where nothing that it booked, and no question to it, is newer."""
    was = books.conversation.unfinished(actor.phone)
    if was is None or was.at is None or not _is_recent(was.at, books):
        return None
    newest = books.conversation.bookings(actor.phone, 1)
    since = [booking.message or 0 for booking in newest]
    since += [question.message or 0 for question in alive(books, actor.phone)]
    return was if was.message > max(since, default=0) else None


def _is_recent(at: datetime, books: ConversationBooks) -> bool:
    return at >= books.now - timedelta(minutes=books.trade.question_minutes)


def _names_others(said: Bare, actor: Actor, books: ConversationBooks) -> bool:
    """Whether what may be a correction goes on with other models than those that were booked last (`c150也是3`)."""
    newest = next(iter(books.conversation.bookings(actor.phone, 1)), None)
    restate = vocabulary.by_name()[newest.verb].restate if newest is not None else None
    was = restate(newest, books) if restate is not None and newest is not None else None
    return was is not None and not {item.model for item in was.items} & {item.model for item in said.items}


def _more(said: Bare, actor: Actor, books: ConversationBooks) -> Command | None:
    """More of what was drafted, asked or booked last (`and 1 c100`): always asked."""
    if not said.goes_on or not said.items or said.verb or said.period:
        return None
    waiting = alive(books, actor.phone)
    newest = next(iter(books.conversation.bookings(actor.phone, 1)), None)
    if waiting and (newest is None or (waiting[0].message or 0) >= (newest.message or 0)):
        return Command(FIX.name, CONFIRM, correction=Correction(said.items, more=True))
    if newest is None or newest.undone or not _is_recent(newest.at, books):
        return None
    verb = vocabulary.by_name().get(newest.verb)
    if verb is None or "items" not in verb.arguments:
        return None
    dealer = said.dealer or (newest.dealer if actor.role in ABOVE_SHOPS else None)
    return Command(verb.name, CONFIRM, items=said.items, dealer=dealer, on=said.on)


def to_remember(command: Command, decision: Decision) -> Unfinished | None:
    """What a command that was decided leaves for the next text to go on with."""
    if any(reply.key == _ASKS_FOR_A_SHOP for reply in decision.replies):
        return Unfinished(replace(command, outcome=ACCEPTED), SHOP, sure=command.outcome == ACCEPTED)
    if command.outcome == REJECTED:
        return left_open(command)
    if command.verb is None or command.choices or decision.records or not may_go_on(command):
        return None
    return Unfinished(command, NOTHING)


def remembered(phone: str, commands: Sequence[Command], said: Unfinished | None) -> list[Remembered]:
    """What is kept of a text; of one that books, nothing is: the booking is newer than whatever was said before."""
    if said is None and all(c.outcome == ACCEPTED and c.verb and vocabulary.by_name()[c.verb].letter for c in commands):
        return []
    return [Remembered(phone, said)]
