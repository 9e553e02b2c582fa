"""Reminders and broadcasts: never sent twice, claimed only while they may be under way, and withdrawn when unwanted."""

from __future__ import annotations

from collections import Counter
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from smsgw.business.messages.books import lives as runs
from smsgw.business.schema import metadata
from smsgw.calendar.hours import Calendar
from smsgw.gateway.outbound.recovery import recovery_job
from smsgw.smpp import status
from smsgw.store.engine import open_engine
from tests.business.world import CLERK, OWNER
from tests.gateway.world import World, settings_of, world

WINDOW = 4


def begin(engine: Engine) -> int:
    with engine.begin() as connection:
        return runs.begin_run(connection, "here", 1, 0)


def queue(w: World, *phones: str, kind: str = "broadcast", calendar: str | None = None) -> None:
    """Notices that wait in the outbox in nobody's hands."""
    with w.engine.begin() as connection:
        for phone in phones:
            connection.exec_driver_sql(
                "INSERT INTO message_out "
                "(id, recipient, text, kind, priority, state, parts, attempts, created_at, calendar) VALUES "
                "((SELECT coalesce(max(id), 1000000) + 1 FROM message_out WHERE id > 1000000), "
                "?, 'Notice', ?, ?, 'queued', 1, 0, 0, ?)",
                (phone, kind, 3 if kind == "broadcast" else 2, calendar),
            )


def dispatch(w: World, run: int) -> None:
    """What the daemon does every second."""
    gateway = w.gateway
    now = int(w.clock.seconds() * 1000)
    w.writer.put(recovery_job(run, now, None, gateway.room, gateway.send_all, bulk=gateway.bulk_room))
    w.settle()


def states(w: World) -> Counter[str]:
    return Counter(state for (state,) in w.ask("SELECT state FROM message_out"))


def phones(count: int) -> list[str]:
    return [f"+86139{number:08d}" for number in range(1, count + 1)]


def test_no_more_than_a_window_is_claimed_and_all_are_sent_once(engine: Engine) -> None:
    run = begin(engine)
    w = world(engine, settings_of(smsc={"window": WINDOW}), run=run)
    queue(w, *phones(30))
    for _ in range(20):
        dispatch(w, run)
        assert w.link.pump.bulk <= WINDOW
        w.smsc.advance(0.1, 0.05)
    assert states(w) == {"sent": 30}
    assert Counter(phone for phone, _ in w.smsc.texts()) == Counter(phones(30))
    assert w.link.pump.bulk == 0


def test_an_outcome_that_is_not_committed_keeps_its_place(engine: Engine) -> None:
    run = begin(engine)
    w = world(engine, settings_of(smsc={"window": WINDOW}), run=run)
    queue(w, *phones(10))
    dispatch(w, run)
    assert len(w.smsc.submits) == WINDOW
    w.writer.held = True
    assert (len(w.link.pump), w.link.pump.bulk, w.gateway.bulk_room) == (0, WINDOW, 0)
    w.writer.held = False
    w.smsc.advance(0.1, 0.05)
    w.writer.commit()
    assert w.gateway.bulk_room == WINDOW


