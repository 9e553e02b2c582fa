"""query_sm (SMPP 3.4, 4.8): one question at a time, after submits, for what was never told of; told like receipts."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from smsgw.simulator.scenario import combined
from smsgw.smpp import status
from smsgw.smpp.codec import encode
from smsgw.smpp.pdu import GenericNack, QuerySmResp
from smsgw.smpp.receipt import MessageState
from tests.business.world import CLERK, OWNER
from tests.gateway.outbound.test_never_twice import begin, dispatch, phones, queue, states
from tests.gateway.simulated import Simulation
from tests.gateway.world import World, settings_of, world

AFTER = 600


class Untold:
    """A daemon whose SMSC takes notices and sends no receipts."""

    def __init__(self, engine: Engine, *to: str, **smsc: Any) -> None:
        self.run = begin(engine)
        fields = {"query": True, "query_after": AFTER, "enquire_link": 10_000, **smsc}
        self.w: World = world(engine, settings_of(smsc=fields), run=self.run)
        self.smsc = self.w.smsc
        self.send(*(to or (OWNER,)))

    def send(self, *to: str) -> None:
        queue(self.w, *to)
        dispatch(self.w, self.run)
        self.smsc.advance(1)

    def pass_time(self, seconds: float) -> None:
        """As a daemon does: it looks every second, here every ten."""
        for _ in range(round(seconds / 10)):
            self.smsc.advance(10, 10)
            self.w.gateway.look()
            self.smsc.advance(0.2, 0.05)

    def becomes(self, smsc_id: str, state: int, **more: Any) -> None:
        self.smsc.query_answers[smsc_id] = QuerySmResp(message_state=state, **more)

    def asked(self) -> list[str]:
        return [pdu.message_id for pdu in self.smsc.queries]

    @property
    def counters(self) -> Any:
        return self.w.link.counters


@pytest.mark.parametrize(
    ("state", "end"),
    [
        (MessageState.DELIVERED, "delivered"),
        (MessageState.EXPIRED, "expired"),
        (MessageState.DELETED, "failed"),
        (MessageState.UNDELIVERABLE, "failed"),
        (MessageState.REJECTED, "failed"),
    ],
)
def test_a_text_without_a_receipt_is_asked_for_and_ends_as_the_smsc_says(
    engine: Engine, state: MessageState, end: str
) -> None:
    untold = Untold(engine, address="1069", address_ton=3, address_npi=1)
    untold.becomes("id1", state, error_code=7, final_date="260415120000000+")
    untold.pass_time(AFTER - 30)
    assert untold.asked() == []
    untold.pass_time(60)
    (query,) = untold.smsc.queries
    assert (query.message_id, tuple(query.source)) == ("id1", (3, 1, "1069"))
    assert states(untold.w) == {end: 1}
    receipts = untold.w.ask("SELECT state, status, error, done_at FROM delivery_receipt")
    assert receipts == [(end, state.name, "7", 1_776_254_400_000)]
    untold.pass_time(3 * AFTER)
    assert len(untold.asked()) == 1
    assert (untold.counters.queries, untold.counters.queries_told, untold.counters.queries_failed) == (1, 1, 0)


@pytest.mark.parametrize("state", [MessageState.ENROUTE, MessageState.ACCEPTED, MessageState.UNKNOWN, 77])
def test_what_is_still_on_its_way_is_asked_for_again_until_it_has_ended(engine: Engine, state: int) -> None:
    untold = Untold(engine)
    untold.becomes("id1", state)
    untold.pass_time(AFTER + 60)
    assert states(untold.w) == {"sent": 1}
    untold.pass_time(AFTER - 90)
    assert len(untold.asked()) == 1
    untold.becomes("id1", MessageState.DELIVERED)
    untold.pass_time(120)
    assert untold.asked() == ["id1"] * 2
    assert states(untold.w) == {"delivered": 1}


@pytest.mark.parametrize("date", ["", "no time no place", "999999999999999+", "269915120000000+"])
def test_an_end_without_a_time_that_can_be_read_is_an_end(engine: Engine, date: str) -> None:
    untold = Untold(engine)
    untold.becomes("id1", MessageState.DELIVERED, final_date=date)
    untold.pass_time(AFTER + 60)
    assert states(untold.w) == {"delivered": 1}
    assert untold.w.ask("SELECT done_at FROM delivery_receipt") == [(None,)]


@pytest.mark.parametrize("settings", [{"query": False}, {"receipts": False}])
def test_nothing_is_asked_for_where_that_is_not_set_or_no_receipt_was_wanted(
    engine: Engine, settings: dict[str, Any]
) -> None:
    untold = Untold(engine, **settings)
    untold.pass_time(2 * AFTER)
    assert untold.asked() == []


def test_a_text_with_a_receipt_is_not_asked_for(engine: Engine) -> None:
    untold = Untold(engine)
    receipt = b"id:id1 sub:001 dlvrd:001 stat:DELIVRD err:000 text:"
    untold.w.text(OWNER, "", esm_class=4, short_message=receipt)
    untold.pass_time(2 * AFTER)
    assert states(untold.w) == {"delivered": 1}
    assert untold.asked() == []


def test_one_question_at_a_time_is_under_way(engine: Engine) -> None:
    untold = Untold(engine, *phones(5))
    untold.smsc.answer_queries = False
    for number in range(1, 6):
        untold.becomes(f"id{number}", MessageState.DELIVERED)
    untold.pass_time(AFTER + 20)
    for number in range(1, 6):
        assert untold.asked() == [f"id{n}" for n in range(1, number + 1)]
        untold.smsc.answer_query(*untold.smsc.held_queries.pop())
        untold.smsc.advance(0.2, 0.05)
    assert states(untold.w) == {"delivered": 5}


def test_texts_that_wait_go_before_any_question(engine: Engine) -> None:
    untold = Untold(engine, window=1, response_timeout=10_000)
    untold.pass_time(AFTER - 10)
    untold.smsc.answer_submits = False
    for phone in (OWNER, CLERK, OWNER):
        untold.w.text(phone, "STOCK")
    untold.pass_time(60)
    for under_way in (2, 3, 4):
        assert (len(untold.smsc.submits), untold.asked()) == (under_way, [])
        untold.smsc.answer(*untold.smsc.held.pop())
        untold.smsc.advance(0.2, 0.05)
    untold.pass_time(10)
    assert (len(untold.smsc.submits), untold.asked()) == (4, ["id1"])


def test_no_question_is_asked_while_the_smsc_finds_us_too_fast(engine: Engine) -> None:
    untold = Untold(engine, response_timeout=10_000)
    untold.pass_time(AFTER - 10)
    untold.smsc.submit_statuses = [status.ESME_RTHROTTLED] * 20
    untold.send(CLERK)
    untold.pass_time(20)
    assert untold.asked() == []
    untold.smsc.submit_statuses = []
    untold.pass_time(60)
    assert untold.asked() == ["id1"]


def test_a_link_that_is_paused_or_down_asks_nothing_and_asks_when_it_is_back(engine: Engine) -> None:
    untold = Untold(engine)
    untold.becomes("id1", MessageState.DELIVERED)
    untold.w.link.hold(True)
    untold.pass_time(AFTER + 60)
    assert untold.asked() == []
    untold.w.link.hold(False)
    untold.smsc.refuse_connections = True
    untold.smsc.wire.cut()
    untold.pass_time(60)
    assert untold.asked() == []
    untold.smsc.refuse_connections = False
    untold.pass_time(120)
    assert untold.asked() == ["id1"]
    assert states(untold.w) == {"delivered": 1}


def test_a_question_that_is_cut_off_is_asked_on_the_next_connection(engine: Engine) -> None:
    untold = Untold(engine)
    untold.smsc.answer_queries = False
    untold.pass_time(AFTER + 20)
    untold.smsc.wire.cut()
    untold.smsc.held_queries.clear()
    untold.smsc.answer_queries = True
    untold.becomes("id1", MessageState.DELIVERED)
    untold.pass_time(60)
    assert untold.asked() == ["id1"] * 2
    assert states(untold.w) == {"delivered": 1}


def test_a_question_without_an_answer_is_counted_and_a_late_answer_still_tells(engine: Engine) -> None:
    untold = Untold(engine, OWNER, CLERK, response_timeout=5)
    untold.smsc.answer_queries = False
    untold.pass_time(AFTER + 30)
    assert untold.asked()[:2] == ["id1", "id2"]
    assert untold.counters.queries_failed >= 1
    assert untold.counters.timeouts["response"] >= 1
    assert untold.w.ask("SELECT state FROM message_out") == [("sent",)] * 2
    untold.becomes("id1", MessageState.DELIVERED)
    untold.smsc.answer_query(*untold.smsc.held_queries.pop(0))
    untold.smsc.advance(1)
    assert states(untold.w) == {"delivered": 1, "sent": 1}


@pytest.mark.parametrize("code", [status.ESME_RQUERYFAIL, status.ESME_RINVMSGID])
def test_a_text_that_the_smsc_has_forgotten_is_not_asked_for_again_but_others_are(engine: Engine, code: int) -> None:
    untold = Untold(engine, OWNER, CLERK)
    untold.becomes("id1", 0, status=code)
    untold.becomes("id2", MessageState.ENROUTE)
    untold.pass_time(3 * AFTER + 60)
    assert untold.asked().count("id1") == 1
    assert untold.asked().count("id2") == 3
    assert states(untold.w) == {"sent": 2}


def test_an_smsc_that_cannot_answer_now_is_left_alone_for_a_while(engine: Engine) -> None:
    untold = Untold(engine, OWNER, CLERK)
    untold.becomes("id1", 0, status=status.ESME_RTHROTTLED)
    untold.pass_time(AFTER + 50)
    assert untold.asked() == ["id1"]
    untold.becomes("id1", MessageState.DELIVERED)
    untold.becomes("id2", MessageState.DELIVERED)
    untold.pass_time(90)
    assert untold.asked() == ["id1", "id1", "id2"]
    assert states(untold.w) == {"delivered": 2}


def test_an_smsc_that_does_not_know_query_sm_is_asked_once_a_session_and_that_is_told_once(engine: Engine) -> None:
    untold = Untold(engine, OWNER, CLERK)
    untold.smsc.answer_queries = False

    def nack() -> None:
        wire, pdu = untold.smsc.held_queries.pop()
        wire.protocol.dataReceived(encode(GenericNack(status=status.ESME_RINVCMDID, sequence=pdu.sequence)))
        untold.smsc.settle()

    with capture_logs() as logs:
        untold.pass_time(AFTER + 20)
        nack()
        untold.pass_time(2 * AFTER)
        assert len(untold.asked()) == 1
        untold.smsc.wire.cut()
        untold.pass_time(20)
        assert len(untold.asked()) == 2
        nack()
        untold.pass_time(60)
    assert len(untold.asked()) == 2
    assert len([entry for entry in logs if "query_sm" in entry["event"] and entry["log_level"] == "warning"]) == 1


def test_an_unknown_text_of_which_a_part_has_an_id_is_asked_for_also_where_no_receipts_are_wanted(
    engine: Engine,
) -> None:
    untold = Untold(engine, receipts=False, response_timeout=5)
    untold.smsc.answer_submits = False
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO message_out (id, recipient, text, kind, priority, state, parts, attempts, created_at) "
            "VALUES (2000000, ?, ?, 'broadcast', 3, 'queued', 1, 0, 0)",
            (CLERK, "x" * 200),
        )
    dispatch(untold.w, untold.run)
    first, second = untold.smsc.held
    untold.smsc.answer(*first)
    untold.smsc.settle()
    untold.smsc.advance(6)
    assert states(untold.w) == {"sent": 1, "unknown": 1}
    for number in range(1, 4):
        untold.becomes(f"id{number}", MessageState.UNDELIVERABLE)
    untold.pass_time(AFTER + 60)
    assert untold.asked() == ["id2"]
    assert states(untold.w) == {"sent": 1, "failed": 1}
    assert second


def test_stopping_asks_nothing_more(engine: Engine) -> None:
    untold = Untold(engine, *phones(5))
    untold.smsc.answer_queries = False
    untold.pass_time(AFTER + 20)
    drained: list[object] = []
    untold.w.gateway.drain(10).addCallback(drained.append)
    untold.smsc.answer_query(*untold.smsc.held_queries.pop())
    untold.smsc.advance(5, 0.05)
    assert drained == [None]
    assert len(untold.asked()) == 1


def test_every_text_of_an_smsc_that_loses_its_receipts_is_settled_by_asking(engine: Engine) -> None:
    simulation = Simulation(engine, {"operator-a": combined(["receipts_lost", "ids_uuid"])}, query=True, query_after=20)
    to = [("operator-a", f"+86139{number:08d}") for number in range(1, 301)]
    simulation.notices([(link, phone, "Notice") for link, phone in to])
    simulation.pass_time(90)
    true = simulation.true_ends(to)
    ended = simulation.ended()
    assert all(ended[key] in true[key] for key in to)
    assert set(ended.values()) == {"delivered", "failed"}
    assert simulation.smscs["operator-a"].counters.receipts == 0
