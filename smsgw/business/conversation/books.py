"""The books of conversations: what texts booked, and questions that wait for an answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from smsgw.business.conversation import tables
from smsgw.business.conversation.rules.records import (
    Answered,
    Asked,
    Booked,
    LanguageChosen,
    Passed,
    Remembered,
    Retold,
    Undone,
)
from smsgw.business.conversation.rules.undo_requests import (
    APPROVED,
    OPEN,
    REJECTED,
    UndoAsked,
    UndoDecided,
    UndoRequest,
)
from smsgw.business.conversation.rules.unfinished import Unfinished
from smsgw.business.conversation.rules.unfinished import read as read_unfinished
from smsgw.business.conversation.rules.unfinished import write as write_unfinished
from smsgw.business.core.bookings import Booking, Question
from smsgw.business.core.decision import RecordError
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.core.versions import CONTACTS
from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.messages.books.messages import StoredMessages
from smsgw.business.messages.rules import repeat_key
from smsgw.store.driver import Row
from smsgw.store.instants import from_ms, to_ms
from smsgw.store.names import Names
from smsgw.store.statements import insert
from smsgw.store.versions import bump
from smsgw.store.workspace import States, Workspace
from smsgw.values.storable import storable

BOOKING = insert(
    tables.booking, "reference verb dealer phone contact message booked_on booked_at place summary journal"
)

UNFINISHED = insert(
    tables.unfinished,
    "phone message said said_at",
    "(phone) DO UPDATE SET message = excluded.message, said = excluded.said, said_at = excluded.said_at",
)

DAY = 86_400_000  # milliseconds
DAY_BOOKED = f"(b.booked_at / {DAY})"  # the index of a phone's bookings begins with it: booking `b`
_FIRST_DAYS = 8  # in which what a phone booked last is looked for first; then in four times as many before them

PASSED = "passed"  # stands where the answer of an open question will be

_BOOKING = (
    "SELECT b.reference, b.verb, b.dealer, b.phone, b.contact, b.message, b.booked_on, b.booked_at, b.undone_at, "
    "b.summary FROM booking b "
)


class StoredConversation:
    """See `smsgw.business.conversation.rules.ledger.Conversation`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work
        self._directory = opening.books(StoredDirectory)
        self._messages = opening.books(StoredMessages)
        self._bookings = self._work.rows(BOOKING)
        self._open: dict[str, list[Question]] = {}  # questions, by phone
        self._unfinished: States[Row] = self._work.states(UNFINISHED, tuple)
        self._lines: dict[str, int] = {}  # the last line of each reference
        self._turn, self._place = 0, 0

    def know(self, names: Names) -> None:
        """Fetch the open questions to `phones`."""
        fresh = [phone for phone in names["phones"] if phone not in self._open]
        if fresh:
            self._fetch(fresh)

    def _fetch(self, phones: list[str]) -> None:
        for phone in phones:
            self._open[phone] = []
        driver = self._work.driver
        lock = "" if driver.sqlite else " FOR UPDATE"
        for reference, phone, kind, options, prompt, asked_at, expires_at, answer, message in driver.ask(
            "SELECT reference, phone, kind, options, prompt, asked_at, expires_at, answer, message "
            f"FROM pending_question WHERE {driver.among('phone')} AND answered_at IS NULL "
            f"ORDER BY coalesce(message, 0), length(reference), reference{lock}",
            driver.listed(phones),
        ):
            question = Question(
                reference,
                phone,
                kind,
                tuple(json.loads(options)),
                from_ms(asked_at),
                from_ms(expires_at),
                prompt,
                answer == PASSED,
                message,
            )
            self._open[phone].insert(0, question)

    def questions(self, phone: str) -> Sequence[Question]:
        return tuple(self._questions(phone))

    def _questions(self, phone: str) -> list[Question]:
        if phone not in self._open:
            self._fetch([phone])
        return self._open[phone]

    def booking(self, reference: str) -> Booking | None:
        return next(iter(self.found("WHERE b.reference = ?", reference)), None)

    def hold(self, reference: str) -> Booking | None:
        found = self.booking(reference)
        if found is not None and found.dealer is not None and self._directory.lock([found.dealer]):
            return self.booking(reference)
        return found

    def bookings(self, phone: str, limit: int) -> list[Booking]:
        work, driver = self._work, self._work.driver
        (newest, oldest) = work.ask(
            "SELECT (SELECT max(booked_at) FROM booking), (SELECT min(booked_at) FROM booking)"
        )[0]
        if newest is None:
            return []
        # Within some days by what was decided after what, not by time: a clock may be set back.
        of_days = (
            f"WHERE {driver.among(DAY_BOOKED, 'bigint')} AND b.phone = ? "
            "ORDER BY coalesce(b.journal, 0) DESC, b.message DESC, b.place DESC LIMIT ?"
        )
        found: list[Booking] = []
        days, last, first = _FIRST_DAYS, newest // DAY, oldest // DAY
        while len(found) < limit and last >= first:
            since = max(first, last - days + 1)
            found += self.found(of_days, driver.listed(range(since, last + 1)), phone, limit - len(found))
            last, days = since - 1, days * 4
        return found

    def unfinished(self, phone: str) -> Unfinished | None:
        rows = self._work.ask("SELECT said, message, said_at FROM unfinished WHERE phone = ?", phone)
        said, message, at = rows[0] if rows else ("", 0, 0)
        return read_unfinished(said, message, from_ms(at)) if said else None

    def booked_before(self, phone: str, folded: str, since: datetime) -> Booking | None:
        earlier = self._messages.repeated(repeat_key(phone, folded))
        if not earlier:
            return None
        at, message = to_ms(since), self._work.message
        for text in earlier:
            if text.received_at < at or text.id == message:
                continue
            live = (
                f"WHERE {DAY_BOOKED} = ? AND b.phone = ? AND b.booked_at = ? AND b.message = ? AND b.undone_at IS NULL "
                "ORDER BY b.place LIMIT 1"
            )
            found = self.found(live, text.received_at // DAY, phone, text.received_at, text.id)
            if found:
                return found[0]
        return None

    def undo_request(self, reference: str) -> UndoRequest | None:
        lock = "" if self._work.driver.sqlite else " FOR UPDATE"  # whoever asks may decide it
        for found, phone, state, why in self._work.ask(
            "SELECT reference, phone, state, why FROM undo_request WHERE reference = ? "
            f"ORDER BY seq DESC LIMIT 1{lock}",
            reference,
        ):
            return UndoRequest(found, phone, state, why or "")
        return None

    def undo_requests(self, region: str | None) -> Sequence[str]:
        place, within = self._directory.in_region(region)
        rows = self._work.ask(
            "SELECT u.reference FROM undo_request u JOIN booking b ON b.reference = u.reference "
            f"LEFT JOIN dealer d ON d.code = b.dealer WHERE u.state = '{OPEN}'{place} ORDER BY u.asked_at, u.reference",
            *within,
        )
        return [reference for (reference,) in rows]

    def lapsed_undo_requests(self, until: datetime, limit: int) -> Sequence[str]:
        rows = self._work.ask(
            f"SELECT reference FROM undo_request WHERE state = '{OPEN}' AND asked_at <= ? "
            "ORDER BY asked_at, reference LIMIT ?",
            to_ms(until),
            limit,
        )
        return [reference for (reference,) in rows]

    def found(self, condition: str, *values: object) -> list[Booking]:
        """The bookings `b` that a condition (JOIN, WHERE, ORDER BY) is true of."""
        return [
            Booking(
                reference,
                verb,
                dealer,
                phone,
                contact,
                message,
                date.fromisoformat(booked_on),
                from_ms(booked_at),
                undone_at is not None,
                summary,
            )
            for reference, verb, dealer, phone, contact, message, booked_on, booked_at, undone_at, summary in (
                self._work.ask(_BOOKING + condition, *values)
            )
        ]

    def next_line(self, table: str, reference: str) -> int:
        """The number of the next line of a reference, in the table where its lines are."""
        last = self._lines.get(reference)
        if last is None:
            # Booked by an earlier transaction: its lines are in the database.
            last = self._work.ask(f"SELECT coalesce(max(line), 0) FROM {table} WHERE reference = ?", reference)[0][0]
        self._lines[reference] = last + 1
        return last + 1

    # ---- booking

    def book(self, record: Booked) -> None:
        work = self._work
        if self._turn != work.turn:
            self._turn, self._place = work.turn, 0
        self._lines[record.reference] = 0
        self._bookings.append(
            (
                record.reference,
                record.verb,
                record.dealer,
                work.phone,
                work.contact,
                work.message,
                record.on.isoformat(),
                work.at,
                self._place,
                storable(record.summary),
                work.entries.get(record.reference),
            )
        )
        self._place += 1

    def retell(self, record: Retold) -> None:
        self._work.say("UPDATE booking SET summary = ? WHERE reference = ?", storable(record.summary), record.reference)

    def undo(self, record: Undone) -> None:
        """Mark a booking; what else it booked is marked by the subjects that booked it."""
        marked = self._work.say(
            "UPDATE booking SET undone_at = ?, undone_by = ? WHERE reference = ? AND undone_at IS NULL",
            self._work.at,
            self._work.message,
            record.reference,
        )
        if not marked:
            raise RecordError(f"there is no live booking {record.reference} to undo")
        # Whoever takes it back, it is what was asked for.
        self._end_request(record.reference, APPROVED, self._work.author, None)

    def ask_undo(self, record: UndoAsked) -> None:
        work = self._work
        work.say(
            "INSERT INTO undo_request (reference, seq, state, phone, message, asked_at, journal) "
            f"SELECT ?, coalesce(max(seq), 0) + 1, '{OPEN}', CAST(? AS VARCHAR), CAST(? AS BIGINT), ?, "
            "CAST(? AS BIGINT) FROM undo_request WHERE reference = ?",
            record.reference,
            work.phone,
            work.message,
            work.at,
            work.entries.get(record.reference),
            record.reference,
        )

    def decide_undo(self, record: UndoDecided) -> None:
        state = APPROVED if record.approved else REJECTED
        if not self._end_request(record.reference, state, record.who, record.why or None):
            raise RecordError(f"no request waits that {record.reference} be taken back")

    def _end_request(self, reference: str, state: str, who: str | None, why: str | None) -> int:
        return self._work.say(
            "UPDATE undo_request SET state = ?, decided_at = ?, decided_by = CAST(? AS TEXT), why = CAST(? AS TEXT) "
            f"WHERE reference = ? AND state = '{OPEN}'",
            state,
            self._work.at,
            who,
            storable(why) if why else None,
            reference,
        )

    def ask(self, record: Asked) -> None:
        question = record.question
        open_ones = self._questions(question.phone)
        self._work.say(
            "INSERT INTO pending_question (reference, phone, kind, options, prompt, message, asked_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            question.reference,
            question.phone,
            question.kind,
            json.dumps(question.options, ensure_ascii=False),
            question.prompt,
            self._work.message,
            to_ms(question.asked_at),
            to_ms(question.expires_at),
        )
        open_ones.insert(0, replace(question, message=self._work.message))

    def answer(self, record: Answered) -> None:
        self._work.say(
            "UPDATE pending_question SET answer = ?, answered_at = ?, answered_by = ? "
            "WHERE reference = ? AND phone = ? AND answered_at IS NULL",
            record.answer,
            self._work.at,
            self._work.message,
            record.reference,
            record.phone,
        )
        open_ones = self._questions(record.phone)
        open_ones[:] = [question for question in open_ones if question.reference != record.reference]

    def pass_by(self, record: Passed) -> None:
        self._work.say(
            "UPDATE pending_question SET answer = ? WHERE reference = ? AND phone = ? AND answered_at IS NULL",
            PASSED if record.passed else None,
            record.reference,
            record.phone,
        )
        open_ones = self._questions(record.phone)
        open_ones[:] = [
            replace(question, passed=record.passed) if question.reference == record.reference else question
            for question in open_ones
        ]

    def remember(self, record: Remembered) -> None:
        work, phone = self._work, record.phone
        said = write_unfinished(record.said) if record.said is not None else ""
        self._unfinished[phone] = (phone, work.message or 0, said, work.at)

    def choose_language(self, record: LanguageChosen) -> None:
        if record.contact is None:
            return
        self._work.say("UPDATE contact SET language = ? WHERE id = ?", record.language, record.contact)
        bump(self._work.connection, CONTACTS)
        self._directory.contact_changed(record.contact)


def _tell_undo_asked(work: Workspace, record: UndoAsked) -> Fact:
    return "booking", "undo asked", record.reference, None


def _tell_undo_decided(work: Workspace, record: UndoDecided) -> Fact:
    kind = "undo approved" if record.approved else "undo rejected"
    return "booking", kind, record.reference, {"why": record.why} if record.why else None


def _tell_language(work: Workspace, record: LanguageChosen) -> Fact:
    return "contact", "language chosen", work.phone, {"language": record.language}


BOOKS = StoredConversation
RECORDS = {
    Booked: Effect(StoredConversation.book),
    Retold: Effect(StoredConversation.retell),
    Undone: Effect(StoredConversation.undo),
    UndoAsked: Effect(StoredConversation.ask_undo, tells=_tell_undo_asked),
    UndoDecided: Effect(StoredConversation.decide_undo, tells=_tell_undo_decided),
    Asked: Effect(StoredConversation.ask),
    Answered: Effect(StoredConversation.answer),
    Passed: Effect(StoredConversation.pass_by),
    Remembered: Effect(StoredConversation.remember),
    LanguageChosen: Effect(StoredConversation.choose_language, tells=_tell_language),
}
