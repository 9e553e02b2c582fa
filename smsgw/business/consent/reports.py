"""What phones said of notices and what holds now, for those who ask: by which text, or who said it for the phone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.engine import Connection

from smsgw.business.consent.rules import ALL, Consent, has_stopped
from smsgw.business.consent.tables import consent
from smsgw.business.directory.tables import contact, phone
from smsgw.business.messages.tables import message_in


@dataclass(frozen=True, slots=True)
class Word:
    """One STOP or START. `message` and `text`: the text that said it; `author` and `wording`: who did so for the phone,
    and why. `at` is in milliseconds.
    """

    id: int
    at: int
    topic: str
    granted: bool
    message: int | None
    text: str | None
    author: str | None
    wording: str | None

    @property
    def consent(self) -> Consent:
        return Consent(self.topic, self.granted)


@dataclass(frozen=True, slots=True)
class Somebody:
    """The person of a phone. `others` are their other phones, a STOP of any of which holds for the person."""

    contact: int
    name: str
    role: str
    dealer: str | None
    others: tuple[str, ...]


def list_words(connection: Connection, number: str) -> list[Word]:
    """The words of a phone, oldest first."""
    row = consent.c
    rows = connection.execute(
        select(row.id, row.decided_at, row.topic, row.granted, row.message, message_in.c.text, row.author, row.wording)
        .select_from(consent.outerjoin(message_in, message_in.c.id == row.message))
        .where(row.phone == number)
        .order_by(row.id)
    )
    return [Word(*found) for found in rows]


def find_notices_taken(words: Sequence[Word], topics: Iterable[str]) -> dict[str, bool]:
    """By topic, '' for notices of none, whether they may go to a phone: of these topics and of those it spoke of."""
    heard = [word.consent for word in words]
    named = dict.fromkeys((ALL, *topics, *(word.topic for word in words)))
    return {topic: not has_stopped(heard, topic) for topic in named}


def find_person(connection: Connection, number: str) -> Somebody | None:
    """Whose phone it is; None for a bare number."""
    found = connection.execute(
        select(contact.c.id, contact.c.name, contact.c.role, contact.c.dealer)
        .join(phone, phone.c.contact == contact.c.id)
        .where(phone.c.number == number)
    ).first()
    if found is None:
        return None
    others = select(phone.c.number).where(phone.c.contact == found.id, phone.c.number != number)
    return Somebody(*found, tuple(connection.scalars(others.order_by(phone.c.number))))


def list_phones(connection: Connection, topic: str, *, only_stopped: bool) -> Iterator[tuple[str, bool, int]]:
    """Phones that said something about a topic ('': about notices of none), whether they take its notices now, and when
    they last spoke of it (milliseconds); in order of their numbers.
    """
    row = consent.c
    rows = connection.execute(
        select(row.phone, row.topic, row.granted, row.decided_at)
        .where(row.topic.in_({ALL, topic}))
        .order_by(row.phone, row.id)
    )
    for number, words in groupby(rows, key=lambda found: found.phone):
        heard = list(words)
        gone = has_stopped([Consent(word.topic, bool(word.granted)) for word in heard], topic)
        if gone or not only_stopped:
            yield number, not gone, heard[-1].decided_at
