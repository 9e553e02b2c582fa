"""What becomes of answers: written down with the next commit, and again until the database takes it."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from smsgw.business.messages.books import lives as runs
from smsgw.gateway.outbound.recovery import recovery_job
from smsgw.smpp import status
from tests.business.world import OWNER
from tests.gateway.world import IMEIS, World, settings_of, world


def out(w: World) -> list[tuple[Any, ...]]:
    w.smsc.advance(0.2, 0.05)
    return w.ask("SELECT state, attempts, error FROM message_out ORDER BY id")


def test_an_answer_that_the_smsc_took_is_sent(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    assert out(w) == [("sent", 1, None)]
    assert w.ask("SELECT smsc_id, number FROM message_out_part") == [("id1", 1)]


def test_outcomes_need_no_commit_of_their_own_while_texts_come(engine: Engine) -> None:
    w = world(engine)
    for _ in range(5):
        w.text(OWNER, "STOCK")
    assert len(w.writer.sizes) == 5
    assert [state for state, _, _ in out(w)] == ["sent"] * 5


def test_an_answer_that_was_refused_for_good_has_failed_with_the_name_of_the_status(engine: Engine) -> None:
    w = world(engine)
    w.smsc.submit_statuses = [status.ESME_RINVDSTADR]
    w.text(OWNER, "STOCK")
    assert out(w) == [("failed", 1, "ESME_RINVDSTADR")]


def test_an_answer_that_was_refused_for_now_waits_for_its_next_attempt(engine: Engine) -> None:
    w = world(engine, settings_of(delivery={"retry_delay": 10}))
    w.smsc.submit_statuses = [status.ESME_RSYSERR]
    w.text(OWNER, "STOCK")
    assert out(w) == [("queued", 1, "ESME_RSYSERR")]
    w.smsc.advance(12)
    assert out(w)[0][:2] == ("sent", 2)


def test_an_answer_whose_submit_was_lost_is_sent_again_after_its_grace(engine: Engine) -> None:
    w = world(engine, settings_of(delivery={"unknown_grace": 10}))
    w.smsc.answer_submits = False
    w.text(OWNER, "STOCK")
    w.smsc.wire.cut()
    assert out(w)[0][0] == "queued"
    w.smsc.answer_submits = True
    w.smsc.advance(15)
    assert out(w)[0][0] == "sent"
    assert len(w.smsc.submits) == 2


def test_an_answer_that_is_late_for_its_use_has_expired(engine: Engine) -> None:
    w = world(engine, settings_of(delivery={"reply_hours": 1}))
    w.smsc.refuse_connections = True
    w.writer.held = True
    w.text(OWNER, "STOCK")
    w.smsc.wire.cut()
    w.writer.held = False
    w.writer.commit()
    w.smsc.advance(3700, step=60)
    w.smsc.refuse_connections = False
    w.smsc.advance(120)
    assert out(w)[0][0] == "expired"
    assert w.smsc.submits == []


def test_an_outcome_that_the_database_did_not_take_is_offered_again(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    run = w.writer.batches.run

    def failing(jobs: Any) -> Any:
        error = OperationalError("UPDATE", {}, sqlite3.OperationalError("disk full"))
        return [lambda job=job: job.on_unavailable(error) for job in jobs]

    w.writer.batches.run = failing  # type: ignore[method-assign]
    assert out(w)[0][0] == "queued"
    assert w.gateway.notes.pending == 1
    w.writer.batches.run = run  # type: ignore[method-assign]
    w.smsc.advance(2)
    assert out(w)[0][0] == "sent"
    assert w.gateway.notes.pending == 0


def test_a_note_that_cannot_be_written_spoils_no_other(engine: Engine) -> None:
    w = world(engine)
    written: list[int] = []

    def broken(books: Any) -> None:
        raise KeyError("fault")

    w.gateway.notes.put("one", lambda books: written.append(1))
    w.gateway.notes.put("broken", broken)
    w.gateway.notes.put("two", lambda books: written.append(2))
    w.smsc.advance(0.2, 0.05)
    assert written[-2:] == [1, 2]
    assert w.gateway.notes.pending == 0


def test_beyond_what_a_pump_may_hold_answers_wait_in_the_outbox_and_are_fetched_in_order(engine: Engine) -> None:
    number = begin(engine)
    w = world(engine, settings_of(smsc={"window": 1}), run=number)
    w.gateway.intake.has_room = lambda link: len(w.link.pump) < 2
    w.smsc.answer_submits = False
    for imei in IMEIS:
        w.text(OWNER, f"S {imei}")
    assert len(w.link.pump) == 2
    assert w.statuses() == [0] * 4
    w.smsc.answer_submits = True
    while w.smsc.held:
        w.smsc.answer(*w.smsc.held.pop(0))
        w.settle()
    assert len(w.smsc.submits) == 2
    recover(w, number)
    assert [text[:9] for _, text in w.smsc.texts()] == ["OK S1001:", "OK S1002:", "OK S1003:", "OK S1004:"]
    assert [state for state, _, _ in out(w)] == ["sent"] * 4


def begin(engine: Engine) -> int:
    with engine.begin() as connection:
        return runs.begin_run(connection, "here", 1, 0)


def recover(w: World, run: int) -> None:
    w.writer.put(recovery_job(run, int(w.clock.seconds() * 1000), None, 100, w.gateway.send_all))
    w.settle()


def test_what_a_killed_daemon_had_claimed_is_sent_by_the_next(engine: Engine) -> None:
    first = world(engine, run=begin(engine))
    first.smsc.answer_submits = False
    first.text(OWNER, f"S {IMEIS[0]}")
    first.kill()
    first.smsc.answer_submits = True
    number = begin(engine)
    second = world(engine, clock=first.clock, smsc=first.smsc, furnished=True, run=number)
    recover(second, number)
    assert len(second.smsc.submits) == 2  # whether the first was taken nobody can tell
    assert out(second) == [("sent", 1, None)]


def test_a_text_of_a_link_that_is_no_more_goes_out_on_another(engine: Engine) -> None:
    first = world(engine, run=begin(engine))
    first.smsc.answer_submits = False
    first.text(OWNER, "STOCK")
    first.kill()
    first.smsc.answer_submits = True
    number = begin(engine)
    second = world(
        engine, settings_of(smsc={"name": "operator-b"}), clock=first.clock, smsc=first.smsc, furnished=True, run=number
    )
    recover(second, number)
    assert out(second)[0][0] == "sent"


def test_a_daemon_that_died_on_this_host_is_dead_at_once_and_others_when_their_heartbeat_is_old(engine: Engine) -> None:
    with engine.begin() as connection:
        for number, (host, pid) in enumerate([("here", 11), ("here", 12), ("there", 11)]):
            runs.begin_run(connection, host, pid, 1000 + number)
        assert runs.bury(connection, "here", lambda pid: pid == 12) == 1
        assert runs.bury(connection, "here", lambda pid: pid == 12) == 0
        beats = connection.exec_driver_sql("SELECT host, pid, heartbeat_at FROM run ORDER BY id").fetchall()
    assert [tuple(row) for row in beats] == [("here", 11, 0), ("here", 12, 1001), ("there", 11, 1002)]
