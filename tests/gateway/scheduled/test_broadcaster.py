"""Broadcasts on the wire: dispatched as outcomes are committed, held and cancelled at once, whole through kills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from smsgw.business.audiences.books.lists import keep
from smsgw.business.broadcasts import actions
from smsgw.business.broadcasts.books import broadcasts
from smsgw.business.broadcasts.books.dispatching import Dispatcher
from smsgw.business.broadcasts.rules.draft import Draft
from smsgw.business.core.principal import Person
from smsgw.business.core.session import Session
from smsgw.business.messages.books import lives as runs
from smsgw.business.schema import metadata
from smsgw.calendar.hours import Calendar
from smsgw.gateway.outbound.tariff import LinkTariff
from smsgw.gateway.scheduled.broadcaster import Broadcaster
from smsgw.smpp import status
from smsgw.store.engine import open_engine
from smsgw.store.numbers import draw_some
from smsgw.store.transaction import Transaction
from tests.business.world import OWNER
from tests.gateway.world import World, settings_of, world

WINDOW = 4


class Daemon:
    """A gateway with its broadcaster, looked after by the clock as the daemon does it."""

    def __init__(self, engine: Engine, smsc: dict[str, Any] | None = None, before: Daemon | None = None) -> None:
        with engine.begin() as connection:
            self.run = runs.begin_run(connection, "here", 1, 0)
        more = {} if before is None else {"clock": before.w.clock, "smsc": before.w.smsc, "furnished": True}
        delivery = {"broadcast_retry_delay": 2}
        self.w: World = world(
            engine, settings_of(smsc={"window": WINDOW, **(smsc or {})}, delivery=delivery), run=self.run, **more
        )
        gateway = self.w.gateway
        dispatcher = Dispatcher(lambda own, zone: Calendar.of(zone, own or "00:00-24:00"), "Asia/Shanghai", 86_400_000)
        self.broadcaster = Broadcaster(
            writer=self.w.writer,
            notes=gateway.notes,
            clock=self.w.clock,
            run=self.run,
            timezone="Asia/Shanghai",
            dispatcher=lambda: dispatcher,
            room=lambda: gateway.bulk_room,
            window=lambda: gateway.window,
            send=gateway.send_all,
            release=gateway.release_broadcasts,
            cancel=gateway.cancel_broadcasts,
        )
        gateway.notes.on_ride = self.broadcaster.dispatch
        self.w.writer.deliver = self._batch
        self.broadcaster.startService()

    def _batch(self, tell: Callable[[], None]) -> None:
        self.w.gateway.batch(tell)
        self.broadcaster.dispatch()

    @property
    def now(self) -> int:
        return int(self.w.clock.seconds() * 1000)

    def start(self, numbers: list[str], **more: Any) -> str:
        """A broadcast to numbers, released."""
        with self.w.engine.begin() as connection:
            expression = f"list:{keep(connection, numbers)}"
            return self.start_draft(connection, Draft(expression, {"en": "Notice"}, **more))

    def start_draft(self, connection: Connection, draft: Draft) -> str:
        session = self.session(connection)
        return actions.start(session, actions.create(session, actions.estimate(session, draft))).reference

    def session(self, connection: Connection) -> Session:
        transaction = Transaction(connection, partial(draw_some, connection))
        trade = replace(settings_of().trade_rules(), approval_above_recipients=1_000)
        return Session(Person("hq"), self.now, transaction, trade, LinkTariff(settings_of()))

    def do(self, verb: str, reference: str) -> None:
        with self.w.engine.begin() as connection:
            getattr(actions, verb)(self.session(connection), reference)

    def seconds(self, count: float, step: float = 0.05) -> None:
        """Time passes, with a look each second."""
        for turn in range(int(count / step)):
            if turn % int(1 / step) == 0:
                self.look()
            self.w.smsc.advance(step, step)

    def look(self) -> None:
        """What the daemon does once a second: what a dead one left is seen to, then the broadcasts."""
        with self.w.engine.begin() as connection:
            runs.recover(connection, self.run, self.now, limit=0, bulk=0)
        self.broadcaster.look()
        self.w.settle()

    def counts(self, reference: str) -> dict[str, Any]:
        with self.w.engine.connect() as connection:
            return broadcasts.counts(connection, reference)


def phones(count: int) -> list[str]:
    return [f"+86137{number:08d}" for number in range(1, count + 1)]


def test_a_job_is_frozen_fed_and_done_without_waiting_for_the_next_look(engine: Engine) -> None:
    daemon = Daemon(engine)
    reference = daemon.start(phones(200))
    daemon.look()
    daemon.w.smsc.advance(0.9, 0.01)
    assert Counter(phone for phone, _ in daemon.w.smsc.texts()) == Counter(phones(200))
    assert daemon.w.link.pump.bulk == 0
    daemon.seconds(2)
    found = daemon.counts(reference)
    assert (found["state"], found["sent"], found["recipients"]) == ("done", 200, 200)


def test_answers_overtake_a_broadcast(engine: Engine) -> None:
    daemon = Daemon(engine, {"throughput": 10})
    daemon.start(phones(100))
    daemon.seconds(2)
    before = len(daemon.w.smsc.submits)
    daemon.w.text(OWNER, "STOCK")
    daemon.w.smsc.advance(0.3, 0.05)
    assert OWNER in [phone for phone, _ in daemon.w.smsc.texts()][before : before + 3]


def test_a_limit_of_the_link_is_kept_and_used(engine: Engine) -> None:
    daemon = Daemon(engine, {"throughput": 50, "window": 10})
    daemon.start(phones(400))
    step = 0.02
    at: list[float] = []
    for turn in range(500):
        before = len(daemon.w.smsc.submits)
        if turn % 50 == 0:
            daemon.look()
        daemon.w.smsc.advance(step, step)
        at += [turn * step] * (len(daemon.w.smsc.submits) - before)
    assert len(at) == 400
    # Seen in steps: a second holds the submits of one step more at most.
    assert max(sum(begin <= moment < begin + 1 for moment in at) for begin in at) <= 51
    assert 399 / (at[-1] - at[0]) >= 0.98 * 50


def test_a_pause_and_a_cancel_take_what_is_claimed_out_of_it(engine: Engine) -> None:
    daemon = Daemon(engine, {"throughput": 2})
    reference = daemon.start(phones(50))
    daemon.seconds(2)
    daemon.do("pause", reference)
    daemon.seconds(2)
    sent = len(daemon.w.smsc.submits)
    daemon.seconds(5)
    assert len(daemon.w.smsc.submits) == sent
    assert daemon.w.link.pump.bulk == 0
    daemon.do("resume", reference)
    daemon.seconds(3)
    assert len(daemon.w.smsc.submits) > sent
    daemon.do("cancel", reference)
    daemon.seconds(2)
    sent = len(daemon.w.smsc.submits)
    daemon.seconds(5)
    found = daemon.counts(reference)
    assert len(daemon.w.smsc.submits) == sent == found["sent"]
    assert (found["state"], found["cancelled"], found["queued"]) == ("cancelled", 50 - sent, 0)


def test_what_an_operator_refuses_for_now_is_tried_again_and_the_rest_does_not_wait(engine: Engine) -> None:
    daemon = Daemon(engine)
    daemon.w.smsc.submit_statuses = [status.ESME_RSYSERR, 0, status.ESME_RINVDSTADR]
    reference = daemon.start(phones(30))
    daemon.seconds(1)
    assert daemon.counts(reference)["sent"] == 28
    daemon.seconds(4)
    found = daemon.counts(reference)
    assert (found["state"], found["sent"], found["failed"]) == ("done", 29, 1)


def test_a_daemon_that_drains_feeds_no_more_and_the_next_goes_on(engine: Engine) -> None:
    daemon = Daemon(engine, {"throughput": 5})
    reference = daemon.start(phones(40))
    daemon.seconds(3)
    daemon.broadcaster.stopService()
    daemon.w.gateway.drain(8.0)
    daemon.w.smsc.advance(10, 0.05)
    found = daemon.counts(reference)
    assert found["unknown"] == 0
    with engine.begin() as connection:
        runs.end_run(connection, daemon.run, daemon.now)
    after = Daemon(engine, before=daemon)
    after.seconds(5)
    found = after.counts(reference)
    assert (found["state"], found["sent"]) == ("done", 40)
    assert max(Counter(phone for phone, _ in after.w.smsc.texts()).values()) == 1


def test_a_database_that_fails_stops_nothing_for_good(engine: Engine) -> None:
    daemon = Daemon(engine)
    reference = daemon.start(phones(20))
    daemon.w.writer.held = True
    daemon.look()
    for job in daemon.w.writer.jobs:
        job.on_unavailable(OSError("disk full"))
    daemon.w.writer.jobs.clear()
    daemon.w.writer.held = False
    daemon.seconds(3)
    assert daemon.counts(reference)["sent"] == 20


@given(st.integers(0, 2**32), st.lists(st.integers(1, 15), min_size=1, max_size=4))
@settings(max_examples=8, deadline=None)
def test_killed_paused_and_refused_anywhere_everybody_gets_it_once(seed: int, kills: list[int]) -> None:
    with TemporaryDirectory() as directory:
        engine = open_engine(f"sqlite:///{directory}/smsgw.db", create=True)
        with engine.begin() as connection:
            metadata.create_all(connection)
        try:
            _lives(engine, Random(seed), kills)
        finally:
            engine.dispose()


def _lives(engine: Engine, dice: Random, kills: list[int]) -> None:
    slow = {"throughput": 10}
    daemon = Daemon(engine, slow)
    reference = daemon.start(phones(40))
    paused = False
    for life, steps in enumerate([*kills, 0]):
        for _ in range(steps or 20):
            step = dice.randrange(5)
            if step == 0 and steps and daemon.counts(reference)["state"] != "done":
                daemon.do("resume" if paused else "pause", reference)
                paused = not paused
            elif step == 1 and steps:
                refusals = (status.ESME_RSYSERR, status.ESME_RTHROTTLED, 0)
                daemon.w.smsc.submit_statuses = [dice.choice(refusals) for _ in range(dice.randrange(4))]
            else:
                if step == 2:
                    daemon.look()
                daemon.w.smsc.advance(dice.choice((0.05, 0.2, 1.0)), 0.05)
        if steps:
            daemon.w.kill()
            daemon = Daemon(engine, slow, before=daemon)
            daemon.look()
            assert daemon.counts(reference)["unknown"] <= WINDOW * (life + 1)
    if paused:
        daemon.do("resume", reference)
    daemon.seconds(12)
    found = daemon.counts(reference)
    assert found["state"] == "done", found
    assert found["sent"] + found["unknown"] == found["recipients"] == 40
    taken = Counter(phone for phone, _ in daemon.w.smsc.texts())
    certain = {phone for (phone,) in daemon.w.ask("SELECT recipient FROM message_out WHERE state = 'sent'")}
    assert certain <= set(taken)
    # Nobody is sent it again but for what the operator refused, which it did not take.
    refused = max(taken.values()) - 1
    assert refused == 0 or found["sent"] >= 40 - WINDOW * len(kills)


def test_the_audience_of_everybody_is_asked_of_the_books(engine: Engine) -> None:
    daemon = Daemon(engine)
    with engine.begin() as connection:
        daemon.start_draft(connection, Draft("all", {"en": "Hi {name}"}))
    daemon.seconds(2)
    assert sorted(text for _, text in daemon.w.smsc.texts()) == ["Hi Chen", "Hi Li", "Hi Wang", "Hi Zhao"]
