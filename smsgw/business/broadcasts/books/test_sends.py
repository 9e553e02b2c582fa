"""Test sends: the text of a broadcast sent to chosen phones in advance."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.engine import Connection

from smsgw.business.audiences.books.eligibility import EligibilityFilter
from smsgw.business.audiences.books.people import Audience, parse_expression
from smsgw.business.broadcasts.books.estimate import language_of, speaks_of_dealers
from smsgw.business.broadcasts.books.merge_fields import Recipient, merge_values
from smsgw.business.broadcasts.rules.merge_fields import parse, render
from smsgw.business.directory.books.regions import regions
from smsgw.business.directory.tables import contact, phone
from smsgw.business.messages.books.outbox import PRIORITY
from smsgw.business.messages.tables import message_out
from smsgw.calendar.days import business_date
from smsgw.store import audit
from smsgw.store.numbers import MESSAGE


def send(
    connection: Connection,
    row: RowMapping,
    phones: Sequence[str],
    who: str,
    now: int,
    timezone: str,
    numbers: Callable[[str, int], list[int]],
) -> list[int]:
    """Queue the text of a broadcast to phones (E.164), in their languages, filled in as for its first recipient.

    The ids of the texts, which `numbers` gives (see `Transaction`). They are sent at any hour, for somebody waits for
    them, and are not part of the job.
    """
    texts = json.loads(row["texts"])
    wordings = {language: parse(text) for language, text in texts.items()}
    first = _first(connection, row, speaks_of_dealers(wordings), now, timezone)
    fields = {field for words in wordings.values() for field in words.fields}
    spoken = {
        row[0]: row[1]
        for row in connection.execute(
            select(phone.c.number, contact.c.language)
            .join(contact, contact.c.id == phone.c.contact)
            .where(phone.c.number.in_(phones))
        )
    }
    ids = numbers(MESSAGE, len(phones))
    for number, message in zip(phones, ids, strict=True):
        language = language_of(spoken.get(number), texts)
        seen = Recipient(number, None, None, language) if first is None else first
        (values,) = merge_values(connection, [seen], fields, regions(connection, timezone), now)
        connection.execute(
            insert(message_out).values(
                id=message,
                recipient=number,
                text=render(wordings[language], values),
                kind="reminder",
                priority=PRIORITY["reminder"],
                link=row["link"],
                source=row["source"],
                state="queued",
                parts=1,
                attempts=0,
                created_at=now,
                message_class=row["message_class"],
                author=who,
            )
        )
    audit.record(connection, now, who, "broadcast tested", row["reference"], {"phones": list(phones)})
    return ids


def _first(connection: Connection, row: RowMapping, of_dealer: bool, now: int, timezone: str) -> Recipient | None:
    """The first who would get it; None where nobody would."""
    tree = regions(connection, timezone)
    today = business_date(datetime.fromtimestamp(now / 1000, UTC), timezone)
    audience = Audience(connection, parse_expression(connection, row["audience"], today), tree)
    eligibility = EligibilityFilter(connection, row["topic"], now, of_dealer=of_dealer)
    after = ""
    while True:
        found, after = audience.page(after, 100)
        for who in eligibility.split(found)[0]:
            assert who.phone is not None
            return Recipient(who.phone, who.contact, who.dealer, who.language or "")
        if not after:
            return None
