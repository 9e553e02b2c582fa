"""An SMSC of SMPP 5.0 tells how congested it is, and is obeyed."""

from __future__ import annotations

import pytest

from smsgw.gateway.outbound.congestion import Congestion
from smsgw.settings.sections import Delivery
from smsgw.smpp import status
from smsgw.smpp.tlv import TAG_CONGESTION_STATE, Tlvs
from tests.gateway.outbound.test_pump import Row, World


def state(percent: int) -> Tlvs:
    return ((0x1400, b"x"), (TAG_CONGESTION_STATE, bytes((percent,))))


def answer(world: World, tlvs: Tlvs) -> None:
    """The SMSC takes the submit that has waited longest, and tells its state."""
    wire, pdu = world.smsc.held.pop(0)
    world.smsc.ids += 1
    wire.session.respond(pdu, 0, world.clock.seconds(), f"id{world.smsc.ids}", tlvs)
    world.smsc.settle()


def test_O10_fewer_are_under_way_above_the_optimum_more_below_it_and_never_none() -> None:
    congestion = Congestion(10)
    for percent in (95, 95, 85, 89):
        assert not congestion.adapt(state(percent))
    assert congestion.allowed == 8
    assert not congestion.adapt(state(79))
    assert congestion.allowed == 9
    for _ in range(50):
        congestion.adapt(state(99))
    assert congestion.allowed == 1
    for _ in range(50):
        congestion.adapt(state(0))
    assert congestion.allowed == 10


def test_O10_an_smsc_that_tells_its_state_no_more_gets_the_whole_window_again() -> None:
    congestion = Congestion(3)
    congestion.adapt(state(95))
    congestion.adapt(state(95))
    congestion.adapt(())
    assert congestion.allowed == 2
    congestion.adapt(((TAG_CONGESTION_STATE, b""), (TAG_CONGESTION_STATE, b"ab")))  # no such value: nothing told
    assert congestion.allowed == 3


def test_O10_a_link_settles_where_the_smsc_is_at_its_optimum() -> None:
    world = World(window=40)
    world.smsc.answer_submits = False
    world.send(*[Row(i) for i in range(1, 601)])
    under_way = []
    while world.smsc.held:
        # This SMSC is full with twenty under way.
        answer(world, state(min(99, 100 * len(world.smsc.held) // 20)))
        under_way.append(len(world.smsc.held))
    assert under_way[0] == 39
    assert all(15 <= number <= 18 for number in under_way[100:-20])
    assert world.told("sent") == list(range(1, 601))


@pytest.mark.parametrize("percent", [100, 255])
def test_O10_a_congested_smsc_is_left_alone_for_a_moment(percent: int) -> None:
    world = World(window=4, delivery=Delivery(throttle_pause=1))
    world.smsc.answer_submits = False
    world.send(*[Row(i) for i in range(1, 20)])
    answer(world, state(percent))
    assert len(world.smsc.submits) == 4
    while world.smsc.held:
        answer(world, ())
    world.smsc.advance(0.9, 0.1)
    assert len(world.smsc.submits) == 4
    world.smsc.advance(0.2, 0.1)
    assert len(world.smsc.submits) > 4
    assert world.told("sent") == [1, 2, 3, 4]


def test_O10_an_smsc_of_3_4_is_not_held_back() -> None:
    world = World(window=10)
    world.send(*[Row(i) for i in range(1, 101)])
    assert world.told("sent") == list(range(1, 101))


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (status.ESME_RSERTYPUNAVAIL, ("later", 1, 1, "ESME_RSERTYPUNAVAIL")),
        (status.ESME_RPROHIBITED, ("failed", 1, "ESME_RPROHIBITED")),
        (status.ESME_RSERTYPDENIED, ("failed", 1, "ESME_RSERTYPDENIED")),
        (0x1FF, ("later", 1, 1, "0x000001FF")),
    ],
)
def test_O10_the_statuses_of_smpp_5_are_understood(code: int, outcome: tuple[object, ...]) -> None:
    world = World()
    world.smsc.submit_statuses = [code]
    world.send(Row(1))
    assert world.outcomes.told == [outcome]
