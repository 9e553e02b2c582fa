"""FIX: put right what was asked or booked; both are shown, and a YES takes the one back and books the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from smsgw.business.conversation.rules.corrections import chain, chained, contradicts, corrected, names_lines_of, parted
from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.conversation.rules.questions import PLAIN, alive, answer_word, ask, read
from smsgw.business.conversation.rules.records import Answered, Booked, Undone
from smsgw.business.conversation.verbs import undo
from smsgw.business.core import vocabulary
from smsgw.business.core.bookings import Booking, Question
from smsgw.business.core.command import Command, Correction
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import CONTENT, REFERENCE
from smsgw.business.core.phrases import contents, in_full
from smsgw.business.core.principal import EVERYBODY, Actor
from smsgw.business.core.reply import Reply, TruncatableList
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.rights import SHOP_ROLES, allowed
from smsgw.business.core.verb import Verb
from smsgw.calendar.days import business_date, local
from smsgw.values.value import value

_LOOKED_AT = 8  # of the sender's newest bookings, for one that a correction without a reference fits


@value
class Meant:
    """What a correction may speak of: a question that waits, or a booking; and the command that says what is in it."""

    command: Command
    question: Question | None = None
    booking: Booking | None = None


def decide(command: Command, actor: Actor, books: ConversationBooks) -> Decision:
    """Ask, with before and after, whether what was sent is to be replaced; after the YES, replace it.

    A correction speaks to the open question or to a booking of the sender, whichever is newer and fits. A question that
    is corrected is asked again as it should be; a draft that waits for its YES is made anew.
    """
    if command.instead is not None:
        return _replace(command, command.instead, actor, books)
    own = _own_way(command, actor, books)
    if own is not None:
        return own
    said = command.correction
    if said is not None and said.dated and command.reference is None:
        return _of_another_day(said, actor, books)
    if said is not None and said.dealer is not None and actor.role in SHOP_ROLES:
        return Decision(replies=(Reply("not_your_shop", {"dealer": said.dealer}),))
    meant = _meant(command.reference, said or Correction(), actor, books)
    if isinstance(meant, Decision):
        return meant
    if meant is None:
        return Decision(replies=(Reply("fix_nothing"),))
    right = corrected(meant.command, said) if said is not None else None
    if right is None or not _takes(right):
        return _which(meant, actor, books)
    if meant.question is not None and meant.booking is None:
        return _ask_anew(meant.question, meant.command, (right,), actor, books)
    if meant.booking is None:
        return Decision(replies=(Reply("fix_nothing"),))
    if meant.question is not None and meant.question.kind == meant.booking.verb:
        return _draft_anew(meant.question, right, books)
    return _ask(meant.booking, meant.question, right, actor, books)


def _own_way(command: Command, actor: Actor, books: ConversationBooks) -> Decision | None:
    """What the verb of a booking that is named makes of the correction by itself; None where it has no way of its own.

    What the sender could not undo is not put right either.
    """
    booking = undo.find_booking(command.reference, actor, books) if command.reference and command.content else None
    fix = vocabulary.by_name()[booking.verb].fix if booking and booking.verb in vocabulary.by_name() else None
    if booking is None or fix is None:
        return None
    refused = undo.decide(Command(undo.UNDO.name, reference=booking.reference), actor, books)
    if not any(isinstance(record, Undone) for record in refused.records):
        return Decision(replies=refused.replies)
    return fix(booking, command, actor, books)


def _of_another_day(said: Correction, actor: Actor, books: ConversationBooks) -> Decision:
    """What was asked or booked last that has the sets of which a sender says another day: asked, with before and after.

    Where nothing has them, what the text says by itself is asked, if it says anything.
    """
    kept: Meant | None = None
    for meant in _newest(actor, books):
        parts = parted(meant.command, said) if "on" in _verb(meant.command).arguments else None
        if parts is None:
            continue
        rest, moved = parts
        if (meant.command.on or _today(meant.command.dealer or actor.dealer, books)) == said.on:
            kept = kept or meant
            continue
        commands = (moved,) if rest is None else (rest, moved)
        if meant.booking is not None:
            return _ask(meant.booking, meant.question, chain(commands), actor, books)
        if meant.question is not None:
            return _ask_anew(meant.question, meant.command, commands, actor, books)
    if kept is not None and kept.booking is not None:
        return _ask(kept.booking, kept.question, kept.command, actor, books)
    if said.otherwise is None:
        return Decision(replies=(Reply("fix_nothing"),))
    return _ask_whether((), [said.otherwise], actor, books)


def _takes(command: Command) -> bool:
    return command.on is None or command.verb is None or "on" in vocabulary.by_name()[command.verb].arguments


def _meant(reference: str | None, said: Correction, actor: Actor, books: ConversationBooks) -> Meant | Decision | None:
    """What a correction speaks of; a Decision that says why a booking that is named cannot be put right."""
    if reference is not None:
        for question in alive(books, actor.phone):
            if reference in (question.reference, question.reference[1:]):
                return next(_of_question(question, books), None)
        booking = undo.find_booking(reference, actor, books)
        refused = undo.decide_in_time(Command(undo.UNDO.name, reference=reference), actor, books)
        if booking is None or not any(isinstance(record, Undone) for record in refused.records):
            return Decision(replies=refused.replies)
        restated = _restated(booking, actor, books)
        if restated is None:
            return Decision(replies=(Reply("fix_not", {"reference": booking.reference}),))
        return Meant(restated, booking=booking)
    found = [meant for meant in _newest(actor, books) if _is_of(meant, said, books)]
    fitting = (meant for meant in found if not contradicts(meant.command, said) and names_lines_of(meant.command, said))
    return next(fitting, None) or next(iter(found), None)


def _is_of(meant: Meant, said: Correction, books: ConversationBooks) -> bool:
    """Whether something is of the day that a correction names, or was sent on it."""
    if said.of is None or meant.booking is None:
        return True
    sent = local(meant.booking.at, books.trade.timezone).date()
    return said.of in (meant.booking.on, sent, meant.command.on)


def _newest(actor: Actor, books: ConversationBooks) -> list[Meant]:
    """What the sender asked or booked last, newest first."""
    found = [meant for question in alive(books, actor.phone) for meant in _of_question(question, books, actor)]
    asked = {meant.question.reference for meant in found if meant.question is not None}
    asked |= {meant.booking.reference for meant in found if meant.booking is not None}
    for booking in books.conversation.bookings(actor.phone, _LOOKED_AT):
        if booking.undone or booking.reference in asked:
            continue
        restated = _restated(booking, actor, books)
        if restated is not None:
            found.append(Meant(restated, booking=booking))
    return sorted(found, key=_at, reverse=True)


def _at(meant: Meant) -> tuple[int, datetime]:
    """The place of something among all that the sender said: by the number of the text, for clocks may be set back."""
    if meant.question is not None:
        return meant.question.message or 0, meant.question.asked_at
    assert meant.booking is not None
    return meant.booking.message or 0, meant.booking.at


def _of_question(question: Question, books: ConversationBooks, actor: Actor | None = None) -> Iterator[Meant]:
    """What a question is about: the draft, the booking that it would take back or replace, or its commands."""
    if question.kind in vocabulary.by_name():
        booking = books.conversation.booking(question.reference)
        restated = _restated(booking, actor, books) if booking is not None else None
        if restated is not None:
            yield Meant(restated, question, booking)
        return
    if len(question.options) != 1:
        return
    for command in read(question.options[0]):
        if command.reference is not None and command.verb in (undo.UNDO.name, FIX.name):
            booking = books.conversation.booking(command.reference)
            restated = command.instead or (_restated(booking, actor, books) if booking is not None else None)
            if restated is not None:
                yield Meant(restated, question, booking)
        elif command.items or command.imeis or command.on is not None:
            yield Meant(command, question)


def _restated(booking: Booking, actor: Actor | None, books: ConversationBooks) -> Command | None:
    """The command that would book the same; its shop is said where it is not the sender's own."""
    restate = vocabulary.by_name()[booking.verb].restate if booking.verb in vocabulary.by_name() else None
    found = restate(booking, books) if restate is not None else None
    if found is None or (actor is not None and actor.dealer == booking.dealer):
        return found
    return replace(found, dealer=booking.dealer)


