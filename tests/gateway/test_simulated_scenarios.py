"""What comes of texts and answers in the scenarios of the simulated SMSC, in our books and on the phones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine
from twisted.internet.defer import Deferred

from smsgw.simulator.scenario import SCENARIOS, Scenario, combined
from tests.business.world import OWNER, imei
from tests.gateway.simulated import Simulation

IMEIS = [imei(number) for number in range(100, 130)]
LONG = "S " + " ".join(IMEIS)
TEXTS = (
    "STOCK",
    "STOCK é à ñ",
    "STOCK 曙光3.5 🎉👍🏽",
    "STOCK €[x]{y}~^|\\",
    "STOCK at 50% #7 + (b)",
    "STOCK " + "曙🎉光" * 60,
    "STOCK " + "é€[" * 70,
)


def simulation(engine: Engine, *names: str, knobs: dict[str, Any] | None = None, **fields: Any) -> Simulation:
    """A gateway bound to an SMSC of these scenarios."""
    chosen: Scenario = combined(names).with_knobs(**(knobs or {}))
    return Simulation(engine, {"operator-a": chosen}, **fields)


def replies(w: Simulation) -> list[tuple[str, str, str]]:
    """Recipient, words and state of each answer."""
    return w.ask("SELECT recipient, text, state FROM message_out ORDER BY id")  # type: ignore[return-value]


@pytest.mark.parametrize(
    "names",
    [
        ("plain",), ("parts_reversed",), ("parts_udh16",), ("parts_sar",), ("parts_payload",), ("reorder",),
        ("parts_repeated",), ("parts_repeated", "parts_sar"), ("parts_reversed", "parts_udh16"), ("sequences",),
        ("sequences", "parts_repeated"), ("codings",), ("drip", "parts_sar"),
    ],
    ids="+".join,
)  # fmt: skip
def test_I6_I7_a_long_text_in_any_parts_and_order_is_one_text_with_one_answer(
    engine: Engine, names: tuple[str, ...]
) -> None:
    w = simulation(engine, *names)
    done = w.text(OWNER, LONG)
    w.pass_time(30 if "drip" in names else 3)
    assert done.result == 0
    assert w.ask("SELECT text, state FROM message_in WHERE text <> ''") == [(LONG, "done")]
    assert [number for (number,) in w.ask("SELECT imei FROM sale_line ORDER BY imei")] == sorted(IMEIS)
    assert [(phone, state) for phone, _, state in replies(w)] == [(OWNER, "delivered")]
    assert w.smscs["operator-a"].counters.given_up == 0


def test_I7_of_a_long_text_without_one_of_its_parts_nothing_is_booked_and_its_sender_is_told_once(
    engine: Engine,
) -> None:
    w = simulation(engine, "parts_missing")
    done = w.text(OWNER, LONG)
    w.pass_time(10)
    assert done.result == 0
    assert replies(w) == []
    w.pass_time(1200, step=1.0)
    ((phone, said, state),) = replies(w)
    assert (phone, said.split()[0], state) == (OWNER, "parts_missing", "delivered")
    assert w.ask("SELECT count(*) FROM sale_line") == [(0,)]


@pytest.mark.parametrize("how", ["udh8", "udh16", "sar", "payload"])
@pytest.mark.parametrize("coding", ["gsm", "ascii", "latin1", "octets", "ucs2", "flash"])
def test_I8_a_text_is_the_same_in_every_coding_that_has_its_letters(engine: Engine, coding: str, how: str) -> None:
    w = simulation(engine, knobs={"coding": coding, "long_texts": how, "part_order": "shuffled"})
    for text in TEXTS:
        assert w.text(OWNER, text).result == 0
        w.pass_time(10)
    assert [text for (text,) in w.ask("SELECT text FROM message_in WHERE text <> '' ORDER BY id")] == list(TEXTS)
    assert len(replies(w)) == len(TEXTS)


@pytest.mark.parametrize("how", ["udh8", "udh16", "sar", "payload"])
def test_I8_texts_in_packed_septets_are_read_where_the_link_says_so(engine: Engine, how: str) -> None:
    w = simulation(engine, "packed", knobs={"long_texts": how}, default_alphabet="gsm-packed")
    for text in ("STOCK", "STOCK €[x]", LONG, LONG + " x", LONG + " xy{"):
        assert w.text(OWNER, text).result == 0
        w.pass_time(10)
    said = [text for (text,) in w.ask("SELECT text FROM message_in WHERE state = 'done' ORDER BY id")]
    assert said == ["STOCK", "STOCK €[x]", LONG, LONG + " x", LONG + " xy{"]
    # What we write is not packed, and phones read it.
    assert w.smscs["operator-a"].counters.replies == len(replies(w)) == 5


def test_I8_packed_septets_that_nobody_told_of_are_answered_and_harm_nobody(engine: Engine) -> None:
    w = simulation(engine, "packed")
    assert w.text(OWNER, "STOCK").result == 0
    assert w.text(OWNER, LONG).result == 0
    w.pass_time(10)
    assert w.ask("SELECT count(*) FROM sale_line") == [(0,)]
    assert len(replies(w)) == 2


def test_T4_a_bind_that_is_answered_late_is_waited_for_and_one_that_is_too_late_given_up(engine: Engine) -> None:
    w = simulation(engine, "bind_delay")
    assert w.gateway.why_not_ready == "no link is bound"
    w.pass_time(2.5)
    assert w.gateway.why_not_ready == ""
    assert w.text(OWNER, "STOCK").result == 0


def test_T4_a_bind_that_is_answered_too_late_is_tried_again(engine: Engine) -> None:
    w = simulation(engine, "bind_delay", bind_timeout=1.0, reconnect_min=0.5, reconnect_max=1.0)
    w.pass_time(6)
    assert w.gateway.why_not_ready == "no link is bound"
    assert w.smscs["operator-a"].counters.connections >= 3
    assert len(w.smscs["operator-a"].peers) <= 1


@pytest.mark.parametrize("long_messages", ["udh8", "sar", "payload"])
def test_T3_an_smsc_of_3_3_gets_no_tlvs_and_its_receipts_are_read(engine: Engine, long_messages: str) -> None:
    w = simulation(engine, "v33", long_messages=long_messages)
    phones = [f"+86139000001{n:02}" for n in range(20)]
    w.notices([("operator-a", phone, "words " * 50) for phone in phones])
    assert w.text(OWNER, "STOCK").result == 0
    w.pass_time(10)
    smsc = w.smscs["operator-a"]
    assert smsc.counters.refused == 0
    assert all(not accepted.pdu.tlvs for accepted in smsc.submits.accepted)
    assert {state for _, _, state in replies(w)} == {"delivered"}
    assert smsc.counters.replies == len(phones) + 1


@pytest.mark.parametrize(("window", "refuses"), [(5, False), (10, True)])
def test_O8_an_smsc_with_a_narrower_window_than_ours_gets_every_text_once(
    engine: Engine, window: int, refuses: bool
) -> None:
    w = simulation(engine, "window_limit", window=window)
    phones = [f"+86139000001{n:02}" for n in range(60)]
    w.notices([("operator-a", phone, "words") for phone in phones])
    w.pass_time(60)
    smsc = w.smscs["operator-a"]
    assert (smsc.counters.throttled > 0) == refuses
    assert smsc.counters.accepted == smsc.counters.replies == len(phones)
    assert {state for _, _, state in replies(w)} == {"delivered"}


@pytest.mark.parametrize(("throughput", "refuses"), [(5.0, False), (0.0, True)])
def test_O7_an_smsc_that_takes_so_many_a_second_gets_every_text_once(
    engine: Engine, throughput: float, refuses: bool
) -> None:
    w = simulation(engine, "tps_limit", knobs={"throughput": 5}, throughput=throughput)
    phones = [f"+86139000001{n:02}" for n in range(99)]
    w.notices([("operator-a", phone, "words") for phone in phones])
    w.pass_time(60)
    smsc = w.smscs["operator-a"]
    assert (smsc.counters.throttled > 0) == refuses
    assert smsc.counters.accepted == smsc.counters.replies == len(phones)
    assert {state for _, _, state in replies(w)} == {"delivered"}


def test_I4_an_id_in_a_tlv_without_its_nul_is_known_all_the_same(engine: Engine) -> None:
    w = simulation(engine, "ids_bare", "ids_hex")
    w.notices([("operator-a", f"+86139000001{n:02}", "words") for n in range(40)])
    w.pass_time(10)
    assert {state for _, _, state in replies(w)} == {"delivered"}
    assert w.matched() == 1.0


# Scenarios in which what was sent may have to be sent again, because nobody can know whether it arrived.
UNSURE = {"drop", "redeliver", "no_answer", "silent", "garbage"}
ELSEWHERE = {"outbind", "tls", "tls_expired", "tls_wrong_name"}  # proved on real ports, in tests/end_to_end
NEVER = {"wrong_password", "parts_missing", "packed"}  # in these not everything arrives, as the tests here say
# What a scenario does, by a counter of the SMSC that must have moved.
DOES = {
    "throttle": "refused", "queue_full": "refused", "drop": "losses", "redeliver": "resent",
    "no_answer": "not_answered",
    "refuse_bind": "binds_refused", "already_bound": "binds_refused", "unbind": "unbinds", "silent": "resent",
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name not in ELSEWHERE | NEVER])
def test_in_every_scenario_each_text_is_booked_once_and_answered_and_notices_arrive(engine: Engine, name: str) -> None:
    w = simulation(engine, name, query=name == "receipts_lost", query_after=20.0)
    smsc = w.smscs["operator-a"]
    phones = [f"+86139000001{n:02}" for n in range(40)]
    w.notices([("operator-a", phone, f"notice {phone}") for phone in phones])
    numbers = [imei(200 + n) for n in range(30)]
    texts = [f"S {number}" for number in numbers[:22]] + ["S " + " ".join(numbers[22:])]
    done = []
    for place, text in enumerate(texts):
        done.append(w.text(OWNER, text))
        w.pass_time(0.3 if place % 3 else 1.0)
    waited = 0
    while waited < 1500 and not settled(w, done, len(texts) + len(phones)):
        w.pass_time(10, step=0.1 if name == "drip" else 0.5)
        waited += 10
    assert [each.result for each in done] == [0] * len(texts)
    # Each set is sold once and each text has one answer, however often it came.
    assert [number for (number,) in w.ask("SELECT imei FROM sale_line ORDER BY imei")] == sorted(numbers)
    assert w.ask("SELECT count(*), count(DISTINCT in_reply_to) FROM message_out WHERE kind <> 'broadcast'") == [
        (len(texts), len(texts))
    ]
    assert w.ask("SELECT count(*) FROM message_in WHERE state = 'failed'") == [(0,)]
    # An answer goes again where its outcome is unknown, a notice never.
    got = Counter((accepted.pdu.destination.digits, accepted.pdu.short_message) for accepted in smsc.submits.accepted)
    for (digits, _), times in got.items():
        assert times == 1 or (name in UNSURE and "+" + digits == OWNER)
    assert sum("+" + digits == OWNER for digits, _ in got) == len(texts)
    ended = Counter(state for _, _, state in replies(w))
    assert ended["queued"] == 0
    if name not in UNSURE:
        assert len(got) == len(texts) + len(phones)
        assert ended["unknown"] == ended["sent"] == 0
    assert smsc.counters.given_up == 0
    if name in DOES:
        assert smsc.counters.as_dict()[DOES[name]] > 0


def settled(w: Simulation, done: Sequence[Deferred[int]], count: int) -> bool:
    """Whether every text is acknowledged and every answer and notice has an end, or may have none."""
    ((ended,),) = w.ask("SELECT count(*) FROM message_out WHERE state NOT IN ('queued', 'sent', 'unknown')")
    return ended == count and all(each.called for each in done)


def test_a_wrong_password_is_told_once_and_what_waits_is_kept(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    w = simulation(engine, "wrong_password")
    w.notices([("operator-a", "+8613900000111", "words")])
    done = w.text(OWNER, "STOCK")
    w.pass_time(600, step=1.0)
    assert not done.called
    assert w.gateway.why_not_ready == "no link is bound"
    assert 5 <= w.smscs["operator-a"].counters.binds_refused <= 12
    assert capsys.readouterr().out.count("[error") == 1
    assert [state for _, _, state in replies(w)] == ["queued"]
