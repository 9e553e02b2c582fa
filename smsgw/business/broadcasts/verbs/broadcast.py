"""BC: a notice to a group, told in advance to whom it would go and sent by YES; TEST: to its author alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from smsgw.business.audiences.rules.groups import MOST_COUNTED
from smsgw.business.broadcasts.rules import states as job
from smsgw.business.broadcasts.rules.broadcasts import (
    Broadcast,
    BroadcastCancelled,
    BroadcastDrafted,
    BroadcastLapsed,
    BroadcastStarted,
    BroadcastTried,
)
from smsgw.business.broadcasts.rules.draft import MOST_WORDS, Allowance
from smsgw.business.broadcasts.rules.ledger import BroadcastBooks
from smsgw.business.conversation.rules.questions import ask_of_draft
from smsgw.business.conversation.rules.records import Answered, Booked, Undone
from smsgw.business.core import rights
from smsgw.business.core.bookings import Booking, Question
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Decision, Record
from smsgw.business.core.field_kinds import COUNT, DATE, MONEY, NAME, NUMBER, REFERENCE, TIME, many, phrase
from smsgw.business.core.phrases import digits
from smsgw.business.core.principal import Actor
from smsgw.business.core.reply import Money, Reply, TruncatableList, Word
from smsgw.business.core.reply_table import ReplyTable
from smsgw.business.core.verb import NOT_TOLD, Verb
from smsgw.calendar.days import business_date, local

_TOLD_APART = {"no_phone": "out_no_phone", "blocked": "out_blocked"}  # reasons that have words of their own


def decide(command: Command, actor: Actor, books: BroadcastBooks) -> Decision:
    """Keep a broadcast as a draft and tell what it would come to; YES sends it, TEST tries it, NO drops it.

    It never goes beyond the sender's area. A draft of the same phone that still waits for its answer is dropped.
    """
    group, text = command.group or "", command.text or ""
    area = None if actor.role == "hq" else actor.region
    if actor.role != "hq":
        if area is None:
            return _only("no_region")
        if books.directory.lies_in(group, group) and not books.directory.lies_in(group, area):
            return _only("out_of_area", dealer=group)
    if len(text) > MOST_WORDS:
        return _only("broadcast_long", count=len(text), limit=MOST_WORDS)
    estimate = books.broadcasts.estimate(group, area, text)
    if estimate is None:
        return _only("broadcast_no_group", group=group)
    out = _excluded(estimate.excluded)
    if not estimate.recipients:
        return _only("broadcast_nobody", group=group, out=out)
    reference = books.reference(BROADCAST.letter)
    until = books.now + timedelta(minutes=books.trade.question_minutes)
    asked = ask_of_draft(books, actor.phone, BROADCAST.name, reference, f"{group}: {text}", until)
    records = (
        *_dropped(actor.phone, books),
        Booked(reference, BROADCAST.name, None, business_date(books.now, books.trade.timezone), asked.question.prompt),
        BroadcastDrafted(reference, text, books.trade.language, estimate),
        asked,
    )
    values: dict[str, object] = {
        "reference": reference,
        "number": digits(reference),
        "group": group,
        "people": _people(estimate.recipients),
        "each": Reply("one_part") if estimate.longest == 1 else Reply("parts", {"count": estimate.longest}),
    }
    if estimate.recipients > MOST_COUNTED:
        return Decision(records, (Reply("broadcast_draft_many", values),))
    money = Money(estimate.cost, estimate.currency)
    texts = Reply("texts_cost", {"count": estimate.parts, "cost": money})
    values["texts"] = texts if estimate.cost else Reply("texts", {"count": estimate.parts})
    values["out"] = out
    draft = Broadcast(reference, job.DRAFT, estimate.recipients, estimate.cost, estimate.currency, actor.phone)
    if _alone(draft, books):
        return Decision(records, (Reply("broadcast_draft", {**values, "words": text}),))
    return Decision(records, (Reply("broadcast_draft_over", values),))


def start(question: Question, books: BroadcastBooks) -> Decision:
    """Send the draft that a YES answers. One that is too large for one person waits for another's approval."""
    draft = _draft(question, "yes", books)
    if isinstance(draft, Decision):
        return draft
    answered = Answered(question.reference, question.phone, "yes")
    values: dict[str, object] = {"reference": draft.reference, "people": _people(draft.people)}
    if not _alone(draft, books):
        return Decision((answered,), (Reply("broadcast_waits", values),))
    records = (answered, BroadcastStarted(draft.reference))
    opens = books.trade.hours(books.trade.timezone).opening(books.now.timestamp())
    if opens > books.now.timestamp():
        at = local(datetime.fromtimestamp(opens, UTC), books.trade.timezone)
        return Decision(records, (Reply("broadcast_later", {**values, "time": at, "on": at.date()}),))
    return Decision(records, (Reply("broadcast_started", values),))


