"""UNDO: take back what a reference did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from smsgw.business.conversation.rules.ledger import ConversationBooks
from smsgw.business.conversation.rules.questions import PLAIN, alive, answer_word, ask
from smsgw.business.conversation.rules.taking_back import take_back, takes_back
from smsgw.business.conversation.verbs import undo_requests
from smsgw.business.core import vocabulary
from smsgw.business.core.bookings import Booking, Question
from smsgw.business.core.command import CONFIRM, Command
from smsgw.business.core.decision import Decision
from smsgw.business.core.field_kinds import BRIEF, CODE, COUNT, DAY, LAST4, REASON, REFERENCE, SUMMARY
from smsgw.business.core.phrases import day_in_words
from smsgw.business.core.principal import EVERYBODY, Actor
from smsgw.business.core.reply import Reply
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import Verb
from smsgw.business.directory.rules import Dealer, covers
from smsgw.calendar.days import business_date

# So many of a phone's newest bookings are looked through for one that a bare UNDO, or one by digits, can mean.
LOOKED_THROUGH = 20

# What becomes of an UNDO after its hours: of the booking, what taking it back would do, and the books.
Late = Callable[[Booking, Decision, ConversationBooks], Decision]


def decide(command: Command, actor: Actor, books: ConversationBooks) -> Decision:
    """Take back everything a reference did, with rows of its own; without a reference, the phone's newest booking.

    What a verb says of its own bookings goes first. A booking at no shop is that of the phone it came from, and of
    headquarters; where its verb says how one is undone, it checks the right itself. After its hours it is asked of
    whoever answers for the shop, who takes it back at once. Doubtful words of taking back speak to a question that is
    newer than the booking: it is dropped; else what they mean is shown and asked.
    """
    if command.outcome == CONFIRM:
        return _ask(command, actor, books)
    return _decide(command, actor, books, undo_requests.ask_for)


def decide_in_time(command: Command, actor: Actor, books: ConversationBooks) -> Decision:
    """The same, where nothing is asked of anybody: what is older than its hours is refused."""
    return _decide(command, actor, books, _too_late)


def _decide(command: Command, actor: Actor, books: ConversationBooks, late: Late) -> Decision:
    if command.reference is None:
        booking = next((b for b in books.conversation.bookings(actor.phone, LOOKED_THROUGH) if not b.undone), None)
        if booking is None:
            return Decision(replies=(Reply("undo_nothing"),))
    else:
        found = find_booking(command.reference, actor, books)
        if found is None:
            return Decision(replies=(Reply("undo_unknown", {"reference": command.reference}),))
        booking = found
    reference = booking.reference
    booking = books.conversation.hold(reference) or booking
    verb = vocabulary.by_name().get(booking.verb)
    if booking.dealer is None and verb is not None and verb.undo is not None:
        return verb.undo(booking, actor, books)
    dealer = books.directory.dealer(booking.dealer) if booking.dealer else None
    refused = _not_allowed(booking, dealer, actor)
    if refused is None and dealer is not None and not covers(actor, dealer, books):
        refused = "undo_unknown"  # as unknown as what does not exist
    if refused is not None:
        return Decision(replies=(Reply(refused, {"reference": reference}),))
    if booking.undone:
        return Decision(replies=(Reply("undo_already", {"reference": reference}),))
    undone = take_back(booking, actor, books)
    any_time = verb.undo_any_time if verb is not None else None
    if books.now - booking.at <= timedelta(hours=books.trade.undo_hours) or (any_time and any_time(booking, books)):
        return undone
    if late is undo_requests.ask_for and undo_requests.may_decide(booking, actor, books):
        return undo_requests.approve(reference, actor, books) or undone
    return late(booking, undone, books)


def _too_late(booking: Booking, undone: Decision, books: ConversationBooks) -> Decision:
    """That a booking is older than its hours; or why it could not be taken back at any time."""
    if not takes_back(undone):
        return Decision(replies=undone.replies)
    values = {"reference": booking.reference, "hours": books.trade.undo_hours}
    return Decision(replies=(Reply("undo_late", values),))


def _is_newer(question: Question, booking: Booking) -> bool:
    """Whether a question came after a booking, or with it. Texts are numbered as they came; clocks may be set back."""
    if question.message is None or booking.message is None:
        return question.asked_at >= booking.at
    return question.message >= booking.message


def _ask(command: Command, actor: Actor, books: ConversationBooks) -> Decision:
    """Drop the question that words of taking back are about, or ask whether the booking is meant that they may mean."""
    kind = command.topic  # of which verb the newest is meant
    mine = (b for b in books.conversation.bookings(actor.phone, LOOKED_THROUGH) if not b.undone)
    newest = next((b for b in mine if kind in (None, b.verb)), None)
    waiting = [question for question in alive(books, actor.phone) if kind in (None, question.kind)]
    if command.reference is None and waiting and (newest is None or _is_newer(waiting[0], newest)):
        return Decision(then=(Command("no", reference=waiting[0].reference),))
    if kind is not None and newest is None:
        return Decision(replies=(Reply("undo_nothing"),))
    named = command.reference or (newest.reference if newest is not None else None)
    meant = Command(UNDO.name, reference=named)
    refused = decide_in_time(meant, actor, books)
    booking = find_booking(named, actor, books) if named is not None else None
    if booking is None or not takes_back(refused):
        return Decision(replies=refused.replies)
    reference, records = ask(books, actor, [[replace(meant, reference=booking.reference)]], PLAIN)
    dealer = books.directory.dealer(booking.dealer) if booking.dealer else None
    today = business_date(books.now, dealer.timezone if dealer else books.trade.timezone)
    values = {
        "reference": booking.reference,
        "summary": booking.summary,
        "day": day_in_words(booking.on, today),
        "answer": answer_word(reference),
    }
    return Decision(tuple(records), (Reply("undo_question", values),))


def find_booking(reference: str, actor: Actor, books: ConversationBooks) -> Booking | None:
    """A booking by its reference; digits alone mean one of this phone's, if only one has them."""
    if not reference.isdigit():
        return books.conversation.booking(reference)
    mine = [b for b in books.conversation.bookings(actor.phone, LOOKED_THROUGH) if b.reference[1:] == reference]
    return mine[0] if len(mine) == 1 else None


