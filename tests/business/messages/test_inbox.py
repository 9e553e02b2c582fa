"""Each text kept once, as it came: what is a redelivery, what is a person repeating himself, and texts in parts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.books import StoreBooks
from smsgw.business.messages.books.lives import begin_run, end_run
from smsgw.business.messages.rules import InboundPart, Received
from smsgw.store.instants import to_ms
from smsgw.values.storable import key_of, storable
from tests.business.world import NOON, OWNER, STRANGER, FixedClock, bookkeeper, furnish, inbound


class Desk:
    """Takes texts one by one, each in a transaction of its own, and keeps the clock."""

    def __init__(self, engine: Engine) -> None:
        furnish(engine)
        self.engine = engine
        self.clock = FixedClock()
        self.keeper = self.daemon()

    def daemon(self) -> Bookkeeper:
        """A daemon that has just begun."""
        with self.engine.begin() as connection:
            run = begin_run(connection, "here", 1, to_ms(self.clock.at))
        self.keeper = bookkeeper(self.engine, self.clock, run=run)
        return self.keeper

    def take(self, said: str, session: int = 1, **more: Any) -> Received:
        with self.keeper.transaction(self.clock.at) as books:
            return books.receive(inbound(said, session=session, at=self.clock.at, **more))

    def tell(self, what: Any) -> Any:
        with self.keeper.transaction(self.clock.at) as books:
            return what(books)

    def part(self, number: int, total: int = 2, session: int = 1, **more: Any) -> Received:
        values: dict[str, Any] = {
            "link": "operator-a",
            "session": session,
            "sender": OWNER,
            "recipient": "1069",
            "reference": 7,
            "width": 8,
            "number": number,
            "total": total,
            "payload": b"part %d" % number,
            "data_coding": 0,
            "received_at": self.clock.at,
            "waits_until": self.clock.at + timedelta(minutes=5),
        }
        with self.keeper.transaction(self.clock.at) as books:
            return books.inbox.receive_part(InboundPart(**{**values, **more}))

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def proved(session: int, until: datetime) -> Any:
    return lambda books: books.inbox.session_proved(session, to_ms(until))


def ended(session: int, at: datetime, *, clean: bool = False) -> Any:
    return lambda books: books.inbox.session_ended(session, to_ms(at), clean=clean)


def test_a_text_is_kept_as_it_came(desk: Desk) -> None:
    desk.take("S 1 \u00e9", payload=b"\x53\x20\x31\x05", data_coding=0, reading='{"commands":[]}')
    row = desk.rows(
        "SELECT sender, recipient, text, folded, payload, data_coding, contact, state, reading, received_at, session "
        "FROM message_in"
    )[0]
    contact = desk.rows(f"SELECT contact FROM phone WHERE number = '{OWNER}'")[0][0]
    assert (*row[:4], bytes(row[4]), *row[5:]) == (
        OWNER,
        "1069",
        "S 1 é",
        "S 1 É",
        b"\x53\x20\x31\x05",
        0,
        contact,
        "done",
        '{"commands":[]}',
        to_ms(NOON),
        1,
    )


def test_a_text_that_no_database_can_hold_is_kept_with_its_bytes(desk: Desk) -> None:
    payload = b"\x00\xd8\x00"
    desk.take("a\x00b\ud83d", payload=payload, reading='{"text":"\ud83d"}')
    said, raw, reading = desk.rows("SELECT text, payload, reading FROM message_in")[0]
    assert said == "a\ufffdb\ufffd"
    assert bytes(raw) == payload
    assert reading == '{"text":"\ufffd"}'


def test_an_identical_text_on_a_live_session_is_a_person_repeating_himself(desk: Desk) -> None:
    first = desk.take("STOCK")
    desk.clock.move(20)
    second = desk.take("STOCK")
    assert not second.redelivery
    assert second.message != first.message


def test_an_identical_text_in_one_batch_is_a_person_repeating_himself(desk: Desk) -> None:
    with desk.keeper.transaction(desk.clock.at) as books:
        assert not books.receive(inbound("STOCK")).redelivery
        assert not books.receive(inbound("STOCK", at=NOON + timedelta(seconds=2))).redelivery


def test_a_second_arrival_while_the_first_waited_too_long_is_a_redelivery(desk: Desk) -> None:
    """Both are of one batch: the database was slow, and the SMSC gave up waiting."""
    with desk.keeper.transaction(desk.clock.at) as books:
        first = books.receive(inbound("STOCK"))
        again = books.receive(inbound("STOCK", at=NOON + timedelta(seconds=6)))
    assert again == Received(first.message, redelivery=True)


def test_a_text_answered_too_late_is_known_when_it_comes_again(desk: Desk) -> None:
    with desk.keeper.transaction(desk.clock.at) as books:
        first = books.receive(inbound("STOCK"))
        desk.clock.move(6)  # the commit took so long
    desk.clock.move(1)
    assert desk.take("STOCK") == Received(first.message, redelivery=True)
    desk.clock.move(20)
    assert not desk.take("STOCK").redelivery  # the SMSC has now been answered promptly


def test_an_answer_that_left_us_late_is_told_by_the_gateway(desk: Desk) -> None:
    first = desk.take("STOCK")
    desk.tell(lambda books: books.inbox.answered_late([first.message]))
    desk.clock.move(10)
    assert desk.take("STOCK").redelivery


def test_a_text_answered_late_is_not_waited_for_the_whole_day(desk: Desk) -> None:
    first = desk.take("STOCK")
    desk.tell(lambda books: books.inbox.answered_late([first.message]))
    desk.clock.move(2 * 3600)
    assert not desk.take("STOCK").redelivery


def test_a_session_that_ended_without_proof_brings_its_texts_again(desk: Desk) -> None:
    first = desk.take("STOCK")
    desk.tell(ended(1, desk.clock.at))
    desk.clock.move(30)
    assert desk.take("STOCK", session=2) == Received(first.message, redelivery=True)
    assert desk.rows("SELECT redeliveries, session FROM message_in") == [(1, 2)]
    desk.clock.move(30)
    assert not desk.take("STOCK", session=2).redelivery  # now it is the person again


@pytest.mark.parametrize(
    "more",
    [{"sender": STRANGER}, {"recipient": "1070"}, {"payload": b"other bytes"}, {"data_coding": 8}],
    ids=lambda more: next(iter(more)),
)
def test_what_differs_in_content_is_no_redelivery(desk: Desk, more: dict[str, Any]) -> None:
    desk.take("STOCK")
    desk.tell(ended(1, desk.clock.at))
    assert not desk.take("STOCK", session=2, **more).redelivery


def test_a_redelivery_may_come_by_another_link(desk: Desk) -> None:
    desk.take("STOCK")
    desk.tell(ended(1, desk.clock.at))
    assert desk.take("STOCK", session=2, link="operator-b").redelivery


def test_proof_that_the_answer_was_read_ends_the_doubt(desk: Desk) -> None:
    desk.take("STOCK")
    desk.clock.move(5)
    desk.tell(proved(1, desk.clock.at))
    desk.tell(ended(1, desk.clock.at))
    assert not desk.take("STOCK", session=2).redelivery


def test_proof_of_earlier_answers_is_none_of_later_ones(desk: Desk) -> None:
    desk.tell(proved(1, desk.clock.at))
    desk.take("BALANCE")
    desk.tell(proved(1, desk.clock.at))  # until before the text
    desk.take("STOCK")
    desk.tell(ended(1, desk.clock.at))
    assert desk.take("STOCK", session=2).redelivery


def test_a_clean_unbind_is_proof(desk: Desk) -> None:
    desk.take("STOCK")
    desk.tell(ended(1, desk.clock.at, clean=True))
    assert not desk.take("STOCK", session=2).redelivery


def test_two_live_sessions_bring_texts_of_a_person(desk: Desk) -> None:
    desk.take("STOCK")
    assert not desk.take("STOCK", session=2).redelivery


def test_the_sessions_of_a_daemon_that_died_ended_without_proof(desk: Desk) -> None:
    first = desk.take("STOCK")
    desk.clock.move(120)
    desk.daemon()
    assert desk.take("STOCK", session=2) == Received(first.message, redelivery=True)


def test_a_daemon_that_ended_in_order_leaves_its_sessions_proved_only_by_themselves(desk: Desk) -> None:
    desk.take("STOCK")
    with desk.engine.begin() as connection:
        end_run(connection, desk.keeper.run or 0, to_ms(desk.clock.at))
    desk.daemon()
    assert desk.take("STOCK", session=2).redelivery


def test_a_day_later_an_equal_text_is_new_whatever_became_of_the_session(desk: Desk) -> None:
    desk.take("STOCK")
    desk.tell(ended(1, desk.clock.at))
    desk.clock.move(25 * 3600)
    assert not desk.take("STOCK", session=2).redelivery


# ---- parts


def test_parts_in_any_order_make_a_text_that_keeps_its_first_arrival(desk: Desk) -> None:
    second = desk.part(2, total=3)
    assert second.parts == ()
    assert desk.rows("SELECT state, parts, deadline_at FROM message_in") == [
        ("waiting", 3, to_ms(NOON + timedelta(minutes=5)))
    ]
    desk.clock.move(1)
    assert desk.part(3, total=3).parts == ()
    whole = desk.part(1, total=3)
    assert whole == Received(second.message, parts=((b"part 1", 0), (b"part 2", 0), (b"part 3", 0)))
    with desk.keeper.transaction(desk.clock.at) as books:
        taken = books.receive(inbound("S A350 1", at=desk.clock.at, message=whole.message))
        assert taken == Received(second.message)
        assert books.now == NOON
        books.reply("OK")
    assert desk.rows("SELECT text, state, parts, deadline_at FROM message_in") == [("S A350 1", "done", 3, None)]
    assert desk.rows("SELECT in_reply_to, recipient FROM message_out") == [(second.message, OWNER)]


def test_a_text_made_whole_twice_is_read_once(desk: Desk) -> None:
    desk.part(1)
    whole = desk.part(2)
    assert not desk.take("S A350 1", message=whole.message).redelivery
    assert desk.take("S A350 1", message=whole.message).redelivery


def test_parts_survive_a_restart(desk: Desk) -> None:
    first = desk.part(1)
    desk.clock.move(120)
    desk.daemon()
    assert desk.part(2, session=2) == Received(first.message, parts=((b"part 1", 0), (b"part 2", 0)))


def test_a_part_that_comes_twice_is_acknowledged_and_no_more(desk: Desk) -> None:
    first = desk.part(1)
    assert desk.part(1) == Received(first.message, redelivery=True)
    assert desk.rows("SELECT count(*) FROM message_part") == [(1,)]


def test_a_part_of_a_whole_text_that_is_delivered_again_begins_nothing(desk: Desk) -> None:
    desk.part(1)
    whole = desk.part(2)
    desk.take("S A350 1", message=whole.message)
    desk.tell(ended(1, desk.clock.at))
    assert desk.part(2, session=2) == Received(whole.message, redelivery=True)


def test_the_same_parts_on_a_live_session_are_the_text_said_again(desk: Desk) -> None:
    desk.part(1)
    whole = desk.part(2)
    desk.take("S A350 1", message=whole.message)
    assert desk.part(1).message != whole.message


@pytest.mark.parametrize(
    "more",
    [{"sender": STRANGER}, {"reference": 8}, {"width": 16}, {"total": 3}, {"recipient": "1070"}, {"link": "b"}],
    ids=lambda more: next(iter(more)),
)
def test_sets_of_parts_are_kept_apart(desk: Desk, more: dict[str, Any]) -> None:
    desk.part(1)
    assert desk.part(2, **more).parts == ()
    assert desk.rows("SELECT count(*) FROM message_in WHERE state = 'waiting'") == [(2,)]


def test_a_reference_used_for_another_text_begins_a_new_set(desk: Desk) -> None:
    old = desk.part(1)
    new = desk.part(1, payload=b"something else")
    assert new.message != old.message
    assert desk.part(2).parts == ((b"something else", 0), (b"part 2", 0))
    now = to_ms(desk.clock.at)
    assert desk.rows(f"SELECT id FROM message_in WHERE state = 'waiting' AND deadline_at <= {now}") == [(old.message,)]


def test_a_text_whose_parts_never_came_is_given_up_and_its_sender_told(desk: Desk) -> None:
    first = desk.part(2, total=3)

    def give_up(books: StoreBooks) -> Received | None:
        found = books.inbox.give_up(first.message)
        books.reply("Part 1 is missing")
        return found

    assert desk.tell(give_up) == Received(first.message, parts=((b"part 2", 0),))
    assert desk.rows("SELECT state, error FROM message_in") == [("failed", "parts are missing")]
    assert desk.rows("SELECT recipient, in_reply_to FROM message_out") == [(OWNER, first.message)]
    assert desk.tell(lambda books: books.inbox.give_up(first.message)) is None


# ---- outcomes and keys


def test_the_outcome_of_a_text_can_be_set_before_and_after_it_is_written(desk: Desk) -> None:
    def early(books: StoreBooks) -> None:
        books.receive(inbound("one"))
        books.inbox.outcome("ignored")

    def late(books: StoreBooks) -> None:
        books.receive(inbound("two"))
        books.work.flush()
        books.inbox.outcome("failed", "ValueError: no", '{"commands":[]}')

    desk.tell(early)
    desk.tell(late)
    assert desk.rows("SELECT text, state, error, reading FROM message_in ORDER BY id") == [
        ("one", "ignored", None, None),
        ("two", "failed", "ValueError: no", '{"commands":[]}'),
    ]


def test_keys_do_not_run_into_each_other() -> None:
    assert key_of("ab", "c") != key_of("a", "bc")
    assert key_of("\ud83d") != key_of("\ufffd")
    assert 0 <= key_of("x") < 2**63


def test_what_can_be_stored_is_left_as_it_is() -> None:
    assert storable("S A350 3") == "S A350 3"
    assert storable("销售 👍") == "销售 👍"
