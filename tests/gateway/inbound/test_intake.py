"""What comes in: acknowledged after its commit and not before, once, and answered once."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from smsgw.smpp import status
from smsgw.smpp.codec import encode
from smsgw.smpp.pdu import Address, Unbind
from smsgw.store.engine import open_engine
from tests.business.world import OTHER_OWNER, OWNER, STRANGER
from tests.gateway.world import IMEIS, settings_of, world


def test_a_sale_is_booked_acknowledged_and_answered(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, f"S {IMEIS[0]}")
    w.smsc.advance(0.2, 0.05)
    assert w.statuses() == [0]
    ((phone, reply),) = w.smsc.texts()
    assert phone == OWNER
    assert reply.startswith("OK S1001: ")
    assert w.ask("SELECT imei, state, holder FROM unit") == [(IMEIS[0], "sold", "D1001")]
    assert w.ask("SELECT state, sender FROM message_in") == [("done", OWNER)]
    assert w.ask("SELECT state, recipient, in_reply_to FROM message_out") == [("sent", OWNER, 1)]
    (reading,) = w.ask("SELECT reading FROM message_in")[0]
    assert json.loads(reading)["commands"][0]["imeis"] == [IMEIS[0]]


def test_I2_nothing_is_acknowledged_or_answered_before_its_commit(engine: Engine) -> None:
    w = world(engine)
    w.writer.held = True
    w.text(OWNER, f"S {IMEIS[0]}")
    w.smsc.advance(3)
    assert w.smsc.answers == []
    assert w.smsc.submits == []
    w.writer.commit()
    w.settle()
    assert w.statuses() == [0]
    assert len(w.smsc.submits) == 1


def test_texts_that_come_together_are_one_batch_and_one_write(engine: Engine) -> None:
    w = world(engine, settings_of(smsc={"window": 100}))
    for imei in IMEIS:
        w.smsc.deliver(OWNER, f"S {imei}")
    writes = w.smsc.wire.writes
    w.settle()
    assert w.writer.sizes[0] == 4
    assert w.smsc.wire.writes == writes + 1
    assert [text[:9] for _, text in w.smsc.texts()] == ["OK S1001:", "OK S1002:", "OK S1003:", "OK S1004:"]


def test_I1_a_text_is_acknowledged_once_and_without_an_id(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    w.smsc.advance(20)
    ((_, response),) = w.smsc.answers
    assert (response.status, response.message_id) == (0, "")  # type: ignore[attr-defined]


def test_I2_while_the_database_fails_the_smsc_keeps_its_texts(engine: Engine) -> None:
    w = world(engine)
    run = w.writer.batches.run

    def failing(jobs: Any) -> Any:
        error = OperationalError("INSERT", {}, sqlite3.OperationalError("disk I/O error"))
        return [lambda job=job: job.on_unavailable(error) for job in jobs]

    w.writer.batches.run = failing  # type: ignore[method-assign]
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.statuses() == [status.ESME_RX_T_APPN]
    assert w.ask("SELECT count(*) FROM message_in") == [(0,)]
    w.writer.batches.run = run  # type: ignore[method-assign]
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.statuses() == [status.ESME_RX_T_APPN, 0]
    assert len(w.smsc.submits) == 1


def test_I2_what_can_never_be_kept_is_refused_for_good(engine: Engine) -> None:
    w = world(engine)
    run = w.writer.batches.run
    error = ValueError("nothing to be done")
    w.writer.batches.run = lambda jobs: [lambda job=job: job.on_unavailable(error) for job in jobs]  # type: ignore
    w.text(OWNER, f"S {IMEIS[0]}")
    w.writer.batches.run = run  # type: ignore[method-assign]
    w.text(OWNER, f"S {IMEIS[1]}")
    assert w.statuses() == [status.ESME_RX_P_APPN, 0]


def test_a_database_that_is_locked_for_too_long_is_one_that_fails(engine: Engine) -> None:
    w = world(engine)
    w.bookkeeper.engine = open_engine(str(engine.url), busy_seconds=0.01)
    with engine.begin() as other:
        other.exec_driver_sql("SELECT 1")
        w.text(OWNER, f"S {IMEIS[0]}")
    assert w.statuses() == [status.ESME_RX_T_APPN]
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.statuses()[1:] == [0]


def test_a_text_that_breaks_the_rules_is_kept_as_failed_apologised_for_and_acknowledged(engine: Engine) -> None:
    w = world(engine)
    w.smsc.deliver(OWNER, f"S {IMEIS[0]}")
    w.smsc.deliver(OWNER, "BAD")
    w.smsc.deliver(OTHER_OWNER, f"S {IMEIS[1]}")
    w.settle()
    assert w.statuses() == [0, 0, 0]
    assert w.ask("SELECT text, state FROM message_in ORDER BY id") == [
        (f"S {IMEIS[0]}", "done"),
        ("BAD", "failed"),
        (f"S {IMEIS[1]}", "done"),
    ]
    assert len(w.smsc.submits) == 3
    assert w.ask("SELECT count(*) FROM sale_line") == [(2,)]


def test_a_stranger_gets_one_answer(engine: Engine) -> None:
    w = world(engine)
    w.text(STRANGER, f"S {IMEIS[0]}")
    assert [phone for phone, _ in w.smsc.texts()] == [STRANGER]
    assert w.ask("SELECT count(*) FROM unit") == [(0,)]


@pytest.mark.parametrize(
    "source",
    [Address(5, 0, "BANK"), Address(0, 1, "10086"), Address(0, 1, "1069"), Address(0, 1, "+1069"), Address(0, 0, "")],
)
def test_names_and_short_codes_are_kept_and_never_answered(engine: Engine, source: Address) -> None:
    w = world(engine)
    w.text("", f"S {IMEIS[0]}", source=source)
    assert w.statuses() == [0]
    assert w.smsc.submits == []
    assert w.ask("SELECT state, sender FROM message_in") == [("ignored", source.digits.lstrip("+"))]


def test_a_local_number_is_the_phone_it_is(engine: Engine) -> None:
    w = world(engine)
    w.text("", f"S {IMEIS[0]}", source=Address(2, 1, OWNER.removeprefix("+86")))
    assert w.smsc.texts()[0][0] == OWNER
    assert w.ask("SELECT sender FROM message_in") == [(OWNER,)]


def test_hanzi_come_in_as_ucs_2(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "销售")
    assert w.ask("SELECT text, data_coding FROM message_in") == [("销售", 8)]


def test_I5_a_text_that_looks_like_a_receipt_is_a_text(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "id:1 sub:001 dlvrd:001 submit date:1 done date:1 stat:DELIVRD err:000 text:x")
    assert w.ask("SELECT count(*) FROM message_in") == [(1,)]
    assert w.ask("SELECT count(*) FROM delivery_receipt") == [(0,)]
    assert len(w.smsc.submits) == 1


def test_I3_an_acknowledgement_by_a_phone_is_kept_and_not_answered(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "read", esm_class=0x10)
    assert w.statuses() == [0]
    assert w.smsc.submits == []
    assert w.ask("SELECT state FROM message_in") == [("ignored",)]


# ---- redelivery


def test_I10_a_text_whose_acknowledgement_was_lost_with_its_link_is_booked_once(engine: Engine) -> None:
    w = world(engine)
    w.writer.held = True
    w.text(OWNER, f"S {IMEIS[0]}")
    w.smsc.wire.cut()
    w.writer.held = False
    w.smsc.advance(2)
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.statuses() == [0]
    assert len(w.smsc.submits) == 1
    assert w.ask("SELECT count(*) FROM message_in") == [(1,)]
    assert w.ask("SELECT count(*) FROM sale_line") == [(1,)]
    assert w.gateway.intake.counters.redeliveries == 1
    assert w.link.counters.lost_acknowledgements == 1


def test_I10_an_identical_text_on_a_live_link_is_a_person_repeating_himself(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, f"S {IMEIS[0]}")
    w.smsc.advance(1)
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.ask("SELECT count(*) FROM message_in") == [(2,)]
    assert w.ask("SELECT count(*) FROM sale_line") == [(1,)]
    assert len(w.smsc.submits) == 2
    assert "S1001" in w.smsc.texts()[1][1]


def test_I10_after_proof_that_its_acknowledgement_was_read_a_text_is_new_even_on_another_link(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    w.smsc.advance(10)  # our enquire_link is answered
    w.smsc.wire.cut()
    w.smsc.advance(5)
    w.text(OWNER, "STOCK")
    assert w.ask("SELECT count(*) FROM message_in") == [(2,)]
    assert len(w.smsc.submits) == 2


def test_I10_after_a_clean_unbind_a_text_is_new(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    w.smsc.wire.session.unbind(w.clock.seconds())
    w.settle()
    w.smsc.advance(5)
    w.text(OWNER, "STOCK")
    assert w.ask("SELECT count(*) FROM message_in") == [(2,)]


def test_I10_what_was_not_answered_yet_when_the_link_was_proved_is_not_proved_with_it(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    w.smsc.advance(4.5)
    w.writer.held = True
    w.text(OWNER, f"S {IMEIS[0]}")
    w.smsc.advance(1)  # our enquire_link is answered, the text is not
    assert w.ask("SELECT count(*) FROM message_in") == [(1,)]
    w.writer.held = False
    w.writer.commit()  # and the answer is lost on its way
    w.smsc.wire.cut()
    w.smsc.advance(2)
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.ask("SELECT text, redeliveries FROM message_in ORDER BY id") == [("STOCK", 0), (f"S {IMEIS[0]}", 1)]


def test_I10_a_link_lost_between_unbind_and_its_answer_did_not_end_in_order(engine: Engine) -> None:
    w = world(engine)
    w.writer.held = True
    w.text(OWNER, f"S {IMEIS[0]}")
    w.smsc.wire.protocol.dataReceived(encode(Unbind(sequence=99)))  # without waiting for what is under way
    w.settle()
    w.smsc.wire.cut()
    w.writer.held = False
    w.smsc.advance(2)
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.ask("SELECT text, redeliveries FROM message_in") == [(f"S {IMEIS[0]}", 1)]


def test_I10_what_was_in_flight_when_the_smsc_unbound_may_come_again(engine: Engine) -> None:
    w = world(engine)
    w.writer.held = True
    w.text(OWNER, f"S {IMEIS[0]}")
    wire = w.smsc.wire
    wire.protocol.dataReceived(encode(Unbind(sequence=99)))
    w.writer.held = False
    w.smsc.wires.remove(wire)  # it reads no more: neither our answer nor that to its unbind
    w.writer.commit()
    w.clock.advance(0)
    assert wire.closing
    wire.cut()
    w.smsc.wires.append(wire)
    w.smsc.advance(2)
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.ask("SELECT text, redeliveries FROM message_in") == [(f"S {IMEIS[0]}", 1)]


def test_I10_a_text_acknowledged_too_late_for_the_smsc_is_known_when_it_comes_again(engine: Engine) -> None:
    w = world(engine)
    w.writer.held = True
    w.text(OWNER, f"S {IMEIS[0]}")
    w.smsc.advance(8)
    w.writer.held = False
    w.writer.commit()
    w.settle()
    w.smsc.advance(1)
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.statuses() == [0, 0]
    assert w.ask("SELECT count(*) FROM message_in") == [(1,)]
    assert len(w.smsc.submits) == 1


def test_I10_after_the_daemon_was_killed_a_redelivered_text_is_booked_once_and_answered(engine: Engine) -> None:
    first = world(engine, run=None)
    first.text(OWNER, f"S {IMEIS[0]}")
    first.kill()
    second = world(engine, clock=first.clock, smsc=first.smsc, furnished=True)
    second.text(OWNER, f"S {IMEIS[0]}")
    assert second.ask("SELECT count(*) FROM sale_line") == [(1,)]


# ---- floods and back-pressure


def test_a_phone_beyond_its_limit_is_told_once_and_its_texts_are_kept_as_ignored(engine: Engine) -> None:
    w = world(engine, settings_of(limits={"texts_per_phone_per_hour": 2}))
    for imei in IMEIS:
        w.text(OWNER, f"S {imei}")
    assert w.statuses() == [0, 0, 0, 0]
    assert w.ask("SELECT state FROM message_in ORDER BY id") == [("done",), ("done",), ("ignored",), ("ignored",)]
    assert len(w.smsc.submits) == 3
    assert w.smsc.texts()[2][1].startswith("too_many_texts en {'limit': 2}")
    w.text(OTHER_OWNER, "STOCK")
    assert len(w.smsc.submits) == 4
    w.smsc.advance(3601, step=100)
    w.text(OWNER, f"S {IMEIS[3]}")
    assert w.ask("SELECT state FROM message_in ORDER BY id DESC LIMIT 1") == [("done",)]


def test_texts_that_book_nothing_are_answered_so_often_an_hour_and_what_books_always(engine: Engine) -> None:
    w = world(engine, settings_of(limits={"answers_per_phone_per_hour": 2, "same_answers_per_hour": 100}))
    for n in range(5):
        w.text(OWNER, f"HOW ARE YOU {n}")
    assert len(w.smsc.submits) == 3
    assert w.smsc.texts()[2][1].startswith("too_many_answers en")
    states = w.ask("SELECT state FROM message_in ORDER BY id")
    assert states[2:] == [("ignored",)] * 3
    for imei in IMEIS:
        w.text(OWNER, f"S {imei}")
    assert len(w.smsc.submits) == 7
    assert all(text.startswith("OK S") for _, text in w.smsc.texts()[3:])
    w.text(OWNER, "STOCK")  # a question that is read well is no noise
    assert len(w.smsc.submits) == 8
    w.text(OWNER, f"S {IMEIS[0]}")  # a repeat books nothing
    assert len(w.smsc.submits) == 8
    w.smsc.advance(3601, step=100)
    w.text(OWNER, "HOW ARE YOU")
    assert len(w.smsc.submits) == 9


def test_a_machine_that_says_one_thing_is_answered_so_often_an_hour(engine: Engine) -> None:
    w = world(engine, settings_of(limits={"same_answers_per_hour": 3}))
    for _ in range(9):
        w.text(OWNER, "STOCK")
    assert len(w.smsc.submits) == 4
    assert w.statuses() == [0] * 9
    w.text(OTHER_OWNER, "STOCK")
    assert len(w.smsc.submits) == 5


def test_a_text_that_breaks_our_code_for_ever_is_not_apologised_for_for_ever(engine: Engine) -> None:
    w = world(engine, settings_of(limits={"answers_per_phone_per_hour": 2}))
    for _ in range(5):
        w.text(OWNER, "BAD")
    assert len(w.smsc.submits) == 2
    assert w.statuses() == [0] * 5


def test_while_the_writer_is_behind_the_link_is_not_read_and_then_goes_on(engine: Engine) -> None:
    w = world(engine)
    w.writer.high = 3
    w.writer.held = True
    for imei in IMEIS[:3]:
        w.smsc.deliver(OWNER, f"S {imei}")
    w.settle()
    assert not w.smsc.wire.reading
    w.smsc.deliver(OWNER, f"S {IMEIS[3]}")
    w.settle()
    assert len(w.writer) == 3
    w.writer.held = False
    w.writer.commit()
    assert w.smsc.wire.reading
    w.settle()
    assert w.statuses() == [0, 0, 0, 0]


# ---- receipts


def receipt(w: Any, smsc_id: str, stat: str, **more: Any) -> None:
    text = f"id:{smsc_id} sub:001 dlvrd:001 submit date:2604150400 done date:2604150401 stat:{stat} err:000 text:OK"
    w.text("1069", text, esm_class=0x04, source=Address(1, 1, OWNER.removeprefix("+")), **more)


@pytest.mark.parametrize(
    ("stat", "state"),
    [
        ("DELIVRD", "delivered"),
        ("EXPIRED", "expired"),
        ("UNDELIV", "failed"),
        ("REJECTD", "failed"),
        ("ENROUTE", "sent"),
    ],
)
def test_I4_a_receipt_says_what_became_of_an_answer(engine: Engine, stat: str, state: str) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    receipt(w, "id1", stat)
    assert w.statuses() == [0, 0]
    assert w.ask("SELECT state FROM message_out") == [(state,)]
    assert w.ask("SELECT count(*) FROM message_in") == [(1,)]
    assert len(w.smsc.submits) == 1


def test_a_receipt_that_comes_before_its_submit_response_is_kept_for_it(engine: Engine) -> None:
    w = world(engine)
    w.smsc.answer_submits = False
    w.text(OWNER, "STOCK")
    receipt(w, "id1", "DELIVRD")
    assert w.ask("SELECT state FROM message_out") == [("queued",)]
    w.smsc.answer(*w.smsc.held.pop(0))
    w.smsc.advance(0.2, 0.05)
    assert w.ask("SELECT state FROM message_out") == [("delivered",)]


def test_a_receipt_is_acknowledged_after_its_commit(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    w.writer.held = True
    receipt(w, "id1", "DELIVRD")
    assert w.statuses() == [0]
    w.writer.commit()
    w.settle()
    assert w.statuses() == [0, 0]
