"""Receipts at the gateway: how they are known, which rule ids follow, whom they settle, when they are given up."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine
from structlog.testing import capture_logs

from smsgw.business.messages.books import lives as runs
from smsgw.gateway.metrics import exposition, registry
from smsgw.gateway.outbound.recovery import recovery_job
from smsgw.smpp.pdu import Address
from tests.business.world import CLERK, OWNER
from tests.gateway.world import World, settings_of, world

RECEIPT, INTERMEDIATE = 0x04, 0x20
HOUR = 3600.0


def says(w: World, smsc_id: str, stat: str = "DELIVRD", phone: str = OWNER, **more: Any) -> None:
    """A receipt in text, unless its parts say otherwise."""
    more.setdefault("esm_class", RECEIPT)
    w.smsc.deliver(phone, f"id:{smsc_id} stat:{stat} err:000", tag=f"receipt {smsc_id}", **more)
    w.smsc.advance(0.1, 0.05)


def state(w: World) -> str:
    w.smsc.advance(0.1, 0.05)
    return str(w.ask("SELECT state FROM message_out ORDER BY id DESC LIMIT 1")[0][0])


def begin(engine: Engine) -> int:
    with engine.begin() as connection:
        return runs.begin_run(connection, "here", 1, 0)


def notice(w: World, run: int, phone: str = OWNER, words: str = "Notice") -> None:
    """A broadcast's text to a phone, in the hands of the daemon."""
    now = int(w.clock.seconds() * 1000)
    with w.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO message_out (id, recipient, text, kind, priority, state, parts, attempts, created_at) "
            "SELECT coalesce(max(id), 0) + 1000000, ?, ?, 'broadcast', 3, 'queued', 1, 0, ? FROM message_out",
            (phone, words, now),
        )
    w.writer.put(recovery_job(run, now, None, 10, w.gateway.send_all, bulk=10))
    w.settle()


def lost(w: World, run: int, **more: Any) -> None:
    """A notice whose submit is never answered."""
    w.smsc.answer_submits = False
    notice(w, run, **more)
    w.smsc.advance(31)
    w.smsc.answer_submits = True


# ---- known and read