def decide_test(command: Command, actor: Actor, books: BroadcastBooks) -> Decision:
    """Send the text of a draft to its author alone; the question stays open."""
    asked = [question for question in books.conversation.questions(actor.phone) if question.kind == BROADCAST.name]
    named = command.reference
    if named is not None:
        asked = [question for question in asked if named in (question.reference, question.reference[1:])]
        if not asked:
            return _only("question_unknown", answer=named)
    if not asked:
        return _only("no_question")
    question = asked[0]
    if question.expires_at <= books.now:
        return lapse(question, books)
    draft = _draft(question, "no", books)
    if isinstance(draft, Decision):
        return draft
    values = {"reference": draft.reference, "number": digits(draft.reference), "people": _people(draft.people)}
    return Decision((BroadcastTried(draft.reference),), (Reply("broadcast_tried", values),))


def drop(question: Question, books: BroadcastBooks) -> Decision:
    """Cancel the draft that a NO answers."""
    draft = _draft(question, "no", books)
    if isinstance(draft, Decision):
        return draft
    answered = Answered(question.reference, question.phone, "no")
    records = (answered, BroadcastCancelled(draft.reference, "not wanted"), Undone(draft.reference))
    return Decision(records, (Reply("broadcast_dropped", {"reference": draft.reference}),))


def lapse(question: Question, books: BroadcastBooks) -> Decision:
    """Cancel the draft of a question that is answered too late."""
    records = (Answered(question.reference, question.phone, "expired"), *_lapsed(question, "not confirmed", books))
    return Decision(records, (Reply("broadcast_expired", {"reference": question.reference}),))


def undo(booking: Booking, actor: Actor, books: BroadcastBooks) -> Decision:
    """Stop one's own broadcast, or any for headquarters: nothing more of it is sent, but for what is under way."""
    reference = booking.reference
    if booking.phone != actor.phone and actor.role != "hq":
        return _only("undo_unknown", reference=reference)
    if booking.undone:
        return _only("undo_already", reference=reference)
    if not rights.allowed(actor.role, BROADCAST):
        return Decision(replies=(_denied(),))
    found = books.broadcasts.find(reference)
    if found is None:
        return _only("undo_unknown", reference=reference)
    if found.state in job.FINAL:
        return Decision(replies=(_not_draft(found),))
    records: list[Record] = [BroadcastCancelled(reference, "UNDO"), Undone(reference)]
    if any(question.reference == reference for question in books.conversation.questions(found.author)):
        records.append(Answered(reference, found.author, "no"))
    return Decision(tuple(records), (Reply("undone_broadcast", {"reference": reference}),))


def is_repeat(booking: Booking, phone: str, books: BroadcastBooks) -> bool:
    """Whether the same text again would be sent twice: a draft that is not answered yet is replaced instead."""
    found = books.broadcasts.find(booking.reference)
    if found is None or found.state == job.CANCELLED:
        return False
    return found.state != job.DRAFT or all(
        question.reference != booking.reference for question in books.conversation.questions(phone)
    )


def already_reply(booking: Booking, actor: Actor, books: BroadcastBooks) -> Reply:
    """That the same text was sent already."""
    at = local(booking.at, books.trade.timezone)
    return Reply("broadcast_already", {"reference": booking.reference, "time": at, "on": at.date()})


def _draft(question: Question, answer: str, books: BroadcastBooks) -> Broadcast | Decision:
    """The draft of a question; a Decision where it is one no more, or its author may not send it any more."""
    found = books.broadcasts.find(question.reference)
    answered = Answered(question.reference, question.phone, answer)
    if found is None:
        return Decision((answered,), (Reply("question_unknown", {"answer": question.reference}),))
    if found.state != job.DRAFT:
        return Decision((answered,), (_not_draft(found),))
    actor = books.directory.actor(question.phone)
    if actor is None or not rights.allowed(actor.role, BROADCAST):
        records = (answered, *_lapsed(question, "its author has lost the right", books))
        return Decision(records, (_denied(),))
    return found


def _dropped(phone: str, books: BroadcastBooks) -> list[Record]:
    """What closes the drafts of a phone that wait for their answer."""
    records: list[Record] = []
    for question in books.conversation.questions(phone):
        if question.kind == BROADCAST.name:
            records.append(Answered(question.reference, phone, "replaced"))
            records += _lapsed(question, "replaced by a later one", books)
    return records


def _lapsed(question: Question, why: str, books: BroadcastBooks) -> tuple[Record, ...]:
    found = books.broadcasts.find(question.reference)
    if found is None or found.state != job.DRAFT:
        return ()
    return (BroadcastLapsed(question.reference, why), Undone(question.reference))


def _alone(draft: Broadcast, books: BroadcastBooks) -> bool:
    """Whether its author may send it without anybody else."""
    return draft.people <= MOST_COUNTED and not Allowance.of(books.trade).exceeded(draft.people, draft.cost)


def _people(count: int) -> Reply:
    if count > MOST_COUNTED:
        return Reply("people_over", {"count": MOST_COUNTED})
    return Reply("one_person") if count == 1 else Reply("people", {"count": count})


