"""Texts of unknown outcome: listed, sent again once, closed; and a late answer that meets what a person decided."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from smsgw.business.broadcasts.books.unwanted import unwanted
from smsgw.business.core.principal import Person, PersonRole
from smsgw.business.core.session import Session
from smsgw.business.core.trade import Trade
from smsgw.business.messages import actions as unknown
from smsgw.business.messages.books.lives import recover
from smsgw.business.messages.books.outcomes import Taken
from smsgw.errors import Refused
from smsgw.store.instants import iso
from smsgw.store.transaction import only_reading
from tests.business.messages.test_outbox import AT, Post
from tests.business.world import OWNER

LATER = AT + 5_000


@pytest.fixture
def post(engine: Engine) -> Post:
    return Post(engine)


def session(connection: Connection, now: int) -> Session:
    return Session(Person("li", PersonRole.OPERATOR), now, only_reading(connection), Trade())


def lost(post: Post, words: str = "OK S1001", **more: Any) -> int:
    """A text that nobody can tell of."""
    row = post.put(words, link="operator-a", **more)
    post.tell(lambda books: books.outcomes.record_unknown(row.id, AT, attempts=3, link="operator-a"))
    return int(row.id)


def resend(post: Post, *ids: int, now: int = LATER) -> None:
    with post.engine.begin() as connection:
        unknown.resend(session(connection, now), ids, unwanted)


def settle(post: Post, state: str, *ids: int) -> None:
    with post.engine.begin() as connection:
        unknown.set_outcome(session(connection, LATER), ids, state)


def late(post: Post, message: int, smsc_id: str = "A1", *, taken_back: bool = False) -> bool:
    taken = [Taken(1, smsc_id, smsc_id.lower())]
    told: bool = post.tell(
        lambda books: books.outcomes.record_late(message, LATER, "operator-a", taken, parts=1, taken_back=taken_back)
    )
    return told


def job(post: Post, state: str = "running", topic: str = "") -> None:
    """A broadcast B1."""
    with post.engine.begin() as connection:
        connection.execute(
            text(
                'INSERT INTO broadcast (reference, name, state, topic, audience, texts, "window", author, created_at, '
                "recipients, skipped, parts, cost, currency) VALUES "
                "('B1', '', :state, :topic, 'all', '{}', '', 'hq', 1, 1, '{}', 1, 0, 'CNY')"
            ),
            {"state": state, "topic": topic},
        )


def said(post: Post, topic: str, granted: bool) -> None:
    with post.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO consent (phone, topic, granted, decided_at) VALUES (:phone, :topic, :granted, 1)"),
            {"phone": OWNER, "topic": topic, "granted": granted},
        )


def test_those_that_nobody_can_tell_of_are_listed_oldest_first_with_the_time_of_it(post: Post) -> None:
    first, second = lost(post, "one"), lost(post, "two", kind="broadcast")
    post.put("waits")
    with post.engine.connect() as connection:
        found = unknown.list_unknown(session(connection, LATER))
        assert [row["id"] for row in unknown.list_unknown(session(connection, LATER), 1)] == [second]
    assert [(row["id"], row["kind"], row["text"]) for row in found] == [
        (first, "reply", "one"),
        (second, "broadcast", "two"),
    ]
    assert {(row["phone"], row["link"], row["since"], row["error"]) for row in found} == {
        (OWNER, "operator-a", iso(AT), "no answer")
    }


def test_one_of_a_dead_daemon_is_listed_since_that_was_seen(post: Post) -> None:
    post.put("notice", kind="broadcast")
    with post.engine.begin() as connection:
        connection.execute(text("UPDATE run SET ended_at = 1"))
        assert recover(connection, post.run + 1, LATER).unknown == 1
        assert [row["since"] for row in unknown.list_unknown(session(connection, LATER))] == [iso(LATER)]


def test_a_resent_text_is_queued_once_for_any_daemon_as_if_it_were_new(post: Post) -> None:
    number = lost(post)
    resend(post, number, number)
    assert post.rows("SELECT state, run, attempts, not_before, sent_at, error FROM message_out") == [
        ("queued", None, 0, None, None, None)
    ]
    with pytest.raises(Refused, match=f"text {number} is queued"):
        resend(post, number)
    with post.engine.begin() as connection:
        assert [row.id for row in recover(connection, post.run, LATER).rows] == [number]


@pytest.mark.parametrize("decision", ["resend", "settle"])
def test_one_that_cannot_be_decided_leaves_all_as_they_were(post: Post, decision: str) -> None:
    number, other = lost(post), post.put("waits").id
    for wrong, why in ((other, "is queued, not unknown"), (99_999, "there is no text 99999")):
        with pytest.raises(Refused, match=why):
            resend(post, number, wrong) if decision == "resend" else settle(post, "sent", number, wrong)
    assert (post.state(number), post.state(other)) == ("unknown", "queued")


@pytest.mark.parametrize("state", ["sent", "failed"])
def test_a_settled_text_is_closed(post: Post, state: str) -> None:
    number = lost(post)
    settle(post, state, number)
    assert post.rows("SELECT state, error FROM message_out") == [(state, "closed by an operator")]
    for again in (resend, lambda post, number: settle(post, "sent", number)):
        with pytest.raises(Refused, match=f"is {state}, not unknown"):
            again(post, number)
    assert not late(post, number)
    assert post.state(number) == state


def test_what_is_of_no_more_use_is_not_sent_again(post: Post) -> None:
    number = lost(post, not_after=LATER)
    resend(post, number, now=LATER - 1)
    post.tell(lambda books: books.outcomes.record_unknown(number, AT, attempts=1, link="operator-a"))
    with pytest.raises(Refused, match="was of use until"):
        resend(post, number, now=LATER)


@pytest.mark.parametrize("kind", ["broadcast", "reminder"])
def test_a_notice_is_not_sent_again_after_a_stop_but_after_a_start(post: Post, kind: str) -> None:
    number = lost(post, kind=kind)
    answer = lost(post, "STOP is heard")
    said(post, "", granted=False)
    with pytest.raises(Refused, match="has said STOP since"):
        resend(post, number)
    resend(post, answer)  # it was asked for
    said(post, "", granted=True)
    resend(post, number)
    assert post.state(number) == "queued"


@pytest.mark.parametrize(("topic", "goes"), [("prices", False), ("offers", True)])
def test_a_stop_of_a_topic_holds_for_the_broadcasts_about_it(post: Post, topic: str, goes: bool) -> None:
    job(post, topic="prices")
    number = lost(post, kind="broadcast")
    post.tell(lambda books: books.work.say("UPDATE message_out SET broadcast = 'B1' WHERE id = ?", number))
    said(post, topic, granted=False)
    if goes:
        resend(post, number)
    else:
        with pytest.raises(Refused, match="STOP"):
            resend(post, number)


@pytest.mark.parametrize(("topic", "goes"), [("orders", False), ("prices", True)])
def test_a_stop_of_a_topic_holds_for_what_the_gateway_itself_tells_of_it(post: Post, topic: str, goes: bool) -> None:
    number = lost(post, kind="reminder")
    post.tell(lambda books: books.work.say("UPDATE message_out SET topic = 'orders' WHERE id = ?", number))
    said(post, topic, granted=False)
    if goes:
        resend(post, number)
    else:
        with pytest.raises(Refused, match="STOP"):
            resend(post, number)


@pytest.mark.parametrize("state", ["paused", "cancelled", "done"])
def test_a_text_of_a_job_that_does_not_run_is_not_queued_where_it_would_wait_for_ever(post: Post, state: str) -> None:
    job(post, state)
    number = lost(post, kind="broadcast")
    post.tell(lambda books: books.work.say("UPDATE message_out SET broadcast = 'B1' WHERE id = ?", number))
    with pytest.raises(Refused, match=f"is of B1, which is {state}"):
        resend(post, number)


def test_a_late_answer_to_a_text_that_nobody_decided_about_makes_it_sent_and_its_receipt_finds_it(post: Post) -> None:
    number = lost(post)
    assert late(post, number)
    assert post.rows("SELECT state, sent_at, error FROM message_out") == [("sent", LATER, None)]
    assert post.receipt("A1") == number
    assert post.state(number) == "delivered"


def test_a_late_answer_takes_back_what_is_to_be_sent_again_and_is_in_nobodys_hands(post: Post) -> None:
    number = lost(post)
    resend(post, number)
    assert late(post, number)
    assert post.state(number) == "sent"
    with post.engine.begin() as connection:
        assert not recover(connection, post.run, LATER).rows


@pytest.mark.parametrize("end", ["sent", "failed", "unknown"])
def test_a_late_answer_is_nothing_once_the_text_is_claimed_again(post: Post, end: str) -> None:
    number = lost(post)
    resend(post, number)
    with post.engine.begin() as connection:
        recover(connection, post.run, LATER)
    assert not late(post, number)
    assert post.state(number) == "queued"
    assert post.rows("SELECT smsc_id FROM message_out_part") == []
    if end == "sent":
        post.sent(number, "B2")
        assert not late(post, number)
        assert post.receipt("A1") is None  # the first submit's own: parked, not a second state
        assert post.receipt("B2") == number
        assert post.state(number) == "delivered"
    elif end == "failed":
        post.tell(lambda books: books.outcomes.record_failed(number, LATER, "ESME_RINVDSTADR", attempts=1))
        assert not late(post, number)
        assert post.state(number) == "failed"
    else:
        post.tell(lambda books: books.outcomes.record_unknown(number, LATER, attempts=1, link="operator-a"))
        assert late(post, number)  # that it was taken once is more than is known of the second
        assert not late(post, number, "B2")
        assert post.rows("SELECT state FROM message_out") == [("sent",)]
        assert post.rows("SELECT smsc_id FROM message_out_part") == [("A1",)]


def test_a_late_answer_to_a_text_that_was_claimed_again_and_is_taken_back_makes_it_sent(post: Post) -> None:
    number = lost(post)
    resend(post, number)
    with post.engine.begin() as connection:
        recover(connection, post.run, LATER)
    assert late(post, number, taken_back=True)
    assert post.state(number) == "sent"
