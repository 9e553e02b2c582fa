"""What is to be sent, what became of it, and receipts: early, late, twice, unknown, in parts, and never backwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from smsgw.business.books import StoreBooks
from smsgw.business.messages.books.lives import beat, begin_run, end_run, recover
from smsgw.business.messages.books.outbox import OutboxRow
from smsgw.business.messages.books.outcomes import Taken
from smsgw.business.messages.books.receipts import Kept, Receipt
from smsgw.store.instants import to_ms
from tests.business.world import NOON, OWNER, FixedClock, bookkeeper, furnish, inbound

AT = to_ms(NOON)


class Post:
    """An outbox, and a transaction for each thing that happens to it."""

    def __init__(self, engine: Engine) -> None:
        furnish(engine)
        self.engine = engine
        self.clock = FixedClock()
        with engine.begin() as connection:
            self.run = begin_run(connection, "here", 1, AT)
        self.keeper = bookkeeper(engine, self.clock, run=self.run)

    def tell(self, what: Callable[[StoreBooks], Any]) -> Any:
        with self.keeper.transaction(self.clock.at) as books:
            return what(books)

    def put(self, words: str = "OK S1001", **more: Any) -> OutboxRow:
        row: OutboxRow = self.tell(lambda books: books.outbox.put(OWNER, words, **more))
        return row

    def sent(self, message: int, *ids: str, parts: int = 0) -> None:
        taken = [Taken(number, smsc_id, smsc_id.lower()) for number, smsc_id in enumerate(ids, start=1)]
        self.tell(
            lambda books: books.outcomes.record_sent(
                message, AT, "operator-a", taken, attempts=1, parts=parts or len(ids)
            )
        )

    def receipt(self, smsc_id: str, state: str = "delivered", link: str = "operator-a", *keys: str) -> int | None:
        return self.told(
            Receipt(link, smsc_id, keys or (smsc_id.lower(),), state, NOON, state.upper()[:7], "000")
        ).message

    def told(self, receipt: Receipt) -> Kept:
        kept: Kept = self.tell(lambda books: books.outcomes.receipt(receipt))
        return kept

    def state(self, message: int) -> str:
        return str(self.rows(f"SELECT state FROM message_out WHERE id = {message}")[0][0])

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]


@pytest.fixture
def post(engine: Engine) -> Post:
    return Post(engine)


def test_an_answer_waits_in_the_outbox_in_the_hands_of_this_daemon(post: Post) -> None:
    def answer(books: StoreBooks) -> OutboxRow:
        books.receive(inbound("STOCK"))
        return books.reply("A350 3", link="operator-a", not_after=AT + 1000)

    row = post.tell(answer)
    assert (row.recipient, row.kind, row.priority, row.link, row.created_at) == (OWNER, "reply", 0, "operator-a", AT)
    assert post.rows("SELECT id, text, state, run, in_reply_to, not_after, parts FROM message_out") == [
        (row.id, "A350 3", "queued", post.run, row.in_reply_to, AT + 1000, 1)
    ]


def test_a_text_is_answered_once(post: Post) -> None:
    def twice(books: StoreBooks) -> None:
        books.receive(inbound("STOCK"))
        books.reply("one")
        books.reply("two")

    with pytest.raises(Exception, match=r"(?i)unique") as caught:
        post.tell(twice)
    assert "Integrity" in type(caught.value).__name__ or "Unique" in type(caught.value).__name__
    assert not isinstance(caught.value, IntegrityError)  # the driver's own error, as the driver module says
    assert post.rows("SELECT count(*) FROM message_in") == [(0,)]


def test_an_id_names_one_text_whether_in_or_out(post: Post) -> None:
    def three(books: StoreBooks) -> set[int]:
        first = books.receive(inbound("one")).message
        answer = books.reply("1").id
        return {first, answer, books.receive(inbound("two")).message}

    assert len(post.tell(three)) == 3


def test_a_text_the_smsc_took_is_sent(post: Post) -> None:
    row = post.put()
    post.sent(row.id, "3F2A")
    assert post.rows("SELECT state, sent_at, link, attempts, parts FROM message_out") == [
        ("sent", AT, "operator-a", 1, 1)
    ]
    assert post.rows("SELECT message, number, smsc_id, match_key, state FROM message_out_part") == [
        (row.id, 1, "3F2A", "3f2a", "sent")
    ]


@pytest.mark.parametrize("state", ["delivered", "failed", "expired"])
def test_a_receipt_ends_a_text(post: Post, state: str) -> None:
    row = post.put()
    post.sent(row.id, "A1")
    assert post.receipt("A1", state) == row.id
    assert post.state(row.id) == state
    assert post.rows("SELECT message, number, state, error FROM delivery_receipt") == [(row.id, 1, state, "000")]


@pytest.mark.parametrize("state", ["enroute", "unknown"])
def test_news_on_the_way_changes_nothing_and_is_kept(post: Post, state: str) -> None:
    row = post.put()
    post.sent(row.id, "A1")
    post.receipt("A1", state)
    assert post.state(row.id) == "sent"
    assert post.rows("SELECT state FROM delivery_receipt") == [(state,)]


@pytest.mark.parametrize("first", ["delivered", "failed", "expired"])
@pytest.mark.parametrize("second", ["delivered", "failed", "expired", "enroute"])
def test_a_final_state_is_never_left(post: Post, first: str, second: str) -> None:
    row = post.put()
    post.sent(row.id, "A1")
    post.receipt("A1", first)
    post.receipt("A1", second)
    post.tell(lambda books: books.outcomes.record_failed(row.id, AT, "late", attempts=2))
    assert post.state(row.id) == first
    assert len(post.rows("SELECT id FROM delivery_receipt")) == 2


def test_two_receipts_in_one_batch_keep_their_order(post: Post) -> None:
    row = post.put()
    post.sent(row.id, "A1")

    def both(books: StoreBooks) -> None:
        for state in ("failed", "delivered"):
            books.outcomes.receipt(Receipt("operator-a", "A1", ("a1",), state, NOON))

    post.tell(both)
    assert post.state(row.id) == "failed"


def test_a_receipt_that_comes_before_the_submit_is_answered_is_parked_and_claimed(post: Post) -> None:
    row = post.put()
    assert post.receipt("0000ABC", "delivered", "operator-a", "0000abc", "abc", "2748") is None
    assert len(post.rows("SELECT match_key FROM parked_receipt")) == 3
    post.sent(row.id, "ABC")
    assert post.state(row.id) == "delivered"
    assert post.rows("SELECT match_key FROM parked_receipt") == []
    assert post.rows("SELECT message, number FROM delivery_receipt") == [(row.id, 1)]


def test_a_parked_receipt_and_its_submit_may_be_of_one_batch_in_either_order(post: Post) -> None:
    one, two = post.put("one"), post.put("two")

    def both(books: StoreBooks) -> None:
        outcomes = books.outcomes
        outcomes.receipt(Receipt("operator-a", "A", ("a",), "delivered", NOON))
        outcomes.record_sent(one.id, AT, "operator-a", [Taken(1, "A", "a")], attempts=1, parts=1)
        outcomes.record_sent(two.id, AT, "operator-a", [Taken(1, "B", "b")], attempts=1, parts=1)
        outcomes.receipt(Receipt("operator-a", "B", ("b",), "failed", NOON))

    post.tell(both)
    assert (post.state(one.id), post.state(two.id)) == ("delivered", "failed")


def test_a_parked_receipt_survives_a_restart(post: Post) -> None:
    row = post.put()
    post.receipt("A1")
    post.keeper = bookkeeper(post.engine, post.clock)
    post.sent(row.id, "A1")
    assert post.state(row.id) == "delivered"


def test_an_id_used_again_means_the_newest_text_on_the_same_link(post: Post) -> None:
    old, new, elsewhere = post.put("old"), post.put("new"), post.put("elsewhere")
    post.sent(old.id, "7")
    post.sent(new.id, "7")
    post.tell(
        lambda books: books.outcomes.record_sent(
            elsewhere.id, AT, "operator-b", [Taken(1, "7", "7")], attempts=1, parts=1
        )
    )
    assert post.receipt("7") == new.id
    assert post.receipt("7", "delivered", "operator-b") == elsewhere.id


def test_the_likeliest_form_of_an_id_is_tried_first(post: Post) -> None:
    decimal, hexadecimal = post.put("decimal"), post.put("hexadecimal")
    post.sent(decimal.id, "100")
    post.sent(hexadecimal.id, "64")
    assert post.receipt("100", "delivered", "operator-a", "100", "64") == decimal.id


def test_a_text_of_parts_is_delivered_when_all_its_parts_are(post: Post) -> None:
    row = post.put()
    post.sent(row.id, "A", "B", "C")
    post.receipt("B")
    post.receipt("A")
    assert post.state(row.id) == "sent"
    post.receipt("C")
    assert post.state(row.id) == "delivered"


def test_a_text_of_parts_fails_with_the_first_part_that_does(post: Post) -> None:
    row = post.put()
    post.sent(row.id, "A", "B")
    post.receipt("A", "failed")
    post.receipt("B")
    assert post.state(row.id) == "failed"


def test_a_text_of_parts_is_not_delivered_while_one_of_them_has_not_been_taken(post: Post) -> None:
    row = post.put()
    post.sent(row.id, "A", parts=2)
    post.receipt("A")
    assert post.state(row.id) == "sent"


def test_what_is_refused_for_now_stays_queued(post: Post) -> None:
    row = post.put()
    post.tell(lambda books: books.outcomes.record_retry(row.id, AT + 5000, "ESME_RTHROTTLED", attempts=2))
    assert post.rows("SELECT state, attempts, not_before, error FROM message_out") == [
        ("queued", 2, AT + 5000, "ESME_RTHROTTLED")
    ]


def test_what_nobody_can_tell_is_unknown_or_sent_again_and_a_receipt_settles_it(post: Post) -> None:
    row, again = post.put(), post.put("again")
    post.tell(lambda books: books.outcomes.record_unknown(row.id, AT, attempts=1))
    post.tell(lambda books: books.outcomes.record_unknown(again.id, AT, attempts=1, again=AT + 60_000))
    assert (post.state(row.id), post.state(again.id)) == ("unknown", "queued")
    post.sent(row.id, "A1")  # its answer came after all
    post.receipt("A1")
    assert post.state(row.id) == "delivered"


def test_texts_refused_for_good_and_too_old_ones_are_told_apart(post: Post) -> None:
    failed, expired = post.put("a"), post.put("b")
    post.tell(lambda books: books.outcomes.record_failed(failed.id, AT, "ESME_RINVDSTADR", attempts=1))
    post.tell(lambda books: books.outcomes.record_expired(expired.id, AT, attempts=0))
    assert post.rows("SELECT state, error FROM message_out ORDER BY id") == [
        ("failed", "ESME_RINVDSTADR"),
        ("expired", None),
    ]


def test_odd_characters_in_a_receipt_do_not_stop_it(post: Post) -> None:
    row = post.put()
    post.sent(row.id, "A\x001")
    found = post.tell(
        lambda books: books.outcomes.receipt(
            Receipt("operator-a", "A\x001", ("a\x001", "a\x001"), "delivered", NOON, "DELIVRD\x00" * 9, "\ud800", NOON)
        )
    )
    assert found.message == row.id


# ---- runs


def take_over(post: Post, run: int, **more: Any) -> Any:
    with post.engine.begin() as connection:
        return recover(connection, run, to_ms(post.clock.at), **more)


def successor(post: Post, seconds: float = 120) -> int:
    """A daemon that begins after the other has died."""
    post.clock.move(seconds)
    with post.engine.begin() as connection:
        return begin_run(connection, "here", 2, to_ms(post.clock.at))


def test_the_answers_of_a_dead_daemon_are_sent_by_the_next_one(post: Post) -> None:
    first, second = post.put("one", link="operator-a"), post.put("two", kind="question")
    post.sent(post.put("done").id, "A1")
    new = successor(post)
    found = take_over(post, new)
    assert [row.text for row in found.rows] == ["one", "two"]
    assert found.rows == (first, second)
    assert found.unknown == 0
    assert post.rows("SELECT DISTINCT run FROM message_out WHERE state = 'queued'") == [(new,)]
    assert take_over(post, new).rows == ()


def test_broadcasts_that_a_dead_daemon_had_claimed_become_unknown_and_others_are_sent(post: Post) -> None:
    claimed, waiting = post.put("claimed", kind="broadcast"), post.put("waiting", kind="broadcast", claimed=False)
    found = take_over(post, successor(post))
    assert ([row.id for row in found.rows], found.unknown) == ([waiting.id], 1)
    assert post.state(claimed.id) == "unknown"


def test_what_a_living_daemon_has_claimed_is_left_to_it(post: Post) -> None:
    if post.engine.dialect.name == "sqlite":
        pytest.skip("a SQLite database has one daemon")
    post.put()
    new = successor(post, 50)
    assert take_over(post, new).rows == ()
    post.clock.move(50)
    with post.engine.begin() as connection:
        beat(connection, post.run, to_ms(post.clock.at))
    post.clock.move(50)
    assert take_over(post, new).rows == ()
    with post.engine.begin() as connection:
        end_run(connection, post.run, to_ms(post.clock.at))
    assert len(take_over(post, new).rows) == 1


def test_texts_are_taken_over_by_priority_and_age_and_only_for_links_that_are_here(post: Post) -> None:
    for kind in ("broadcast", "reply", "question", "reminder", "reply", "broadcast"):
        post.put(kind, kind=kind, claimed=False)
    post.put("elsewhere", link="operator-b", claimed=False)
    new = successor(post)
    found = take_over(post, new, links=["operator-a"], limit=2, bulk=0)
    assert [(row.text, row.priority) for row in found.rows] == [("reply", 0), ("reply", 0)]
    found = take_over(post, new, links=["operator-a"], limit=2, bulk=2)
    assert [row.text for row in found.rows] == ["question", "reminder", "broadcast"]
    assert [row.text for row in take_over(post, new, links=["operator-a"], limit=0).rows] == ["broadcast"]


def test_what_is_to_be_sent_much_later_stays_in_the_outbox(post: Post) -> None:
    later = to_ms(post.clock.at) + 3_600_000
    row = post.put(kind="reminder", not_before=later, claimed=False)
    new = successor(post, 1)
    assert take_over(post, new).rows == ()
    post.clock.move(3_590)
    assert [each.id for each in take_over(post, new).rows] == [row.id]


def test_texts_given_back_are_anybodys_and_cancelled_ones_nobodys(post: Post) -> None:
    first, second, third = (post.put(kind="broadcast") for _ in range(3))
    post.tell(lambda books: books.outcomes.record_released([first.id]))
    post.tell(lambda books: books.outcomes.record_retry(second.id, AT + 5, "busy", attempts=1, give_back=True))
    post.tell(lambda books: books.outcomes.record_cancelled([third.id], AT, "stopped"))
    assert [each.id for each in take_over(post, post.run).rows] == [first.id, second.id]
    assert post.rows("SELECT state, error, attempts FROM message_out ORDER BY id") == [
        ("queued", None, 0),
        ("queued", "busy", 1),
        ("cancelled", "stopped", 0),
    ]


def test_times_and_attempts_come_back_with_a_row_that_is_taken_over(post: Post) -> None:
    row = post.put(not_before=AT + 1, not_after=AT + int(timedelta(hours=1).total_seconds() * 1000), source="1069")
    post.tell(lambda books: books.outcomes.record_retry(row.id, AT + 7, "busy", attempts=3))
    found = take_over(post, successor(post)).rows[0]
    assert (found.attempts, found.not_before, found.not_after, found.source) == (3, AT + 7, row.not_after, "1069")
