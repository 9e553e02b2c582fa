"""The jobs of inbound texts: keep the text, decide what it asks for, queue the answer; acknowledged once committed."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import Protocol as Interface

from smsgw.business import dialogue
from smsgw.business.books import StoreBooks
from smsgw.business.consent.books import consents
from smsgw.business.consent.rules import ConsentGiven
from smsgw.business.core.command import ACCEPTED, IGNORED, Reading
from smsgw.business.core.reply import Reply
from smsgw.business.messages.books.outbox import OutboxRow
from smsgw.business.messages.rules import Inbound, InboundPart
from smsgw.business.vocabulary import BY_NAME
from smsgw.gateway.inbound.flood import AnswerGuard, Passage
from smsgw.gateway.inbound.readable import UNREADABLE, joined
from smsgw.gateway.links.connection import Connection
from smsgw.gateway.links.link import Link
from smsgw.gateway.understanding import Understanding
from smsgw.language.reading.pins import hide_in, hide_pins
from smsgw.smpp.pdu import Pdu
from smsgw.store.names import Names
from smsgw.values.value import value


@value
class Handled:
    """What became of a text: its row, its answer (None: none is due), and whether it came for a second time."""

    message: int
    answer: OutboxRow | None = None
    redelivery: bool = False
    state: str = "done"
    stopped: Sequence[int] = ()  # notices in flight that are not to be sent any more


@value
class Arrival:
    """A deliver_sm or data_sm on its way through: whom to acknowledge it to, when it came, and who wrote it.

    `phone` is E.164, or None where nobody is to be answered. `arrived` is in seconds since the epoch.
    """

    link: Link
    connection: Connection
    pdu: Pdu
    arrived: float
    phone: str | None
    passage: Passage


class Inbox(Interface):
    """The intake, as a job sees it."""

    @property
    def understanding(self) -> Understanding: ...
    @property
    def reply_seconds(self) -> float:
        """For so long an answer is of use."""

    @property
    def answers(self) -> AnswerGuard: ...

    def has_room(self, link: str) -> bool:
        """Whether the pump of a link has room for more; asked from the writer's thread, and only a hint."""

    def committed(self, arrival: Arrival, handled: Handled) -> None: ...
    def unavailable(self, arrival: Arrival, error: Exception) -> None: ...
    def spoilt(self, arrival: Arrival, error: Exception) -> None:
        """A job raised: from the writer's thread, for the log only."""


class TextJob:
    """A whole text."""

    __slots__ = ("arrival", "inbound", "intake", "reading")

    def __init__(self, intake: Inbox, arrival: Arrival, inbound: Inbound, reading: Reading | None) -> None:
        """`reading` is None where the text is kept and nothing else."""
        self.intake = intake
        self.arrival = arrival
        self.inbound = inbound
        self.reading = reading

    def names(self) -> Names:
        phone, reading = self.arrival.phone, self.reading
        if phone is None or reading is None:
            return Names(repeats=(self.inbound.repeat_key,))
        return names_of(reading, phone, self.inbound.repeat_key)

    def run(self, books: StoreBooks) -> Handled:
        received = books.receive(self.inbound)
        if received.redelivery:
            return Handled(received.message, redelivery=True)
        return handle(self.intake, self.arrival, self.reading, received.message, books)

    def on_failed(self, books: StoreBooks, error: Exception) -> Handled:
        self.intake.spoilt(self.arrival, error)
        received = books.receive(self.inbound)
        if received.redelivery:
            return Handled(received.message, redelivery=True)
        return apologise(self.intake, self.arrival, received.message, books, error)

    def on_done(self, result: Handled) -> None:
        self.intake.committed(self.arrival, result)

    def on_unavailable(self, error: Exception) -> None:
        self.intake.unavailable(self.arrival, error)


class PartJob:
    """A part of a long text; the one that makes it whole brings the answer."""

    __slots__ = ("arrival", "intake", "part")

    def __init__(self, intake: Inbox, arrival: Arrival, part: InboundPart) -> None:
        self.intake = intake
        self.arrival = arrival
        self.part = part

    def names(self) -> Names:
        phones = (self.arrival.phone,) if self.arrival.phone else ()
        return Names(phones=phones, sets=(self.part.set_key,))

    def run(self, books: StoreBooks) -> Handled:
        received = books.inbox.receive_part(self.part)
        if received.redelivery:
            return Handled(received.message, redelivery=True)
        if not received.parts:
            return Handled(received.message, state="waiting")
        arrival, intake, part = self.arrival, self.intake, self.part
        text = plain = joined(received.parts, part.width, arrival.link.reading)
        reading = None
        if arrival.phone is not None:
            reading = read(intake.understanding, text, arrival.arrived, arrival.phone)
            if text is not None:
                reading = hide_pins(reading, arguments=False)
                text = reading.text
        elif text is not None:
            text = hide_in(text)
        whole = Inbound(
            link=part.link,
            session=part.session,
            sender=part.sender,
            recipient=part.recipient,
            text=text or "",
            folded=(reading.folded if reading is not None else "") or text or "",
            payload=b"".join(payload for payload, _ in received.parts),
            data_coding=part.data_coding,
            received_at=part.received_at,
            reading=reading_json(reading),
            state="done" if reading is not None else "ignored",
            message=received.message,
            hidden=text != plain,
        )
        kept = books.receive(whole)
        if kept.redelivery:
            return Handled(kept.message, redelivery=True)
        return handle(intake, arrival, reading, kept.message, books)

    def on_failed(self, books: StoreBooks, error: Exception) -> Handled:
        self.intake.spoilt(self.arrival, error)
        received = books.inbox.receive_part(self.part)
        if received.redelivery or not received.parts:
            return Handled(received.message, redelivery=received.redelivery, state="waiting")
        given_up = books.inbox.give_up(received.message)
        if given_up is None:
            return Handled(received.message, redelivery=True)
        return apologise(self.intake, self.arrival, received.message, books, error)

    def on_done(self, result: Handled) -> None:
        self.intake.committed(self.arrival, result)

    def on_unavailable(self, error: Exception) -> None:
        self.intake.unavailable(self.arrival, error)


