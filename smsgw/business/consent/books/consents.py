"""STOP and START in the database: what a phone said, and what went to it unasked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from smsgw.business import registry
from smsgw.business.consent.books import people
from smsgw.business.consent.rules import (
    ALL,
    Consent,
    ConsentGiven,
    has_stopped,
    has_stopped_anything,
    has_stopped_everything,
)
from smsgw.business.core.opening import Effect, Fact, Opening
from smsgw.business.messages.books.withdrawals import WAITING
from smsgw.store.instants import to_ms
from smsgw.store.workspace import Workspace

LATELY = 1_000  # words that are looked through for those said elsewhere


def words(work: Workspace, phone: str) -> list[Consent]:
    """The STOPs and STARTs of a phone, oldest first."""
    return [
        Consent(topic, bool(granted))
        for topic, granted in work.ask("SELECT topic, granted FROM consent WHERE phone = ? ORDER BY id", phone)
    ]


def was_notified(work: Workspace, phone: str, since: int) -> bool:
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
    """Keep a word of a phone, said by the current message or for it by `author`.

    What still waits for it is cancelled by a STOP: whoever has something to withdraw answers `withdraw`.
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
    if not granted:
        registry.tell("withdraw", work, phone, topic)


def is_news(work: Workspace, phone: str, topic: str, granted: bool) -> bool:
    """Whether a word would change what holds for a phone."""
    heard = words(work, phone)
    if granted:
        return has_stopped(heard, topic) if topic != ALL else has_stopped_anything(heard)
    return not has_stopped(heard, topic) if topic != ALL else not has_stopped_everything(heard)


def list_forbidden(work: Workspace, since: int) -> list[int]:
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
        f"WHERE {WAITING} AND {driver.among('recipient')} ORDER BY id",
        driver.listed([phone for (phone,) in said]),
    )
    if not waiting:
        return []
    jobs = sorted({job for _, _, job, _ in waiting if job is not None})
    question = f"SELECT reference, topic FROM broadcast WHERE {driver.among('reference')}"
    topics: dict[str | None, str] = {row[0]: row[1] for row in driver.ask(question, driver.listed(jobs))}
    heard = {phone: words(work, phone) for phone in sorted({phone for _, phone, _, _ in waiting})}
    return [number for number, phone, job, own in waiting if has_stopped(heard[phone], topics.get(job, own or ALL))]


class StoredConsents:
    """See `smsgw.business.consent.rules.Consents`."""

    def __init__(self, opening: Opening) -> None:
        self._work = opening.work

    def history(self, phone: str) -> Sequence[Consent]:
        return words(self._work, phone)

    def was_notified(self, phone: str, since: datetime) -> bool:
        return was_notified(self._work, phone, to_ms(since))

    def owners_hearing(self, dealer: str, topic: str) -> Sequence[str]:
        return people.hearing(self._work.connection, dealer, topic)

    def decide(self, record: ConsentGiven) -> None:
        decide(self._work, record.phone, record.topic, record.granted)

    def is_news(self, phone: str, topic: str, granted: bool) -> bool:
        """Whether a word would change what holds for a phone."""
        return is_news(self._work, phone, topic, granted)

    def decide_for(self, phone: str, topic: str, granted: bool, author: str, why: str) -> None:
        """Keep what `author` says for a phone."""
        decide(self._work, phone, topic, granted, author=author, wording=why)


def _tell(work: Workspace, record: ConsentGiven) -> Fact:
    return "consent", "given" if record.granted else "withdrawn", record.phone, {"topic": record.topic}


BOOKS = StoredConsents
RECORDS = {ConsentGiven: Effect(StoredConsents.decide, tells=_tell)}
