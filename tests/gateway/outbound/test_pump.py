"""The pump: window, throughput, order, and what each answer of the SMSC makes of a text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from twisted.internet.task import Clock

from smsgw.gateway.counters import LinkCounters
from smsgw.gateway.links.link import Link
from smsgw.gateway.outbound.pump import Pump
from smsgw.gateway.outbound.shipment import Shipment
from smsgw.settings.sections import Delivery, Smsc
from smsgw.smpp import status
from smsgw.smpp.pdu import SubmitSmResp
from tests.gateway.peer import FakeSmsc

PHONE = "+8613900000001"


@dataclass
class Row:
    id: int
    text: str = "OK"
    recipient: str = PHONE
    kind: str = "reply"
    priority: int = 0
    link: str | None = "operator-a"
    source: str | None = None
    attempts: int = 0
    not_before: int | None = None
    not_after: int | None = None
    broadcast: str | None = None
    calendar: str | None = None
    message_class: int | None = None


class Outcomes:
    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def record_sent(self, shipment: Shipment, link: str, at: float) -> None:
        self.told.append(("sent", shipment.row.id, dict(shipment.ids)))

    def record_failed(self, shipment: Shipment, at: float) -> None:
        self.told.append(("failed", shipment.row.id, shipment.why))

    def record_retry(self, shipment: Shipment, not_before: float) -> None:
        self.told.append(("later", shipment.row.id, shipment.attempts, shipment.why))

    def record_unknown(self, shipment: Shipment, link: str, at: float, again: float | None) -> None:
        self.told.append(("unknown", shipment.row.id, None if again is None else again - at))

    def record_late(self, shipment: Shipment, link: str, at: float, taken_back: bool) -> None:
        self.told.append(("late", shipment.row.id, dict(shipment.ids), taken_back))

    def record_expired(self, shipment: Shipment, at: float) -> None:
        self.told.append(("expired", shipment.row.id))


class NoInbox:
    def __getattr__(self, name: str) -> Any:
        return lambda *values: None


class World:
    """A link that is bound, and its SMSC."""

    def __init__(self, delivery: Delivery | None = None, **fields: Any) -> None:
        self.clock = Clock()
        self.clock.advance(1_800_000_000)
        self.smsc = FakeSmsc(self.clock)
        self.outcomes = Outcomes()
        self.link = Link(
            binds=[Smsc(name="operator-a", **fields)],
            endpoint=lambda smsc: self.smsc,
            clock=self.clock,
            random=lambda: 0.0,
            session_number=iter(range(1, 1000)).__next__,
            inbox=NoInbox(),
            sender=lambda smsc, counters, wake: self._pump(delivery or Delivery(), smsc, counters, wake),
        )
        self.link.start()
        self.smsc.settle()

    def _pump(self, delivery: Delivery, smsc: Smsc, counters: LinkCounters, wake: Callable[[], None]) -> Pump:
        self.pump = Pump(
            smsc=smsc,
            delivery=delivery,
            clock=self.clock,
            outcomes=self.outcomes,
            counters=counters,
            wake=wake,
        )
        return self.pump

    def send(self, *rows: Row) -> None:
        self.pump.enqueue(rows)
        self.link.wake()
        self.smsc.settle()

    def told(self, kind: str) -> list[int]:
        return [each[1] for each in self.outcomes.told if each[0] == kind]


def test_a_text_goes_out_from_the_short_code_to_the_phone_and_asks_for_a_receipt() -> None:
    world = World(address="1069", address_ton=3, address_npi=1, service_type="CMT")
    world.send(Row(1, "OK S1001: done"))
    (pdu,) = world.smsc.submits
    assert pdu.source == (3, 1, "1069")
    assert pdu.destination == (1, 1, "8613900000001")
    assert (pdu.service_type, pdu.registered_delivery, pdu.data_coding) == ("CMT", 1, 0)
    assert world.smsc.texts() == [(PHONE, "OK S1001: done")]
    assert world.outcomes.told == [("sent", 1, {1: "id1"})]
    assert len(world.pump) == 0


def test_a_text_with_hanzi_goes_out_in_ucs_2() -> None:
    world = World()
    world.send(Row(1, "已收S1001"))
    assert world.smsc.submits[0].data_coding == 8
    assert world.smsc.texts() == [(PHONE, "已收S1001")]


def test_a_text_may_go_out_from_another_address_of_the_link() -> None:
    world = World()
    world.send(Row(1, source="10690"))
    assert world.smsc.submits[0].source.digits == "10690"


@pytest.mark.parametrize(("receipts", "bits"), [(True, 0x01), (False, 0x00)])
def test_O4_a_receipt_is_asked_for_of_every_part_or_where_the_operator_does_not_like_it_of_none(
    receipts: bool, bits: int
) -> None:
    world = World(receipts=receipts)
    world.send(Row(1), Row(2, "x" * 400))
    assert [pdu.registered_delivery for pdu in world.smsc.submits] == [bits] * 4


def test_O8_never_more_submits_are_under_way_than_the_window_allows() -> None:
    world = World(window=3)
    world.smsc.answer_submits = False
    world.send(*[Row(i) for i in range(1, 9)])
    assert len(world.smsc.submits) == 3
    while world.smsc.held:
        world.smsc.answer(*world.smsc.held.pop(0))
        world.smsc.settle()
        assert world.smsc.wire.session.pending_answers <= 3
    assert world.told("sent") == list(range(1, 9))


def test_texts_go_out_by_priority_and_then_in_their_order() -> None:
    world = World(window=1)
    world.smsc.answer_submits = False
    world.send(Row(9, "first", priority=5))
    world.send(Row(3, "c", priority=5), Row(2, "b", priority=1), Row(4, "d", priority=1), Row(1, "a", priority=5))
    world.smsc.answer_submits = True
    world.smsc.answer(*world.smsc.held.pop(0))
    world.smsc.settle()
    assert [text for _, text in world.smsc.texts()] == ["first", "b", "d", "a", "c"]


def test_nothing_is_sent_while_the_link_is_down_and_everything_once_it_is_up() -> None:
    world = World()
    world.smsc.wire.cut()
    world.send(Row(1), Row(2))
    assert world.smsc.submits == []
    world.smsc.advance(2)
    assert world.told("sent") == [1, 2]


def test_O7_the_throughput_is_kept_in_every_second() -> None:
    world = World(window=50, throughput=10)
    times: list[float] = []
    seen = 0
    world.send(*[Row(i) for i in range(1, 61)])
    for _ in range(120):
        times += [world.clock.seconds()] * (len(world.smsc.submits) - seen)
        seen = len(world.smsc.submits)
        world.smsc.advance(0.05, 0.05)
    assert seen == 60
    assert all(bisect_left(times, begin + 1) - i <= 10 for i, begin in enumerate(times))
    assert times[-1] - times[0] < 5.3


def test_O7_a_long_text_costs_a_token_for_each_part() -> None:
    world = World(throughput=2)
    world.send(Row(1, "x" * 400))
    assert len(world.smsc.submits) == 2
    world.smsc.advance(1.1, 0.1)
    assert len(world.smsc.submits) == 3


@pytest.mark.parametrize("code", [status.ESME_RTHROTTLED, status.ESME_RMSGQFUL])
def test_O7_a_link_that_is_too_fast_rests_keeps_the_order_and_recovers(code: int) -> None:
    world = World(window=1, delivery=Delivery(throttle_pause=1))
    world.smsc.submit_statuses = [0, code]
    world.send(*[Row(i, str(i)) for i in range(1, 6)])
    assert [text for _, text in world.smsc.texts()] == ["1", "2"]
    world.smsc.advance(0.9, 0.1)
    assert len(world.smsc.submits) == 2
    world.smsc.advance(0.2, 0.1)
    assert [text for _, text in world.smsc.texts()] == ["1", "2", "2", "3", "4", "5"]
    assert world.told("sent") == [1, 2, 3, 4, 5]
    assert world.outcomes.told[1] == ("sent", 2, {1: "id3"})


def test_O7_a_link_that_goes_on_being_too_fast_rests_longer_each_time() -> None:
    world = World(window=1, delivery=Delivery(throttle_pause=1))
    world.smsc.submit_statuses = [status.ESME_RTHROTTLED] * 4
    began = world.clock.seconds()
    world.send(Row(1))
    world.smsc.advance(30, 0.1)
    assert world.told("sent") == [1]
    assert len(world.smsc.submits) == 5
    assert world.clock.seconds() - began > 1 + 2 + 4 + 5


def test_a_window_full_of_throttled_submits_is_one_rest_and_goes_out_again_in_its_order() -> None:
    world = World(window=5, delivery=Delivery(throttle_pause=1))
    world.smsc.submit_statuses = [status.ESME_RTHROTTLED] * 5
    world.send(*[Row(i, str(i)) for i in range(1, 8)])
    world.smsc.advance(1.2, 0.1)
    assert [text for _, text in world.smsc.texts()] == [*"12345", *"1234567"]
    assert world.told("sent") == [1, 2, 3, 4, 5, 6, 7]


def test_a_refusal_for_now_is_tried_again_with_growing_delays_and_then_given_up() -> None:
    world = World(delivery=Delivery(attempts=3, retry_delay=10))
    world.smsc.submit_statuses = [status.ESME_RSYSERR] * 3
    world.send(Row(1))
    assert world.outcomes.told == [("later", 1, 1, "ESME_RSYSERR")]
    world.smsc.advance(9)
    assert len(world.smsc.submits) == 1
    world.smsc.advance(1)
    assert len(world.smsc.submits) == 2
    world.smsc.advance(19)
    assert len(world.smsc.submits) == 2
    world.smsc.advance(1)
    assert world.outcomes.told[1:] == [("later", 1, 2, "ESME_RSYSERR"), ("failed", 1, "ESME_RSYSERR")]
    assert len(world.pump) == 0


def test_attempts_of_an_earlier_daemon_count() -> None:
    world = World(delivery=Delivery(attempts=3))
    world.smsc.submit_statuses = [status.ESME_RSYSERR]
    world.send(Row(1, attempts=2))
    assert world.outcomes.told == [("failed", 1, "ESME_RSYSERR")]


def test_a_refusal_for_good_fails_the_text_at_once_and_the_next_goes_on() -> None:
    world = World()
    world.smsc.submit_statuses = [status.ESME_RINVDSTADR]
    world.send(Row(1), Row(2))
    assert world.outcomes.told == [("failed", 1, "ESME_RINVDSTADR"), ("sent", 2, {1: "id2"})]


def test_a_status_that_nobody_knows_is_a_refusal_for_now() -> None:
    world = World()
    world.smsc.submit_statuses = [0x0432]
    world.send(Row(1))
    assert world.outcomes.told == [("later", 1, 1, "0x00000432")]


def test_a_text_past_its_time_is_not_sent() -> None:
    world = World()
    world.send(Row(1, not_after=int(world.clock.seconds() * 1000)), Row(2))
    assert world.told("expired") == [1]
    assert world.told("sent") == [2]


def test_a_text_is_not_sent_before_its_time() -> None:
    world = World()
    world.send(Row(1, not_before=int((world.clock.seconds() + 60) * 1000)))
    world.smsc.advance(59)
    assert world.smsc.submits == []
    world.smsc.advance(2)
    assert world.told("sent") == [1]


def test_O2_the_parts_of_a_long_text_go_out_one_after_the_other_with_nothing_between() -> None:
    world = World(window=1)
    world.smsc.answer_submits = False
    world.send(Row(5, "x" * 400, priority=5))
    world.send(Row(6, "urgent", priority=0))
    world.smsc.answer_submits = True
    world.smsc.answer(*world.smsc.held.pop(0))
    world.smsc.settle()
    assert [len(pdu.short_message) for pdu in world.smsc.submits] == [159, 159, 100, 6]
    assert [pdu.short_message[3:6] for pdu in world.smsc.submits[:3]] == [
        world.smsc.submits[0].short_message[3:4] + bytes((3, number)) for number in (1, 2, 3)
    ]
    assert world.outcomes.told[0] == ("sent", 5, {1: "id1", 2: "id2", 3: "id3"})


def test_two_long_texts_to_one_phone_have_different_references() -> None:
    world = World()
    world.send(Row(1, "x" * 200), Row(257, "y" * 200))
    assert len({pdu.short_message[3] for pdu in world.smsc.submits}) == 2


def test_only_the_parts_that_were_refused_for_now_are_sent_again() -> None:
    world = World()
    world.smsc.submit_statuses = [0, status.ESME_RSYSERR, 0]
    world.send(Row(1, "x" * 400))
    assert world.outcomes.told == [("later", 1, 1, "ESME_RSYSERR")]
    world.smsc.advance(11)
    assert len(world.smsc.submits) == 4
    assert world.smsc.submits[3].short_message == world.smsc.submits[1].short_message
    assert world.outcomes.told[1] == ("sent", 1, {1: "id1", 2: "id4", 3: "id3"})


def test_a_text_of_too_many_parts_fails_and_the_next_goes_on() -> None:
    world = World()
    world.send(Row(1, "x" * 50_000), Row(2))
    assert world.told("failed") == [1]
    assert world.told("sent") == [2]


def test_a_number_that_cannot_be_written_fails_its_text_and_not_the_link() -> None:
    world = World()
    world.send(Row(1, recipient="+" + "1" * 30), Row(2))
    assert world.told("failed") == [1]
    assert world.told("sent") == [2]
    assert len(world.pump) == 0


def test_an_unanswered_answer_is_unknown_and_goes_out_again_after_a_grace() -> None:
    world = World(delivery=Delivery(unknown_grace=30), response_timeout=10, enquire_link=1000)
    world.smsc.answer_submits = False
    world.send(Row(1))
    world.smsc.advance(10)
    assert world.outcomes.told == [("unknown", 1, 30)]
    world.smsc.answer_submits = True
    world.smsc.advance(29)
    assert len(world.smsc.submits) == 1
    world.smsc.advance(2)
    assert world.told("sent") == [1]


def test_an_answer_that_comes_after_its_time_makes_the_second_submit_needless() -> None:
    world = World(delivery=Delivery(unknown_grace=30), response_timeout=10, enquire_link=1000)
    world.smsc.answer_submits = False
    world.send(Row(1))
    world.smsc.advance(15)
    world.smsc.answer(*world.smsc.held.pop(0))
    world.smsc.settle()
    assert world.outcomes.told == [("unknown", 1, 30), ("late", 1, {1: "id1"}, True)]
    world.smsc.advance(60)
    assert len(world.smsc.submits) == 1
    assert len(world.pump) == 0


def test_O9_what_was_under_way_on_a_lost_link_is_unknown_and_goes_out_again_once() -> None:
    world = World(delivery=Delivery(unknown_grace=10), window=3)
    world.smsc.answer_submits = False
    world.send(*[Row(i, str(i)) for i in range(1, 6)])
    world.smsc.wire.cut()
    assert world.told("unknown") == [1, 2, 3]
    world.smsc.answer_submits = True
    world.smsc.advance(30)
    assert world.told("sent") == [4, 5, 1, 2, 3]


def test_O9_a_broadcast_whose_outcome_is_unknown_is_not_sent_again() -> None:
    world = World(delivery=Delivery(unknown_grace=10))
    world.smsc.answer_submits = False
    world.send(Row(1, kind="broadcast", priority=9))
    world.smsc.wire.cut()
    assert world.outcomes.told == [("unknown", 1, None)]
    world.smsc.advance(60)
    assert len(world.smsc.submits) == 1
    assert len(world.pump) == 0


def test_an_answer_that_nobody_ever_confirms_is_given_up_after_its_attempts() -> None:
    world = World(delivery=Delivery(unknown_grace=5, attempts=3), response_timeout=5, enquire_link=1000)
    world.smsc.answer_submits = False
    world.send(Row(1))
    world.smsc.advance(120)
    assert len(world.smsc.submits) == 3
    assert world.outcomes.told[-1] == ("unknown", 1, None)


def test_a_row_that_is_claimed_already_is_not_taken_twice() -> None:
    world = World(window=1)
    world.smsc.answer_submits = False
    world.send(Row(1), Row(2))
    world.send(Row(1), Row(2))
    world.smsc.answer_submits = True
    world.smsc.answer(*world.smsc.held.pop(0))
    world.smsc.settle()
    assert len(world.smsc.submits) == 2


def test_F6_an_answer_of_another_kind_or_a_nack_is_a_refusal_for_now() -> None:
    world = World()
    world.smsc.answer_submits = False
    world.send(Row(1))
    wire, pdu = world.smsc.held.pop(0)
    wire.session.respond_with(pdu, SubmitSmResp(status=0x10FFFF), world.clock.seconds())
    world.smsc.settle()
    assert world.told("later") == [1]


@pytest.mark.parametrize(("how", "parts"), [("udh8", 3), ("udh16", 3), ("sar", 3), ("payload", 1)])
def test_a_long_text_goes_out_in_the_way_the_operator_wants(how: str, parts: int) -> None:
    world = World(long_messages=how)
    world.send(Row(1, "x" * 400))
    assert len(world.smsc.submits) == parts
    tags = {tag for pdu in world.smsc.submits for tag, _ in pdu.tlvs}
    assert tags == {"sar": {0x020C, 0x020E, 0x020F}, "payload": {0x0424}}.get(how, set())
