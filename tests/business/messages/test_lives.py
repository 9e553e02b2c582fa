"""Several daemons on one database: what one of them may believe of a text that another one took."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError as Wrapped

from smsgw.business.messages.books.incomplete import overdue
from smsgw.business.messages.books.lives import beat, begin_run
from smsgw.business.messages.rules import InboundPart
from smsgw.store.driver import Driver
from smsgw.store.instants import to_ms
from smsgw.store.liveness import seen_alive, show_life
from smsgw.store.names import Names
from smsgw.store.writer import Inline
from tests.business.world import (
    CLERK,
    FIELD,
    NOON,
    OTHER_OWNER,
    OWNER,
    STRANGER,
    FixedClock,
    bookkeeper,
    furnish,
    inbound,
    sale,
)


class Pair:
    """Two daemons; `second` judges what `first` took. `life` is the connection on which the first one shows life."""

    def __init__(self, engine: Engine) -> None:
        furnish(engine)
        self.engine = engine
        self.clock = FixedClock()
        with engine.begin() as connection:
            runs = [begin_run(connection, host, 1, to_ms(self.clock.at)) for host in ("here", "there")]
        self.first, self.second = (bookkeeper(engine, self.clock, run=run) for run in runs)
        self.life = engine.connect()
        show_life(self.life, runs[0])

    def take(self) -> None:
        with self.first.transaction(self.clock.at) as books:
            assert not books.receive(inbound("STOCK", at=self.clock.at)).redelivery

    def later(self, seconds: float) -> None:
        """The first one has given a sign of life meanwhile."""
        self.clock.move(seconds)
        with self.engine.begin() as connection:
            beat(connection, self.first.run or 0, to_ms(self.clock.at))

    def again(self) -> bool:
        """Whether the same text is a redelivery when the second one gets it."""
        with self.second.transaction(self.clock.at) as books:
            return books.receive(inbound("STOCK", session=2, at=self.clock.at)).redelivery


def missed(driver: Driver, run: int) -> bool:
    """Whether a daemon whose connection was closed is missed: the server ends a session a moment after its client."""
    until = monotonic() + 10
    while seen_alive(driver, run):
        if monotonic() > until:
            return False
    return True


@pytest.fixture
def pair(engine: Engine) -> Iterator[Pair]:
    if engine.dialect.name == "sqlite":
        pytest.skip("a SQLite database has one daemon")
    made = Pair(engine)
    yield made
    made.life.close()


def test_a_text_that_comes_to_another_daemon_in_the_moment_its_connection_breaks_is_a_redelivery(pair: Pair) -> None:
    """The first daemon has not told yet that its session ended."""
    pair.take()
    pair.later(5)
    assert pair.again()


def test_a_person_may_repeat_himself_to_another_daemon(pair: Pair) -> None:
    pair.take()
    pair.later(6)
    assert not pair.again()


def test_proof_on_the_other_daemons_session_makes_it_a_person_at_once(pair: Pair) -> None:
    pair.take()
    pair.later(1)
    with pair.first.transaction(pair.clock.at) as books:
        books.inbox.session_proved(1, to_ms(pair.clock.at))
    assert not pair.again()


def test_a_daemon_that_was_killed_is_missed_at_once(pair: Pair) -> None:
    """Its heartbeat is fresh, but its connection is gone."""
    pair.take()
    pair.later(30)
    pair.life.invalidate()
    with pair.engine.connect() as connection:
        assert missed(Driver(connection), pair.first.run or 0)
    assert pair.again()


def test_a_daemon_whose_machine_vanished_is_missed_after_a_minute(pair: Pair) -> None:
    """The server keeps its connection for long."""
    pair.take()
    pair.clock.move(61)
    assert pair.again()


def test_the_writer_of_a_daemon_shows_life_for_as_long_as_it_has_its_connection(pair: Pair) -> None:
    run = pair.second.run
    assert run is not None
    writer = Inline(pair.second)
    with pair.engine.connect() as connection:
        driver = Driver(connection)
        assert not seen_alive(driver, run)
        writer.run([sale("860123450000010")])
        assert seen_alive(driver, run)
        writer.close()
        assert missed(driver, run)


def test_a_text_whose_parts_never_came_is_given_up_by_one_daemon(pair: Pair) -> None:
    values: dict[str, Any] = {"link": "operator-a", "session": 1, "sender": OWNER, "recipient": "1069", "reference": 7}
    values |= {"width": 8, "number": 1, "total": 2, "payload": b"S", "data_coding": 0, "waits_until": NOON}
    with pair.first.transaction(NOON) as books:
        message = books.inbox.receive_part(InboundPart(**values, received_at=NOON)).message
    now = to_ms(NOON)
    with pair.first.transaction(NOON) as books:
        assert [text.message for text in overdue(books.work, now)] == [message]
        with pair.second.transaction(NOON) as others:
            assert overdue(others.work, now) == []
        assert books.inbox.give_up(message) is not None
    with pair.second.transaction(NOON) as others:
        assert overdue(others.work, now) == []


def waits(pair: Pair, connection: Connection, phone: str) -> bool:
    """Whether the second daemon has to wait before it may take up a text of a phone."""
    with connection.begin() as transaction:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '20ms'")
        try:
            pair.second.open(connection, Names(phones=(phone,)))
        except Exception as error:  # noqa: BLE001 - the driver's own or SQLAlchemy's, as the statement is
            cause = error.orig if isinstance(error, Wrapped) else error
            assert getattr(cause, "sqlstate", None) == "55P03"
            return True
        finally:
            transaction.rollback()
            pair.second.rolled_back()
    return False


def test_texts_of_a_phone_are_taken_up_by_one_daemon_at_a_time_whoever_it_belongs_to(pair: Pair) -> None:
    """Identical ones would else not know of each other, nor the parts of one text."""
    with pair.engine.connect() as connection:
        for phone in (OWNER, FIELD, STRANGER):
            with pair.first.transaction(pair.clock.at, Names(phones=(phone,))):
                held = {other: waits(pair, connection, other) for other in (OWNER, CLERK, FIELD, OTHER_OWNER, STRANGER)}
            shop = phone == OWNER  # all of whose people wait for one another
            assert {other for other, waited in held.items() if waited} == ({OWNER, CLERK} if shop else {phone})
