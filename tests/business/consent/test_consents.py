"""STOP and START in the database: which text said it, what waits no longer, and whether a notice went out recently."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.consent.books import consents
from smsgw.business.consent.rules import Consent, ConsentGiven
from smsgw.business.messages.books.lives import begin_run
from smsgw.business.messages.books.outcomes import Taken
from smsgw.store.instants import to_ms
from tests.business.world import CLERK, NOON, OWNER, FixedClock, bookkeeper, furnish, inbound

AT = to_ms(NOON)


@pytest.fixture
def keeper(engine: Engine) -> Bookkeeper:
    furnish(engine)
    with engine.begin() as connection:
        run = begin_run(connection, "here", 1, AT)
    return bookkeeper(engine, FixedClock(), run=run)


def rows(keeper: Bookkeeper, question: str) -> list[tuple[Any, ...]]:
    with keeper.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def test_a_word_is_kept_with_the_text_that_said_it_or_with_who_said_it_for_the_phone(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        message = books.receive(inbound("STOP")).message
        books.apply([ConsentGiven(OWNER, "", False)])
    with keeper.transaction(NOON) as books:
        books.begin(NOON)
        consents.decide(books.work, OWNER, "prices", True, author="li.wei", wording="agreed on the phone")
        assert books.consent.history(OWNER) == [Consent("", False), Consent("prices", True)]
        assert books.consent.history(CLERK) == []
    assert rows(keeper, "SELECT message, author, wording, decided_at FROM consent ORDER BY id") == [
        (message, None, None, AT),
        (None, "li.wei", "agreed on the phone", AT),
    ]


def test_a_stop_cancels_what_waits_unasked_and_nothing_else(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        for number, kind in enumerate(("broadcast", "reminder", "reply", "question")):
            books.outbox.put(OWNER, f"{number}", kind=kind, claimed=False)
        books.outbox.put(CLERK, "4", kind="broadcast", claimed=False)
        books.outbox.put(OWNER, "5", kind="broadcast")
        books.apply([ConsentGiven(OWNER, "", False)])
    assert rows(keeper, "SELECT text, state, error FROM message_out ORDER BY id") == [
        ("0", "cancelled", "stopped"),
        ("1", "cancelled", "stopped"),
        ("2", "queued", None),
        ("3", "queued", None),
        ("4", "queued", None),
        ("5", "queued", None),
    ]


def test_a_stop_of_a_topic_cancels_the_broadcasts_of_that_topic(keeper: Bookkeeper) -> None:
    with keeper.engine.begin() as connection:
        for reference, topic in (("B1", "prices"), ("B2", "stock")):
            connection.execute(
                text(
                    'INSERT INTO broadcast (reference, name, state, topic, audience, texts, "window", author, '
                    "created_at, recipients, skipped, parts, cost, currency) VALUES "
                    "(:reference, '', 'running', :topic, 'all', '{}', '', 'hq', 1, 1, '{}', 1, 0, 'CNY')"
                ),
                {"reference": reference, "topic": topic},
            )
    with keeper.transaction(NOON) as books:
        ours = [books.outbox.put(OWNER, name, kind="broadcast", claimed=False) for name in ("B1", "B2")]
        books.work.flush()
        for row in ours:
            books.work.say("UPDATE message_out SET broadcast = ? WHERE id = ?", row.text, row.id)
        books.apply([ConsentGiven(OWNER, "prices", False)])
    assert rows(keeper, "SELECT text, state FROM message_out ORDER BY id") == [("B1", "cancelled"), ("B2", "queued")]


def test_a_phone_is_noticed_by_a_reminder_that_was_sent_since(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        reminder = books.outbox.put(OWNER, "Please report", kind="reminder")
        answer = books.outbox.put(CLERK, "OK", kind="reply")
        assert not books.consent.was_notified(OWNER, NOON)
        for row in (reminder, answer):
            books.outcomes.record_sent(
                row.id, AT, "operator-a", [Taken(1, str(row.id), str(row.id))], attempts=1, parts=1
            )
        assert books.consent.was_notified(OWNER, NOON)
        assert not books.consent.was_notified(OWNER, NOON + timedelta(seconds=1))
        assert not books.consent.was_notified(CLERK, NOON)


def test_a_phone_is_noticed_by_a_broadcast_that_was_sent_since(keeper: Bookkeeper) -> None:
    with keeper.engine.begin() as connection:
        connection.execute(
            text(
                'INSERT INTO broadcast (reference, name, state, topic, audience, texts, "window", author, created_at, '
                "recipients, skipped, parts, cost, currency) VALUES "
                "('B1', '', 'running', '', 'all', '{}', '', 'hq', 1, 1, '{}', 1, 0, 'CNY')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO broadcast_recipient (broadcast, zone, position, phone, language) "
                "VALUES ('B1', 'Asia/Shanghai', 1, :phone, 'en')"
            ),
            {"phone": OWNER},
        )
    with keeper.transaction(NOON) as books:
        row = books.outbox.put(OWNER, "New prices", kind="broadcast")
        books.work.flush()
        books.work.say("UPDATE message_out SET broadcast = 'B1', sent_at = ? WHERE id = ?", AT, row.id)
        assert books.consent.was_notified(OWNER, NOON)
        assert not books.consent.was_notified(OWNER, NOON + timedelta(seconds=1))


def test_what_a_stop_of_lately_forbids_is_named_wherever_it_was_said(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        kept = [books.outbox.put(OWNER, "claimed", kind=kind) for kind in ("broadcast", "reminder", "reply")]
        books.outbox.put(CLERK, "claimed", kind="broadcast")
        books.apply([ConsentGiven(OWNER, "", False)])
        assert consents.list_forbidden(books.work, AT) == [kept[0].id, kept[1].id]
        assert consents.list_forbidden(books.work, AT + 1) == []
        consents.decide(books.work, CLERK, "prices", False)
        assert consents.list_forbidden(books.work, AT) == [kept[0].id, kept[1].id]
        consents.decide(books.work, OWNER, "", True)
        assert consents.list_forbidden(books.work, AT) == []
