"""Stopping in order: nothing new, what is in flight answered and sent, unbound, within its time."""

from __future__ import annotations

from sqlalchemy import Engine

from smsgw.smpp import status
from tests.business.world import OWNER
from tests.gateway.world import IMEIS, World, settings_of, world


def drained(w: World, seconds: float = 8.0) -> list[object]:
    done: list[object] = []
    w.gateway.drain(seconds).addCallback(done.append)
    return done


def test_T8_a_gateway_at_rest_unbinds_and_is_done_at_once(engine: Engine) -> None:
    w = world(engine)
    done = drained(w)
    w.smsc.advance(0.2, 0.05)
    assert done == [None]
    assert not w.smsc.wire.open
    assert w.link.binds[0].connection is None


def test_T8_what_is_in_flight_is_committed_acknowledged_and_answered_first(engine: Engine) -> None:
    w = world(engine)
    w.writer.held = True
    w.text(OWNER, f"S {IMEIS[0]}")
    done = drained(w)
    w.smsc.advance(1)
    assert done == []
    assert w.smsc.wire.open
    w.writer.held = False
    w.writer.commit()
    w.smsc.advance(1, 0.05)
    assert done == [None]
    assert w.statuses() == [0]
    assert len(w.smsc.submits) == 1
    assert w.ask("SELECT state FROM message_out") == [("sent",)]


def test_texts_that_come_while_stopping_stay_with_the_smsc(engine: Engine) -> None:
    w = world(engine)
    w.writer.held = True
    w.text(OWNER, f"S {IMEIS[0]}")
    drained(w)
    w.text(OWNER, f"S {IMEIS[1]}")
    assert w.statuses() == [status.ESME_RX_T_APPN]
    w.writer.held = False
    w.writer.commit()
    w.smsc.advance(1, 0.05)
    assert w.statuses() == [status.ESME_RX_T_APPN, 0]
    assert w.ask("SELECT count(*) FROM message_in") == [(1,)]


def test_an_smsc_that_does_not_answer_holds_nobody_up_for_longer_than_allowed(engine: Engine) -> None:
    w = world(engine, settings_of(smsc={"window": 1}))
    w.smsc.answer_submits = False
    w.text(OWNER, "STOCK")
    w.text(OWNER, "STOCK")
    began = w.clock.seconds()
    done = drained(w, 4.0)
    while not done and w.clock.seconds() - began < 20:
        w.smsc.advance(0.1, 0.1)
    assert done == [None]
    assert w.clock.seconds() - began <= 4.3
    w.smsc.advance(0.2, 0.05)
    assert w.ask("SELECT state FROM message_out") == [("queued",), ("queued",)]


def test_a_link_that_is_down_holds_nobody_up(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    w.smsc.wire.cut()
    done = drained(w)
    w.smsc.advance(0.5, 0.05)
    assert done == [None]


def test_an_smsc_that_has_stopped_reading_is_dropped_in_time(engine: Engine) -> None:
    w = world(engine)
    wire = w.smsc.wire
    done = drained(w, 4.0)
    w.smsc.wires.remove(wire)  # nothing is carried to it any more
    for _ in range(100):
        w.clock.advance(0.1)
    assert not wire.open
    assert done == [None]


def test_it_is_not_ready_while_it_stops(engine: Engine) -> None:
    w = world(engine)
    assert w.gateway.why_not_ready == ""
    drained(w)
    assert w.gateway.why_not_ready == "stopping"


def test_a_database_that_hangs_holds_nobody_up_for_longer_than_allowed(engine: Engine) -> None:
    w = world(engine)
    w.writer.held = True
    w.text(OWNER, "STOCK")
    done = drained(w, 4.0)
    w.smsc.advance(1.9, 0.1)
    assert done == []
    assert w.smsc.wire.open
    w.smsc.advance(2.4, 0.1)
    assert done == [None]
    assert w.statuses() == []  # what was not committed was not acknowledged