def read(understanding: Understanding, text: str | None, now: float, phone: str) -> Reading:
    """What a text of a phone says that arrived at `now`; None is a message without a text."""
    reading = understanding.read(text or "", now, phone)
    return UNREADABLE if text is None and reading.why != "robot" else reading


def handle(intake: Inbox, arrival: Arrival, reading: Reading | None, message: int, books: StoreBooks) -> Handled:
    """Decide and answer the current message."""
    phone = arrival.phone
    if phone is None or reading is None:
        return Handled(message, state="ignored")
    understanding = intake.understanding
    if arrival.passage is not Passage.HANDLED:
        books.inbox.outcome("ignored")
        if arrival.passage is Passage.SILENT:
            return Handled(message, state="ignored")
        much = (Reply("too_many_texts", {"limit": understanding.texts_per_hour}),)
        words = understanding.word(much, language_of(books, phone, understanding))
        return Handled(message, answer(intake, arrival, words, books), state="ignored")
    decision = dialogue.answer(reading, phone, books)
    if decision.outcome == IGNORED:
        books.inbox.outcome("ignored")
    if not decision.replies:
        return Handled(message, state=decision.outcome)
    if not decision.records:
        known = books.directory.actor(phone) is not None
        passage = noise(intake, arrival, reading.folded, question=known and only_asks(reading))
        if passage is not Passage.HANDLED:
            return much_answered(intake, arrival, message, passage, books)
    stopped: Sequence[int] = ()
    if any(isinstance(record, ConsentGiven) and not record.granted for record in decision.records):
        stopped = consents.list_forbidden(books.work, int(arrival.arrived * 1000))
    words = understanding.word(decision.replies, decision.language)
    return Handled(message, answer(intake, arrival, words, books), state=decision.outcome, stopped=stopped)


def noise(intake: Inbox, arrival: Arrival, text: str, *, question: bool = False) -> Passage:
    """Whether a text that booked nothing is still answered."""
    assert arrival.phone is not None
    ticket = (arrival.connection.number, arrival.pdu.sequence)
    return intake.answers.passage(arrival.phone, text, arrival.arrived, ticket, question=question)


def only_asks(reading: Reading) -> bool:
    """Whether a text was read well and asks for nothing to be booked."""
    return bool(reading.commands) and all(
        command.outcome == ACCEPTED and command.verb is not None and BY_NAME[command.verb].reads_only
        for command in reading.commands
    )


def much_answered(intake: Inbox, arrival: Arrival, message: int, passage: Passage, books: StoreBooks) -> Handled:
    """Too many texts of this phone booked nothing: say so once, then nothing. What it books is answered as ever."""
    books.inbox.outcome("ignored")
    if passage is Passage.SILENT:
        return Handled(message, state="ignored")
    assert arrival.phone is not None
    language = language_of(books, arrival.phone, intake.understanding)
    words = intake.understanding.word((Reply("too_many_answers"),), language)
    return Handled(message, answer(intake, arrival, words, books), state="ignored")


def answer(intake: Inbox, arrival: Arrival, words: str, books: StoreBooks) -> OutboxRow | None:
    """Queue the answer to the current message, on the link it came by.

    None where the pump is full: it then fetches the answer from the outbox when it has room.
    """
    phone, link = arrival.phone, arrival.link.name
    assert phone is not None
    until = int((arrival.arrived + intake.reply_seconds) * 1000)
    claimed = intake.has_room(link)
    row = books.outbox.put(phone, words, link=link, in_reply_to=books.message, not_after=until, claimed=claimed)
    return row if claimed else None


def apologise(intake: Inbox, arrival: Arrival, message: int, books: StoreBooks, error: Exception) -> Handled:
    """Keep the current message as failed; its sender is told that nothing was saved."""
    books.inbox.outcome("failed", f"{type(error).__name__}: {error}"[:500])
    if arrival.phone is None:
        return Handled(message, state="failed")
    passage = noise(intake, arrival, type(error).__name__)
    if passage is not Passage.HANDLED:
        return Handled(message, state="failed")
    understanding = intake.understanding
    words = understanding.word((Reply("failed"),), language_of(books, arrival.phone, understanding))
    return Handled(message, answer(intake, arrival, words, books), state="failed")


def language_of(books: StoreBooks, phone: str, understanding: Understanding) -> str:
    """The language of a phone's answers where no command has decided it."""
    actor = books.directory.actor(phone)
    return actor.language if actor is not None else understanding.language


def imeis_of(reading: Reading) -> tuple[str, ...]:
    """The IMEIs that a text names."""
    commands = reading.commands
    if len(commands) == 1:
        command = commands[0]
        return (*command.imeis, command.imei) if command.imei else command.imeis
    return tuple(imei for each in commands for imei in (*each.imeis, each.imei) if imei)


def names_of(reading: Reading, phone: str, repeat: Hashable) -> Names:
    """What a text of a phone will be about: shops that it names are locked with the sender's own, in their order."""
    dealers = tuple(each.dealer for each in reading.commands if each.dealer is not None)
    return Names(phones=(phone,), imeis=imeis_of(reading), dealers=dealers, repeats=(repeat,))


def reading_json(reading: Reading | None) -> str | None:
    """What `smsgw parse --json` prints for the text; None where there was no text to read."""
    if reading is None or reading is UNREADABLE:
        return None
    return _encode(hide_pins(reading, arguments=True).as_json())


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