def _today(dealer: str | None, books: ConversationBooks) -> date:
    shop = books.directory.dealer(dealer) if dealer else None
    return business_date(books.now, shop.timezone if shop else books.trade.timezone)


def _which(meant: Meant, actor: Actor, books: ConversationBooks) -> Decision:
    """Show what is there, and how it is put right whole."""
    about = meant.booking.reference if meant.booking is not None else meant.question and meant.question.reference
    today = _today(meant.command.dealer or actor.dealer, books)
    reply = Reply("fix_which", {"reference": about or "", "sets": contents(meant.command, today)})
    return Decision(replies=(reply,))


def _ask_anew(
    question: Question, was: Command, right: Sequence[Command], actor: Actor, books: ConversationBooks
) -> Decision:
    """Close a question and ask it as it should be."""
    commands = [each for said in read(question.options[0]) for each in (right if said == was else (said,))]
    return _ask_whether((Answered(question.reference, question.phone, "no"),), commands, actor, books)


def _ask_whether(
    closed: Sequence[Answered], commands: Sequence[Command], actor: Actor, books: ConversationBooks
) -> Decision:
    letter = next((verb.letter for verb in map(_verb, commands) if verb.letter and not verb.drafts), PLAIN)
    reference, records = ask(books, actor, [commands], letter)
    clauses = in_full(commands, _today(commands[0].dealer or actor.dealer, books))
    reply = Reply("did_you_mean", {"clauses": clauses, "answer": answer_word(reference)})
    still = [record for answered in closed for record in _unless_same(answered, reference)]
    return Decision((*still, *records), (reply,))


def _draft_anew(question: Question, right: Command, books: ConversationBooks) -> Decision:
    """Drop a draft that waits for its YES, and make it as it should be."""
    on_no = vocabulary.by_name()[question.kind].on_no
    dropped = on_no(question, books).records if on_no is not None else ()
    return Decision(tuple(dropped), then=(right,))


