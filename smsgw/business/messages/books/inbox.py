"""Inbound texts: each kept once as it came, redeliveries known for what they are, parts kept until they are whole.

SMPP gives a text from a phone no id of its own. A text is a redelivery when an identical one (sender, recipient,
coding, payload, part) came on a session that has ended without proof that the SMSC read our answer, or was answered
so late that the SMSC may have given up waiting. On a live, promptly answered session an identical text is a person
repeating himself. Of a session of another daemon it is not known at once that it ended: within the time after which an
answer is late, an identical text is a redelivery there too.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter

from smsgw.business.directory.books.directory import StoredDirectory
from smsgw.business.messages import tables
from smsgw.business.messages.books.repeats import Earlier, Repeats
from smsgw.business.messages.rules import Inbound, InboundPart, Received
from smsgw.store.driver import Row
from smsgw.store.instants import to_ms
from smsgw.store.liveness import seen_alive
from smsgw.store.numbers import MESSAGE
from smsgw.store.statements import insert
from smsgw.store.workspace import States, Workspace
from smsgw.values.storable import storable

LEASE_MS = 60_000  # a daemon whose heartbeat is older is dead
RETRIED_MS = 3_600_000  # for so long a text that was answered late may come again on the same session

SESSION = insert(tables.link_session, "id link run started_at", "(id) DO NOTHING")


@dataclass(slots=True)
class MessageRow:
    """A new text, as it is written to `message_in`."""

    id: int
    link: str
    session: int
    sender: str
    recipient: str
    text: str
    folded: str
    payload: bytes
    data_coding: int
    parts: int
    contact: int | None
    state: str
    reading: str | None
    error: str | None
    received_at: int
    arrived_at: int
    handled_at: int
    content_key: int
    repeat_key: int
    set_key: int | None = None
    deadline_at: int | None = None


_COLUMNS = tuple(column.name for column in fields(MessageRow))
_row = attrgetter(*_COLUMNS)
MESSAGE_IN = insert(tables.message_in, " ".join(_COLUMNS))


class Inbox:
    """The inbox of one transaction. `late_after`: milliseconds to an answer that may have come too late."""

    def __init__(
        self, work: Workspace, directory: StoredDirectory, repeats: Repeats, run: int | None, late_after: int
    ) -> None:
        self._work = work
        self._directory = directory
        self._repeats = repeats
        self._run = run
        self._late_after = late_after
        self._sessions: States[Row] = work.states(SESSION, tuple)
        self._messages: States[MessageRow] = work.states(MESSAGE_IN, self._written)

    def _written(self, message: MessageRow) -> Row:
        message.handled_at = int(self._work.clock() * 1000)
        row: Row = _row(message)
        return row

    def receive(self, inbound: Inbound) -> Received:
        """Keep a whole text and make it the current message, unless it is a redelivery.

        For one that was in parts, its waiting row becomes the text; a row that waits no longer is a redelivery.
        """
        if inbound.message is not None:
            return self._complete(inbound, inbound.message)
        work = self._work
        at = to_ms(inbound.received_at)
        earlier = self._repeats.of(inbound.repeat_key)
        if earlier:
            found = self._redelivered(earlier, inbound.content_key, inbound.session, at)
            if found is not None:
                self._delivered_again(found, inbound.session, at)
                return Received(found.id, redelivery=True)
        number = work.numbers.take(MESSAGE)
        sender = storable(inbound.sender)
        actor = self._directory.actor(sender)
        contact = actor.contact if actor else None
        reading = storable(inbound.reading) if inbound.reading is not None else None
        self._messages[number] = MessageRow(
            number,
            inbound.link,
            inbound.session,
            sender,
            storable(inbound.recipient),
            storable(inbound.text),
            storable(inbound.folded),
            inbound.payload,
            inbound.data_coding,
            1,
            contact,
            inbound.state,
            reading,
            None,
            at,
            at,
            0,  # handled_at: stamped when written
            inbound.content_key,
            inbound.repeat_key,
        )
        earlier.append(Earlier(number, sender, inbound.content_key, inbound.session, at, at, None, False))
        self.session(inbound.session, inbound.link, at)
        work.begin(at, number, inbound.sender, contact)
        return Received(number)

    def session(self, session: int, link: str, at: int) -> None:
        """Note the session by which a text came; what is known of it already stays."""
        if session not in self._sessions:
            self._sessions[session] = (session, link, self._run, at)

    def _complete(self, inbound: Inbound, number: int) -> Received:
        work = self._work
        waiting = work.ask("SELECT received_at FROM message_in WHERE id = ? AND state = 'waiting'", number)
        if not waiting:
            return Received(number, redelivery=True)
        at = waiting[0][0]
        actor = self._directory.actor(inbound.sender)
        contact = actor.contact if actor else None
        work.say(
            "UPDATE message_in SET state = ?, text = ?, folded = ?, payload = ?, data_coding = ?, reading = ?, "
            "contact = ?, repeat_key = ?, content_key = ?, handled_at = ?, deadline_at = NULL WHERE id = ?",
            inbound.state,
            storable(inbound.text),
            storable(inbound.folded),
            inbound.payload,
            inbound.data_coding,
            storable(inbound.reading) if inbound.reading is not None else None,
            contact,
            inbound.repeat_key,
            inbound.content_key,
            int(work.clock() * 1000),
            number,
        )
        if inbound.hidden:
            work.say("UPDATE message_part SET payload = ? WHERE message = ?", b"", number)
        self._repeats.of(inbound.repeat_key)
        work.begin(at, number, inbound.sender, contact)
        return Received(number)

    def outcome(self, state: str, error: str | None = None, reading: str | None = None) -> None:
        """How the current message is kept: done, ignored, or failed with what went wrong."""
        work = self._work
        assert work.message is not None
        row = self._messages.get(work.message)
        if row is not None:
            row.state, row.error = state, error
            if reading is not None:
                row.reading = storable(reading)
            return
        work.say(
            "UPDATE message_in SET state = ?, error = ?, reading = coalesce(?, reading) WHERE id = ?",
            state,
            error,
            reading,
            work.message,
        )

    # ---- redelivery

    def _redelivered(self, earlier: list[Earlier], content_key: int, session: int, at: int) -> Earlier | None:
        """The earlier text that this arrival is a redelivery of, the newest if several could be."""
        for text in reversed(earlier):
            if text.content_key != content_key:
                continue
            if text.handled_at is None:
                # Both are of this very batch: the first was still unanswered when the second came.
                answered_late = at - text.arrived_at > self._late_after
            else:
                answered_late = text.late or text.handled_at - text.arrived_at > self._late_after
                # The SMSC gives up after the same time at the earliest, and does not try again forever.
                answered_late = answered_late and self._late_after < at - text.arrived_at <= RETRIED_MS
            if answered_late or (text.session != session and self._unproven(text.session, text.arrived_at, at)):
                return text
        return None

    def _unproven(self, session: int | None, arrived_at: int, at: int) -> bool:
        """Whether a session ended without proof that our answer to a text of that time was read.

        `at` is when the text came again. Another daemon may not have told yet what became of its session.
        """
        if session is None:
            return False
        found = self._work.ask(
            "SELECT s.proved_at, s.ended_at, s.run, r.ended_at, r.heartbeat_at FROM link_session s "
            "LEFT JOIN run r ON r.id = s.run WHERE s.id = ?",
            session,
        )
        if not found:
            return True
        proved_at, ended_at, run, run_ended_at, beat = found[0]
        if proved_at is not None and proved_at > arrived_at:
            return False
        if ended_at is not None:
            return True
        if run is None or run == self._run:
            return False
        # An SMSC whose connection to the other daemon breaks turns to us within the moment.
        return abs(at - arrived_at) <= self._late_after or self._dead(run, run_ended_at, beat)

    def _dead(self, run: int, ended_at: int | None, beat: int) -> bool:
        driver = self._work.driver
        if ended_at is not None or driver.sqlite:
            return True  # a SQLite database has one daemon at a time, and this is another one
        return self._work.clock() * 1000 - beat > LEASE_MS or not seen_alive(driver, run)

    def _delivered_again(self, text: Earlier, session: int, at: int) -> None:
        """From now on the text counts as one of this session, so that the next identical one is judged by it."""
        work = self._work
        handled = int(work.clock() * 1000)
        work.say(
            "UPDATE message_in SET session = ?, arrived_at = ?, handled_at = ?, late = ?, "
            "redeliveries = redeliveries + 1 WHERE id = ?",
            session,
            at,
            handled,
            False,
            text.id,
        )
        self._repeats.arrived_again(text.id, session, at, handled)

    def answered_late(self, messages: list[int]) -> None:
        """The answers to these texts were written so late that the SMSC may have given up waiting."""
        for number in messages:
            self._work.say("UPDATE message_in SET late = ? WHERE id = ?", True, number)
            self._work.say("UPDATE message_part SET late = ? WHERE message = ?", True, number)

    def session_proved(self, session: int, until: int) -> None:
        """Whatever arrived on the session before `until` was answered, and the SMSC has read the answer."""
        self._work.say(
            "UPDATE link_session SET proved_at = ? WHERE id = ? AND (proved_at IS NULL OR proved_at < ?)",
            until,
            session,
            until,
        )

    def session_ended(self, session: int, at: int, *, clean: bool) -> None:
        """The session is over; `clean`: both sides said so after everything was answered."""
        self._work.say("UPDATE link_session SET ended_at = ? WHERE id = ?", at, session)
        if clean:
            self.session_proved(session, at + 1)

    # ---- parts

    def receive_part(self, part: InboundPart) -> Received:
        """Keep a part; the one that makes its set whole brings all parts, for the gateway to join and read.

        The text itself then comes through `receive` with the id of the waiting row.
        """
        work = self._work
        at = to_ms(part.received_at)
        self.session(part.session, part.link, at)
        for number, state, content_key, session, arrived_at, handled_at, late in work.ask(
            "SELECT m.id, m.state, p.content_key, p.session, p.arrived_at, p.handled_at, p.late FROM message_in m "
            "JOIN message_part p ON p.message = m.id WHERE m.set_key = ? AND p.number = ? AND m.received_at >= ? "
            "ORDER BY m.id DESC",
            part.set_key,
            part.number,
            at - self._repeats.span,
        ):
            if content_key != part.content_key:
                if state == "waiting":
                    # The sender's phone uses this reference for another text: the old one will not be whole any more.
                    work.say("UPDATE message_in SET set_key = NULL, deadline_at = ? WHERE id = ?", at, number)
                continue
            known = Earlier(number, part.sender, content_key, session, arrived_at, arrived_at, handled_at, bool(late))
            if state == "waiting" or self._redelivered([known], content_key, part.session, at):
                self._part_again(number, part, at)
                return Received(number, redelivery=True)
        found = work.ask(
            "SELECT id FROM message_in WHERE set_key = ? AND state = 'waiting' ORDER BY id DESC LIMIT 1", part.set_key
        )
        number = found[0][0] if found else self._open_set(part, at)
        work.say(
            "INSERT INTO message_part (message, number, payload, data_coding, session, arrived_at, handled_at, "
            "content_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            number,
            part.number,
            part.payload,
            part.data_coding,
            part.session,
            at,
            int(work.clock() * 1000),
            part.content_key,
        )
        parts = self.parts(number)
        return Received(number, parts=tuple(parts.values()) if len(parts) == part.total else ())

    def parts(self, message: int) -> dict[int, tuple[bytes, int]]:
        """The parts of a waiting text that are there: by number, the raw bytes and their data coding."""
        rows = self._work.ask(
            "SELECT number, payload, data_coding FROM message_part WHERE message = ? ORDER BY number", message
        )
        return {number: (bytes(payload), data_coding) for number, payload, data_coding in rows}

    def _open_set(self, part: InboundPart, at: int) -> int:
        work = self._work
        number = work.numbers.take(MESSAGE)
        sender = storable(part.sender)
        actor = self._directory.actor(sender)
        self._messages[number] = MessageRow(
            number,
            part.link,
            part.session,
            sender,
            storable(part.recipient),
            "",
            "",
            b"",
            part.data_coding,
            part.total,
            actor.contact if actor else None,
            "waiting",
            None,
            None,
            at,
            at,
            0,
            part.content_key,
            0,
            part.set_key,
            to_ms(part.waits_until),
        )
        return number

    def _part_again(self, message: int, part: InboundPart, at: int) -> None:
        self._work.say(
            "UPDATE message_part SET session = ?, arrived_at = ?, handled_at = ?, late = ? "
            "WHERE message = ? AND number = ?",
            part.session,
            at,
            int(self._work.clock() * 1000),
            False,
            message,
            part.number,
        )

    def give_up(self, message: int) -> Received | None:
        """Parts are missing past the deadline: the waiting text becomes the current message, to be told so.

        None when it waits no longer. `parts` are those that did come.
        """
        work = self._work
        found = work.ask(
            "SELECT sender, contact, received_at FROM message_in WHERE id = ? AND state = 'waiting'", message
        )
        if not found:
            return None
        work.say(
            "UPDATE message_in SET state = 'failed', error = 'parts are missing', deadline_at = NULL WHERE id = ?",
            message,
        )
        sender, contact, at = found[0]
        work.begin(at, message, sender, contact)
        return Received(message, parts=tuple(self.parts(message).values()))