def _excluded(reasons: Mapping[str, int]) -> TruncatableList:
    """How many are excluded and why: those who said STOP always, the others where there are any."""
    found = [Reply("out_stopped", {"count": reasons.get("stopped", 0)})]
    found += [Reply(key, {"count": reasons[why]}) for why, key in _TOLD_APART.items() if reasons.get(why)]
    others = sum(count for reason, count in reasons.items() if reason not in ("stopped", *_TOLD_APART))
    if others:
        found.append(Reply("out_others", {"count": others}))
    return TruncatableList(tuple(found))


def _not_draft(found: Broadcast) -> Reply:
    return Reply("broadcast_not_draft", {"reference": found.reference, "state": Reply(f"broadcast_is_{found.state}")})


def _denied() -> Reply:
    roles = TruncatableList(tuple(Reply(f"role_{role}") for role in rights.whose(BROADCAST)))
    return Reply("denied", {"verb": Word(BROADCAST.name), "roles": roles})


def _only(key: str, **values: object) -> Decision:
    return Decision(replies=(Reply(key, values),))


PEOPLE = phrase("people", "one_person", "people_over")
EACH = phrase("one_part", "parts")
TEXTS = phrase("texts", "texts_cost")
LEFT_OUT_OF = many(phrase("out_stopped", "out_no_phone", "out_blocked", "out_others"))

_DRAFTED = {"reference": REFERENCE, "number": NUMBER, "group": NAME, "people": PEOPLE, "each": EACH}

BROADCAST = Verb(
    name="broadcast",
    place=380,
    help_place=170,
    arguments=("group", "text"),
    roles=rights.BY_TEXT[rights.Right.WRITE_BROADCASTS],
    decide=decide,
    letter="B",
    told_as=NOT_TOLD,
    drafts=True,
    on_yes=start,
    on_no=drop,
    on_lapse=lapse,
    is_repeat=is_repeat,
    already_reply=already_reply,
    undo=undo,
    replies=ReplyTable(
        bookings={
            "broadcast_started": {"reference": REFERENCE, "people": PEOPLE},
            "broadcast_later": {"reference": REFERENCE, "people": PEOPLE, "time": TIME, "on": DATE},
            "undone_broadcast": {"reference": REFERENCE},
        },
        answers={
            "broadcast_draft": {
                "reference": REFERENCE,
                "number": NUMBER,
                "group": NAME,
                "people": PEOPLE,
                "each": EACH,
                "texts": TEXTS,
                "out": LEFT_OUT_OF,
                "words": NAME,
            },
            "broadcast_draft_over": {
                "reference": REFERENCE,
                "number": NUMBER,
                "group": NAME,
                "people": PEOPLE,
                "each": EACH,
                "texts": TEXTS,
                "out": LEFT_OUT_OF,
            },
            "broadcast_draft_many": {
                "reference": REFERENCE,
                "number": NUMBER,
                "group": NAME,
                "people": PEOPLE,
                "each": EACH,
            },
            "broadcast_waits": {"reference": REFERENCE, "people": PEOPLE},
            "broadcast_dropped": {"reference": REFERENCE},
            "broadcast_expired": {"reference": REFERENCE},
            "broadcast_already": {"reference": REFERENCE, "time": TIME, "on": DATE},
            "broadcast_not_draft": {
                "reference": REFERENCE,
                "state": phrase(*(f"broadcast_is_{state}" for state in job.STATES)),
            },
            "broadcast_nobody": {"group": NAME, "out": LEFT_OUT_OF},
            "broadcast_no_group": {"group": NAME},
            "broadcast_long": {"count": COUNT, "limit": COUNT},
        },
        phrases={
            "people": {"count": COUNT},
            "one_person": {},
            "people_over": {"count": COUNT},
            "one_part": {},
            "parts": {"count": COUNT},
            "texts": {"count": COUNT},
            "texts_cost": {"count": COUNT, "cost": MONEY},
            "out_stopped": {"count": COUNT},
            "out_no_phone": {"count": COUNT},
            "out_blocked": {"count": COUNT},
            "out_others": {"count": COUNT},
            **{f"broadcast_is_{state}": {} for state in job.STATES},
        },
    ),
    examples=("BC OWNERS New prices from Monday", "BC EAST A350 price changes 20Apr"),
    examples_zh=("群发 店主 周一起新价", "群发 EAST A350 4/20调价"),
)

TEST = Verb(
    name="test",
    place=390,
    arguments=("reference",),
    roles=rights.BY_TEXT[rights.Right.WRITE_BROADCASTS],
    decide=decide_test,
    alone=True,
    everyday=True,
    fragment="broadcast",
    replies=ReplyTable(
        answers={
            "broadcast_tried": {"reference": REFERENCE, "number": NUMBER, "people": PEOPLE},
        },
    ),
    examples=("TEST", "TEST 1001"),
    examples_zh=("试", "试 1001"),
)
