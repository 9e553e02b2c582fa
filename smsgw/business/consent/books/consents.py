"""STOP and START in the database: what a phone said, what went to it unasked, and what a STOP holds back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from smsgw.business.consent.books import people
from smsgw.business.consent.rules import ALL, Consent, ConsentGiven, restricted, silenced, stopped
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.messages.books.outbox import PRIORITY
from smsgw.store import audit
from smsgw.store.instants import to_ms
from smsgw.store.workspace import Workspace

# What nobody asked for. An answer to a command is never held back.
UNASKED = ("broadcast", "reminder")
# By the index of what is queued, which is in the order of priorities.
_WAITING = (
    f"state = 'queued' AND priority >= {min(PRIORITY[kind] for kind in UNASKED)} "
    f"AND kind IN ({', '.join(repr(kind) for kind in UNASKED)})"
)

LATELY = 1_000  # words that are looked through for those said elsewhere


def words(work: Workspace, phone: str) -> list[Consent]:
    """The STOPs and STARTs of a phone, oldest first."""
    return [
        Consent(topic, bool(granted))
        for topic, granted in work.ask("SELECT topic, granted FROM consent WHERE phone = ? ORDER BY id", phone)
    ]


def noticed(work: Workspace, phone: str, since: int) -> bool:
    """Whether a broadcast or reminder went to a phone at or after `since` (milliseconds)."""
    return bool(
        work.ask(
            "SELECT 1 FROM message_out WHERE kind = 'reminder' AND recipient = ? AND sent_at >= ? "
            "UNION ALL SELECT 1 FROM broadcast_recipient r JOIN message_out m "
            "ON m.broadcast = r.broadcast AND m.recipient = r.phone WHERE r.phone = ? AND m.sent_at >= ? LIMIT 1",
            phone,
            since,
            phone,
            since,
        )
    )


def decide(
    work: Workspace, phone: str, topic: str, granted: bool, *, author: str | None = None, wording: str | None = None
) -> None:
    """Keep a word of a phone, said by the message at hand or for it by `author`; a STOP cancels what still waits.

    What a daemon has in hand is the daemon's to withdraw: it knows whether it is on its way.
    """
    work.say(
        "INSERT INTO consent (phone, topic, granted, message, decided_at, author, wording) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        phone,
        topic,
        granted,
        work.message,
        work.at,
        author,
        wording,
    )
    if granted:
        return
    about, topics = _about(topic)
    work.say(
        "UPDATE message_out SET state = 'cancelled', final_at = ?, error = 'stopped' "
        f"WHERE {_WAITING} AND recipient = ? AND run IS NULL{about}",
        work.at,
        phone,
        *topics,
    )


def decide_for(work: Workspace, phone: str, topic: str, granted: bool, author: str, why: str) -> bool:
    """Keep what somebody decides for a phone, on the trail too; whether it says anything new: else nothing is kept."""
    heard = words(work, phone)
    if granted:
        new = stopped(heard, topic) if topic != ALL else restricted(heard)
    else:
        new = not stopped(heard, topic) if topic != ALL else not silenced(heard)
    if new:
        decide(work, phone, topic, granted, author=author, wording=why)
        what = "consent given" if granted else "consent withdrawn"
        audit.record(work.connection, work.at, author, what, phone, {"topic": topic, "why": why})
    return new


def in_flight(work: Workspace, phone: str, topic: str) -> list[int]:
    """The ids of the texts that a STOP of a phone is about and that some daemon has in flight."""
    about, topics = _about(topic)
    found = work.ask(
        f"SELECT id FROM message_out WHERE {_WAITING} AND recipient = ?{about} ORDER BY id", phone, *topics
    )
    return [number for (number,) in found]


def forbidden(work: Workspace, since: int) -> list[int]:
    """Texts that wait though a STOP since then (milliseconds) is about them: those that some daemon has in flight.

    A daemon asks at once where a STOP arrives at it, and now and then for those said to others, or to an operator.
    """
    driver = work.driver
    said = work.ask(
        "SELECT DISTINCT phone FROM consent "
        f"WHERE id > (SELECT max(id) FROM consent) - {LATELY} AND NOT granted AND decided_at >= ?",
        since,
    )
    if not said:
        return []
    waiting = driver.ask(
        "SELECT id, recipient, broadcast, topic FROM message_out "
        f"WHERE {_WAITING} AND {driver.among('recipient')} ORDER BY id",
        driver.listed([phone for (phone,) in said]),
    )
    if not waiting:
        return []
    jobs = sorted({job for _, _, job, _ in waiting if job is not None})
    question = f"SELECT reference, topic FROM broadcast WHERE {driver.among('reference')}"
    topics: dict[str | None, str] = {row[0]: row[1] for row in driver.ask(question, driver.listed(jobs))}
    heard = {phone: words(work, phone) for phone in sorted({phone for _, phone, _, _ in waiting})}
    return [number for number, phone, job, own in waiting if stopped(heard[phone], topics.get(job, own or ALL))]


def _about(topic: str) -> tuple[str, tuple[str, ...]]:
    if topic == ALL:
        return "", ()
    return " AND (topic = ? OR broadcast IN (SELECT reference FROM broadcast WHERE topic = ?))", (topic, topic)


class StoredConsents:
    """See `smsgw.business.consent.rules.Consents`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work

    def history(self, phone: str) -> Sequence[Consent]:
        return words(self._work, phone)

    def noticed(self, phone: str, since: datetime) -> bool:
        return noticed(self._work, phone, to_ms(since))

    def owners_hearing(self, dealer: str, topic: str) -> Sequence[str]:
        return people.hearing(self._work.connection, dealer, topic)

    def decide(self, record: ConsentGiven) -> None:
        decide(self._work, record.phone, record.topic, record.granted)


def _tell(work: Workspace, record: ConsentGiven) -> Fact:
    return "consent", "given" if record.granted else "withdrawn", record.phone, {"topic": record.topic}


BOOKS = StoredConsents
RECORDS = {ConsentGiven: Effect(StoredConsents.decide, tells=_tell)}
