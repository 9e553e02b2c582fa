"""What Prometheus is told: every counter, and what a link's rests and receipts come to."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import Engine

from smsgw.gateway.counters import LinkCounters, ProgramCounters, WriterCounters
from smsgw.gateway.metrics import (
    LINK_COUNTERS,
    LINK_HISTOGRAMS,
    LINK_TALLIES,
    WRITER_COUNTERS,
    GatewayCollector,
    exposition,
    registry,
)
from smsgw.settings.sections import Delivery
from smsgw.smpp import status
from smsgw.smpp.pdu import Address
from smsgw.smpp.tlv import TAG_CONGESTION_STATE
from tests.business.world import OWNER
from tests.gateway.outbound.test_pump import Row
from tests.gateway.outbound.test_pump import World as PumpWorld
from tests.gateway.world import World, settings_of, world


def figures(w: World) -> dict[str, float]:
    """Every sample by its name and labels, as it is exposed."""
    told = exposition(registry(w.gateway.links, w.gateway.intake.counters, w.writer)).decode()
    lines = [line for line in told.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_every_counter_of_a_link_and_of_the_writer_is_told() -> None:
    told = {*LINK_COUNTERS, *LINK_HISTOGRAMS, *(key for key, _, _ in LINK_TALLIES)}
    assert told == {field.name for field in fields(LinkCounters)}
    assert set(WRITER_COUNTERS) == {field.name for field in fields(WriterCounters)}


def test_no_two_families_have_one_name_and_each_is_explained() -> None:
    families = list(GatewayCollector({}, WriterCounters(), []).collect())
    assert len({family.name for family in families}) == len(families) > 40
    assert all(family.documentation[:1].isupper() for family in families)


@pytest.mark.parametrize(
    ("stat", "state"),
    [("DELIVRD", "delivered"), ("UNDELIV", "undeliverable"), ("EXPIRED", "expired"), ("ENROUTE", "enroute")],
)
def test_receipts_are_counted_by_what_they_tell(engine: Engine, stat: str, state: str) -> None:
    w = world(engine)
    w.text(OWNER, "STOCK")
    assert figures(w)[f'smsgw_link_receipt_states_total{{link="operator-a",state="{state}"}}'] == 0
    text = f"id:id1 sub:001 dlvrd:001 submit date:2604150400 done date:2604150401 stat:{stat} err:000 text:OK"
    w.text("1069", text, esm_class=0x04, source=Address(1, 1, OWNER.removeprefix("+")))
    told = figures(w)
    assert told[f'smsgw_link_receipt_states_total{{link="operator-a",state="{state}"}}'] == 1
    assert told['smsgw_link_receipts_total{link="operator-a"}'] == 1
    assert sum(value for name, value in told.items() if name.startswith("smsgw_link_receipt_states_total")) == 1


@pytest.mark.parametrize("refusal", [status.ESME_RTHROTTLED, status.ESME_RMSGQFUL])
def test_the_seconds_that_a_link_rests_are_counted(engine: Engine, refusal: int) -> None:
    w = world(engine, settings_of(delivery={"throttle_pause": 0.5}))
    w.smsc.submit_statuses = [refusal, refusal]
    w.text(OWNER, "STOCK")
    name = 'smsgw_link_throttled_seconds_total{link="operator-a"}'
    assert figures(w)[name] == 0.5
    w.smsc.advance(0.6)
    assert figures(w)[name] == 1.5  # the second rest is twice as long
    w.smsc.advance(2)
    assert figures(w)[name] == 1.5
    assert len(w.smsc.submits) == 3


def test_one_burst_of_refusals_is_one_rest() -> None:
    w = PumpWorld(delivery=Delivery(throttle_pause=0.5), window=5)
    w.smsc.submit_statuses = [status.ESME_RTHROTTLED] * 5
    w.send(*[Row(i) for i in range(1, 6)])
    assert w.link.counters.slowed == 5
    assert w.link.counters.throttled_seconds == 0.5


def test_a_rest_because_of_congestion_counts_too() -> None:
    w = PumpWorld(delivery=Delivery(throttle_pause=0.25))
    w.smsc.answer_submits = False
    w.send(Row(1))
    wire, pdu = w.smsc.held.pop()
    answer: Any = ((TAG_CONGESTION_STATE, b"\x64"),)
    wire.session.respond(pdu, 0, w.clock.seconds(), "id1", answer)
    w.smsc.settle()
    assert w.link.counters.throttled_seconds == 0.25


def test_texts_are_counted_by_alphabet_and_those_that_were_transliterated() -> None:
    w = PumpWorld(national=("hindi+locking",), alphabets=("cyrillic",), transliterate=True)
    texts = ("OK", "OK " * 200, "ř", "好", "Продажа", "बिक्री " * 20, "ç’")
    w.send(*[Row(number, text) for number, text in enumerate(texts, 1)])
    told = {key: value for key, value in w.link.counters.alphabets.items() if value}
    assert told == {"gsm": 4, "gsm-national": 1, "cyrillic": 1, "ucs2": 1}
    assert w.link.counters.transliterated == 2


def test_what_programs_asked_and_whether_they_were_told_is_counted() -> None:
    programs = ProgramCounters()
    for answered in (202, 202, 403):
        programs.asked(answered)
    programs.calls["again"] += 1
    told = exposition(registry({}, WriterCounters(), [], programs)).decode()
    assert 'smsgw_program_requests_total{status="202"} 2.0' in told
    assert 'smsgw_program_requests_total{status="403"} 1.0' in told
    assert 'smsgw_program_calls_total{outcome="again"} 1.0' in told
    assert "smsgw_program_calls_total{" not in exposition(registry({}, WriterCounters(), [])).decode()