def _ask(
    booking: Booking, question: Question | None, right: Command, actor: Actor, books: ConversationBooks
) -> Decision:
    """Ask whether a booking is to be replaced; where it is right as it stands, a question about it is dropped."""
    was = _restated(booking, actor, books)
    closed = () if question is None else (Answered(question.reference, question.phone, "no"),)
    today = _today(booking.dealer, books)
    if was is None or _same(was, right, today):
        kept = contents(was or right, today)
        return Decision(closed, (Reply("fix_kept", {"reference": booking.reference, "sets": kept}),))
    refused = undo.decide(Command(undo.UNDO.name, reference=booking.reference), actor, books)
    if not any(isinstance(record, Undone) for record in refused.records):
        return Decision(replies=refused.replies)
    verb = _verb(right)
    fix = Command(FIX.name, reference=booking.reference, instead=right)
    reference, records = ask(books, actor, [[fix]], PLAIN if verb.drafts else verb.letter or PLAIN)
    now = chained(right)
    dated = any((was.on or today) != (each.on or today) for each in now)
    shops = any(each.dealer != was.dealer for each in now)
    values = {
        "reference": booking.reference,
        "was": _told((was,), today, dated, booking.dealer if shops else None),
        "now": _told(now, today, dated, right.dealer if shops else None),
        "answer": answer_word(reference),
    }
    records = [*(record for answered in closed for record in _unless_same(answered, reference)), *records]
    return Decision(tuple(records), (Reply("fix_question", values),))


def _told(commands: Sequence[Command], today: date, dated: bool, shop: str | None) -> TruncatableList:
    """What some commands hold, one after another, and the shop where that is what changes."""
    told = [piece for command in commands for piece in contents(command, today, dated=dated).items]
    return TruncatableList((*told, Reply("whole", {"token": f"@{shop}"})) if shop else tuple(told))


def _unless_same(answered: Answered, reference: str) -> tuple[Answered, ...]:
    """The closing of a question, unless the new question is the same one."""
    return () if answered.reference == reference else (answered,)


def _same(was: Command, right: Command, today: date) -> bool:
    if right.instead is not None:
        return False
    return (was.items, was.imeis, was.on or today, was.dealer) == (
        right.items,
        right.imeis,
        right.on or today,
        right.dealer,
    )


def _verb(command: Command) -> Verb:
    return vocabulary.by_name()[command.verb or ""]


def _replace(command: Command, instead: Command, actor: Actor, books: ConversationBooks) -> Decision:
    """Take a booking back and book another in its place: both, or neither with the reason."""
    undone = undo.decide(Command(undo.UNDO.name, reference=command.reference), actor, books)
    booking = books.conversation.booking(command.reference or "")
    if booking is None or not any(isinstance(record, Undone) for record in undone.records):
        return Decision(replies=undone.replies)
    was = _restated(booking, actor, books)
    instead, *others = chained(instead)
    fresh = [imei for imei in instead.imeis if was is None or imei not in was.imeis]
    tried = [*([replace(instead, imeis=(imei,)) for imei in fresh] if instead.imeis else [instead]), *others]
    for each in tried:
        refused = _would_not_book(each, actor, books)
        if refused:
            return Decision(replies=tuple(refused))
    replaced = Reply("replaced", {"reference": booking.reference})
    then: tuple[Command, ...] = (instead, *others)
    if _verb(instead).drafts and instead.asked is not None:
        then += (Command("yes", reference=instead.asked),)
    return Decision(undone.records, (replaced,), then=then)


def _would_not_book(command: Command, actor: Actor, books: ConversationBooks) -> Sequence[Reply]:
    """The answers to a command that would book nothing as the books are now; none where it would."""
    verb = _verb(command)
    if not allowed(actor.role, verb):
        return (Reply("undo_not_yours", {"reference": command.asked or ""}),)
    decide_ = verb.decide
    decided = decide_(command, actor, books) if decide_ is not None else Decision()
    return () if any(isinstance(record, Booked) for record in decided.records) else decided.replies


FIX = Verb(
    name="fix",
    place=220,
    help_place=25,
    arguments=("reference", "content", "dealer"),
    roles=EVERYBODY,
    of_one_before=True,
    decide=decide,
    fragment="undo",
    asks=True,
    on_rejected=lambda command, actor, books: None if command.correction is None else decide(command, actor, books),
    replies=ReplyTable(
        bookings={"replaced": {"reference": REFERENCE}},
        answers={
            "fix_question": {"reference": REFERENCE, "was": CONTENT, "now": CONTENT, "answer": REFERENCE},
            "fix_which": {"reference": REFERENCE, "sets": CONTENT},
            "fix_kept": {"reference": REFERENCE, "sets": CONTENT},
            "fix_not": {"reference": REFERENCE},
            "fix_nothing": {},
        },
        whole=frozenset(("fix_question",)),
    ),
    examples=("FIX S48213 860123450000012", "FIX S48213 A350 2"),
    examples_zh=("更正 S48213 860123450000012", "更正 S48213 A350 2"),
)