def test_without_a_type_in_esm_class_the_pair_of_tlvs_makes_a_receipt(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    w.text(OWNER, "hello", esm_class=0, tlvs=((0x001E, b"id1\0"), (0x0427, b"\x02")))
    assert state(w) == "delivered"
    assert w.ask("SELECT count(*) FROM message_in") == [(1,)]


def test_tlvs_count_where_the_text_contradicts_them_and_a_debugger_is_told(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    with capture_logs() as logs:
        says(w, "id99", "EXPIRED", tlvs=((0x001E, b"id1\0"), (0x0427, b"\x02")))
    assert state(w) == "delivered"
    assert [(entry["log_level"], entry["other_id"]) for entry in logs if "contradicts" in entry["event"]] == [
        ("debug", "id99")
    ]
    assert w.link.counters.receipts_conflicting == 1


def test_an_intermediate_notification_ends_nothing_whatever_it_says(engine: Engine) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    says(w, "id1", "DELIVRD", esm_class=INTERMEDIATE)
    assert state(w) == "sent"
    says(w, "id1", "UNDELIV")
    says(w, "id1", "DELIVRD", esm_class=INTERMEDIATE)
    says(w, "id1", "DELIVRD")
    assert state(w) == "failed"
    assert w.ask("SELECT count(*) FROM delivery_receipt") == [(4,)]


# ---- ids


def answered_as(w: World, *ids: str) -> None:
    """The next submits are answered with these ids."""
    given = iter(ids)

    def answer(wire: Any, pdu: Any) -> None:
        wire.session.respond(pdu, 0, w.clock.seconds(), next(given))

    w.smsc.answer = answer  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("rule", "answered", "receipted", "ended"),
    [
        ("auto", "000004711", "4711", True),
        ("auto", "1267", "4711", True),
        ("auto", "4711", "1267", True),
        ("auto", "0B6469B0-6D88", "0b6469b0-6d88", True),
        ("same", "000004711", "4711", True),
        ("same", "1267", "4711", False),
        ("hex-to-decimal", "1267", "0000004711", True),
        ("hex-to-decimal", "18193", "4711", False),
        ("hex-to-decimal", "4711", "4711", False),
        ("decimal-to-hex", "4711", "1267", True),
        ("decimal-to-hex", "x1267", "X1267", True),
    ],
)
def test_the_ids_of_a_link_follow_its_rule(
    engine: Engine, rule: str, answered: str, receipted: str, ended: bool
) -> None:
    w = world(engine, settings_of(smsc={"receipt_ids": rule}))
    answered_as(w, answered)
    w.text(OWNER, "STOCK")
    says(w, receipted)
    assert state(w) == ("delivered" if ended else "sent")
    assert w.link.counters.receipts_parked == (not ended)


def test_where_two_ids_can_be_meant_the_phone_decides(engine: Engine) -> None:
    w = world(engine)
    answered_as(w, "10", "16")  # hexadecimal: of the 16th and the 22nd text
    w.text(OWNER, "STOCK")
    w.text(CLERK, "STOCK")
    says(w, "16", "UNDELIV", phone=OWNER)
    says(w, "22", "DELIVRD", phone=CLERK)
    states = dict(w.ask("SELECT recipient, state FROM message_out"))
    assert states == {OWNER: "failed", CLERK: "delivered"}


def test_a_receipt_may_have_the_addresses_of_the_submit(engine: Engine) -> None:
    w = world(engine)
    answered_as(w, "10", "16")
    w.text(OWNER, "STOCK")
    w.text(CLERK, "STOCK")
    phone = Address(1, 1, OWNER[1:])
    pdu = {"source": Address(0, 1, "1069")}
    deliver = w.smsc.wire.session.submit

    def swapped(sent: Any, now: float, tag: object) -> None:
        sent.destination = phone
        deliver(sent, now, tag)

    w.smsc.wire.session.submit = swapped  # type: ignore[assignment, method-assign]
    says(w, "16", "DELIVRD", **pdu)
    assert dict(w.ask("SELECT recipient, state FROM message_out")) == {OWNER: "delivered", CLERK: "sent"}


@pytest.mark.parametrize(("answer", "told"), [("{}", "{:x}"), ("{:x}", "{}"), ("{}", "{}"), ("{:x}", "{:X}")])
def test_what_the_ids_of_a_link_look_like_tells_their_rule_where_none_is_set(
    engine: Engine, answer: str, told: str
) -> None:
    w = world(engine, settings_of({"same_answers_per_hour": 100}))
    numbers = range(300, 340)
    answered_as(w, *(answer.format(number) for number in numbers), answer.format(0x400), answer.format(400))
    for number in numbers:
        w.text(OWNER, "STOCK")
        says(w, told.format(number))
    # To one phone, 0x400 and 400: what the receipt of the second says could also mean the first.
    w.text(OWNER, "STOCK")
    w.text(OWNER, "STOCK")
    says(w, told.format(400), "UNDELIV")
    states = w.ask("SELECT state FROM message_out ORDER BY id")
    assert states == [("delivered",)] * 40 + [("sent",), ("failed",)]


def test_an_id_that_a_receipt_writes_in_both_ways_is_not_converted(engine: Engine) -> None:
    w = world(engine)
    answered_as(w, "10", "a", "16")
    for _ in range(3):
        w.text(OWNER, "STOCK")
    w.text(OWNER, "id:16 stat:UNDELIV", esm_class=4, tlvs=((0x001E, b"10\0"), (0x0427, b"\x02")))
    w.smsc.advance(0.1, 0.05)
    assert w.ask("SELECT state FROM message_out ORDER BY id") == [("delivered",), ("sent",), ("sent",)]


# ---- early, twice, late, never


def test_a_receipt_may_come_early_twice_and_late(engine: Engine) -> None:
    w = world(engine)
    w.smsc.answer_submits = False
    w.text(OWNER, "STOCK")
    says(w, "id1")
    says(w, "id1")
    assert (state(w), w.link.counters.receipts_parked) == ("queued", 2)
    w.smsc.answer(*w.smsc.held.pop())
    assert state(w) == "delivered"
    w.smsc.advance(200 * HOUR, step=HOUR)
    says(w, "id1", "UNDELIV")
    assert state(w) == "delivered"
    assert w.ask("SELECT count(*), count(message) FROM delivery_receipt") == [(3, 3)]


def test_a_parked_receipt_is_given_up_after_its_hours_kept_and_counted(engine: Engine) -> None:
    w = world(engine, settings_of(delivery={"parked_receipts_hours": 5}))
    says(w, "unheard-of")

    def looked(hours: float) -> int:
        w.smsc.advance(hours * HOUR, step=HOUR / 4)
        w.gateway.look()
        w.settle()
        return int(w.ask("SELECT count(*) FROM parked_receipt")[0][0])

    assert looked(4.9) == 1
    with capture_logs() as logs:
        assert looked(0.2) == 0
    assert [entry["receipts"] for entry in logs if "for no text of ours" in entry["event"]] == [1]
    assert w.ask("SELECT smsc_id, message FROM delivery_receipt") == [("unheard-of", None)]
    told = exposition(registry(w.gateway.links, w.gateway.intake.counters, w.writer)).decode()
    figures = {
        sample.name: sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if sample.labels.get("link") == "operator-a"
    }
    assert figures["smsgw_link_receipts_expired_total"] == 1
    assert figures["smsgw_link_receipts_parked_total"] == 1
    assert figures["smsgw_link_receipts_settled_total"] == 0


def test_a_receipt_without_an_id_is_kept_and_counted(engine: Engine) -> None:
    w = world(engine)
    says(w, "")
    assert w.statuses() == [0]
    assert w.link.counters.receipts_nameless == 1
    assert w.ask("SELECT status, message FROM delivery_receipt") == [("DELIVERED", None)]


# ---- texts of unknown outcome


def test_a_receipt_settles_the_one_text_of_its_phone_that_nobody_can_tell_of(engine: Engine) -> None:
    run = begin(engine)
    w = world(engine, run=run)
    lost(w, run)
    assert state(w) == "unknown"
    says(w, "77")
    assert state(w) == "delivered"
    assert w.link.counters.receipts_settled == 1
    says(w, "77")
    assert (w.link.counters.receipts_settled, w.link.counters.receipts_parked) == (1, 0)


def test_a_receipt_that_came_before_the_answer_was_given_up_settles_the_text_too(engine: Engine) -> None:
    run = begin(engine)
    w = world(engine, run=run)
    w.smsc.answer_submits = False
    notice(w, run)
    says(w, "77", "UNDELIV")
    assert state(w) == "queued"
    w.smsc.advance(31)
    assert state(w) == "failed"
    assert w.ask("SELECT count(*) FROM parked_receipt") == [(0,)]


def test_a_long_text_of_which_one_part_was_never_answered_ends_with_the_receipt_of_that_part(engine: Engine) -> None:
    run = begin(engine)
    w = world(engine, run=run)
    w.smsc.answer_submits = False
    notice(w, run, words="Notice " * 40)
    assert len(w.smsc.held) == 2
    w.smsc.answer(*w.smsc.held.pop(0))
    w.smsc.advance(31)
    says(w, "id1")
    assert state(w) == "unknown"
    says(w, "id2")
    assert state(w) == "delivered"