def _not_allowed(booking: Booking, dealer: Dealer | None, actor: Actor) -> str | None:
    if dealer is None:
        mine = booking.dealer is None and (booking.phone == actor.phone or actor.role == "hq")
        return None if mine else "undo_unknown"
    if actor.role in ("clerk", "promoter") and booking.phone != actor.phone:
        return "undo_unknown" if dealer.code != actor.dealer else "undo_not_yours"
    return None


UNDO = Verb(
    name="undo",
    place=210,
    help_place=20,
    arguments=("reference", "dealer"),
    roles=EVERYBODY,
    of_one_before=True,
    one_each=True,
    decide=decide,
    alone=True,
    words_ask_back=True,
    asks=True,
    replies=ReplyTable(
        bookings={
            "undone": {"reference": REFERENCE, "dealer": CODE},
            "undone_nowhere": {"reference": REFERENCE},
        },
        answers={
            "undo_question": {"reference": REFERENCE, "summary": SUMMARY, "day": DAY, "answer": REFERENCE},
            "undo_nothing": {},
            "undo_unknown": {"reference": REFERENCE},
            "undo_already": {"reference": REFERENCE},
            "undo_late": {"reference": REFERENCE, "hours": COUNT},
            "undo_asked": {"reference": REFERENCE, "hours": COUNT},
            "undo_asked_before": {"reference": REFERENCE},
            "undo_rejected": {"reference": REFERENCE, "why": REASON, "brief": BRIEF},
            "undo_reject_why": {"reference": REFERENCE},
            "undo_moved": {"reference": REFERENCE, "last": LAST4},
            "undo_not_yours": {"reference": REFERENCE},
        },
    ),
    examples=("UNDO S48213", "UNDO"),
    examples_zh=("撤销 S48213",),
)
