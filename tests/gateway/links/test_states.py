"""The law of a bind's states holds whatever happens in whatever order, and everything ends where it should."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.gateway.links.states import CALLED, CALLING, BindState, Step
from smsgw.smpp import status
from smsgw.smpp.pdu import Outbind
from tests.gateway.links.test_bind import World


@pytest.mark.parametrize("table", [CALLING, CALLED])
def test_every_state_that_a_table_reaches_can_be_left_and_ended(table: dict[tuple[BindState, Step], BindState]) -> None:
    reached = {state for (_, step), state in table.items() if step is not Step.END}
    for state in reached | {BindState.STOPPED}:
        assert table[state, Step.END] is BindState.STOPPED
        assert any(left is state and step is not Step.END for left, step in table)


def cut(world: World) -> None:
    for wire in world.smsc.wires:
        wire.cut()


def refuse_next(world: World) -> None:
    world.smsc.bind_status = status.ESME_RALYBND


def accept_next(world: World) -> None:
    world.smsc.bind_status = 0
    world.smsc.refuse_connections = world.smsc.port_taken = False


def no_connections(world: World) -> None:
    world.smsc.refuse_connections = world.smsc.port_taken = True


def outbind(world: World) -> None:
    if world.smsc.callee is not None:
        world.smsc.call(Outbind("smsc", "pw"))


def unbind_from_there(world: World) -> None:
    if world.smsc.bound:
        world.smsc.wire.session.unbind(world.clock.seconds())


EVENTS: list[Callable[[World], object]] = [
    cut,
    refuse_next,
    accept_next,
    no_connections,
    outbind,
    unbind_from_there,
    lambda world: world.smsc.settle(),
    lambda world: world.smsc.advance(3),
    lambda world: world.clock.advance(40),
    lambda world: world.bind.rebind(),
    lambda world: world.bind.drop(),
    lambda world: world.bind.start(),
]


@settings(max_examples=150, deadline=None)
@given(called=st.booleans(), events=st.lists(st.sampled_from(EVENTS), max_size=25))
def test_a_bind_comes_back_after_anything_and_stops_when_told(
    called: bool, events: list[Callable[[World], object]]
) -> None:
    world = World(**({"outbind_listen": "127.0.0.1:2776"} if called else {}))
    world.bind.start()
    for happens in events:
        happens(world)
    accept_next(world)
    world.smsc.advance(140)
    if called and world.bind.state is not BindState.BOUND:
        assert world.bind.state is BindState.LISTENING
        outbind(world)
        world.smsc.settle()
    assert world.bind.state is BindState.BOUND
    assert world.bind.live is world.bind.connection is not None
    stopped: list[object] = []
    world.bind.stop().addCallback(stopped.append)
    world.smsc.advance(20)
    assert stopped == [None]
    assert world.bind.state is BindState.STOPPED
    assert not any(wire.open for wire in world.smsc.wires)
    assert world.bind.connection is None