@given(st.integers(0, 2**32), st.lists(st.integers(1, 12), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None)
def test_a_daemon_killed_anywhere_leaves_a_window_unknown_at_most(seed: int, kills: list[int]) -> None:
    with TemporaryDirectory() as directory:
        engine = open_engine(f"sqlite:///{directory}/smsgw.db", create=True)
        with engine.begin() as connection:
            metadata.create_all(connection)
        try:
            _killed(engine, Random(seed), kills)
        finally:
            engine.dispose()


def _killed(engine: Engine, dice: Random, kills: list[int]) -> None:
    """Daemons that are killed after so many steps of feeding, answering and committing, and one that lives."""
    number = begin(engine)
    w = world(engine, settings_of(smsc={"window": WINDOW}), run=number)
    w.smsc.answer_submits = False
    queue(w, *phones(40))
    for life, steps in enumerate([*kills, 0]):
        for _ in range(steps or 400):
            step = dice.randrange(3)
            if step == 0:
                dispatch(w, number)
            elif step == 1 and w.smsc.held:
                w.smsc.answer(*w.smsc.held.pop(0))
                w.settle()
            else:
                w.smsc.advance(0.05, 0.05)
        unknown = states(w)["unknown"]
        assert unknown <= WINDOW * life
        if steps:
            w.kill()
            w.smsc.held.clear()
            number = begin(engine)
            w = world(
                engine,
                settings_of(smsc={"window": WINDOW}),
                clock=w.clock,
                smsc=w.smsc,
                furnished=True,
                run=number,
            )
    sent = Counter(phone for phone, _ in w.smsc.texts())
    assert max(sent.values()) == 1
    found = states(w)
    assert found["sent"] + found["unknown"] == 40
    certain = {phone for (phone,) in w.ask("SELECT recipient FROM message_out WHERE state = 'sent'")}
    assert certain <= set(sent)


@pytest.mark.parametrize("kind", ["broadcast", "reminder"])
def test_an_unanswered_notice_is_unknown_and_not_sent_again_but_a_late_answer_counts(engine: Engine, kind: str) -> None:
    run = begin(engine)
    w = world(engine, settings_of(smsc={"window": WINDOW, "response_timeout": 5}), run=run)
    w.smsc.answer_submits = False
    queue(w, OWNER, kind=kind)
    dispatch(w, run)
    w.smsc.advance(6, 0.5)
    assert (states(w), w.link.pump.bulk) == ({"unknown": 1}, 0)
    w.smsc.answer(*w.smsc.held.pop(0))
    w.smsc.advance(60, 1)
    assert (states(w), len(w.smsc.submits), w.link.pump.bulk) == ({"sent": 1}, 1, 0)


def test_a_notice_refused_for_now_goes_back_to_the_outbox_until_its_time(engine: Engine) -> None:
    run = begin(engine)
    w = world(engine, settings_of(delivery={"broadcast_retry_delay": 90}), run=run)
    w.smsc.submit_statuses = [status.ESME_RSYSERR]
    queue(w, OWNER)
    dispatch(w, run)
    w.smsc.advance(0.2, 0.05)
    assert w.ask("SELECT state, attempts, run, error FROM message_out") == [("queued", 1, None, "ESME_RSYSERR")]
    dispatch(w, run)
    assert len(w.smsc.submits) == 1
    w.smsc.advance(60, 5)
    dispatch(w, run)
    w.smsc.advance(60, 5)
    assert states(w) == {"sent": 1}


def test_a_stop_takes_a_notice_out_of_hand_that_is_not_on_its_way(engine: Engine) -> None:
    run = begin(engine)
    w = world(engine, settings_of(smsc={"window": WINDOW, "throughput": 1}), run=run)
    queue(w, CLERK, OWNER, CLERK)
    dispatch(w, run)
    assert len(w.smsc.submits) == 1
    w.gateway.cancel(lambda row: row.recipient == OWNER, "stopped")
    w.smsc.advance(10, 0.1)
    assert w.ask("SELECT recipient, state, error FROM message_out ORDER BY id") == [
        (CLERK, "sent", None),
        (OWNER, "cancelled", "stopped"),
        (CLERK, "sent", None),
    ]
    assert w.link.pump.bulk == 0


def test_a_stop_by_text_cancels_what_waits_and_what_is_claimed(engine: Engine) -> None:
    run = begin(engine)
    w = world(engine, settings_of(smsc={"window": WINDOW, "throughput": 1}), run=run)
    queue(w, CLERK, OWNER, CLERK, CLERK, OWNER)
    dispatch(w, run)
    w.text(OWNER, "STOP")
    for _ in range(10):
        w.smsc.advance(2, 0.1)
        dispatch(w, run)
    notices = "SELECT recipient, state, error FROM message_out WHERE kind = 'broadcast' ORDER BY id"
    gone, sent = (OWNER, "cancelled", "stopped"), (CLERK, "sent", None)
    assert w.ask(notices) == [sent, gone, sent, sent, gone]
    assert w.ask("SELECT state FROM message_out WHERE kind = 'reply'") == [("sent",)]


def test_outside_its_hours_a_notice_waits_in_the_outbox_and_holds_up_nobody(engine: Engine) -> None:
    run = begin(engine)
    w = world(engine, run=run)  # noon in Shanghai
    queue(w, OWNER, calendar=Calendar.of("Asia/Shanghai", "13:00-14:00").key)
    queue(w, CLERK, calendar=Calendar.of("Asia/Shanghai", "09:00-14:00").key)
    dispatch(w, run)
    w.smsc.advance(0.2, 0.05)
    assert [phone for phone, _ in w.smsc.texts()] == [CLERK]
    opens = int(w.clock.seconds() // 3600 * 3600 + 3600) * 1000
    assert w.ask("SELECT state, not_before, run, attempts FROM message_out ORDER BY id LIMIT 1") == [
        ("queued", opens, None, 0)
    ]
    w.smsc.advance(3600, 60)
    dispatch(w, run)
    w.smsc.advance(1, 0.1)
    assert [phone for phone, _ in w.smsc.texts()] == [CLERK, OWNER]


def test_a_daemon_that_stops_gives_back_what_it_has_not_begun(engine: Engine) -> None:
    run = begin(engine)
    w = world(engine, settings_of(smsc={"window": WINDOW, "throughput": 1}), run=run)
    queue(w, *phones(4))
    dispatch(w, run)
    w.gateway.drain(8.0)
    w.smsc.advance(10, 0.05)
    assert w.ask("SELECT state, run FROM message_out ORDER BY id") == [("sent", run)] + [("queued", None)] * 3


def test_a_broadcast_that_is_paused_is_not_claimed(engine: Engine) -> None:
    run = begin(engine)
    w = world(engine, run=run)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            'INSERT INTO broadcast (reference, name, state, topic, audience, texts, "window", author, created_at, '
            "recipients, skipped, parts, cost, currency) VALUES "
            "('B1', '', 'paused', '', 'all', '{}', '', 'hq', 1, 1, '{}', 1, 0, 'CNY')"
        )
    queue(w, OWNER)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE message_out SET broadcast = 'B1'")
    dispatch(w, run)
    assert w.smsc.submits == []
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE broadcast SET state = 'running'")
    dispatch(w, run)
    assert len(w.smsc.submits) == 1
