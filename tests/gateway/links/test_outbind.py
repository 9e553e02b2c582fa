"""T9: the SMSC connects to us and says outbind; we look at who it is, and bind on its connection."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from smsgw.gateway.links.outbind import WAITING_MAX
from smsgw.gateway.links.states import BindState
from smsgw.smpp import status
from smsgw.smpp.codec import encode
from smsgw.smpp.pdu import GenericNack, Outbind
from tests.business.world import OWNER
from tests.gateway.links import test_bind
from tests.gateway.world import IMEIS, settings_of, world

LISTEN = "127.0.0.1:2776"
RIGHT = {"system_id": "smsc", "password": "knock"}


class World(test_bind.World):
    def __init__(self, **fields: Any) -> None:
        super().__init__(outbind_listen=LISTEN, **fields)


def strict(**fields: Any) -> World:
    return World(outbind_system_id="smsc", outbind_password="knock", **fields).start()


def refusals(logs: list[Any]) -> list[str]:
    return [entry["why"] for entry in logs if entry["log_level"] == "error"]


def nacks(world: World) -> list[int]:
    return [pdu.status for pdu in world.smsc.unmatched if isinstance(pdu, GenericNack)]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("transceiver", "BindTransceiver"), ("transmitter", "BindTransmitter"), ("receiver", "BindReceiver")],
)
def test_T9_we_listen_and_bind_when_the_smsc_says_outbind(kind: str, name: str) -> None:
    world = strict(bind=kind)
    assert world.bind.state is BindState.LISTENING
    assert world.smsc.attempts == 0
    wire = world.smsc.call()
    assert wire is not None
    assert not world.smsc.binds  # not before it has said so
    wire.session.notify(Outbind(**RIGHT))
    world.smsc.settle()
    assert [type(request).__name__ for request in world.smsc.binds] == [name]
    assert world.bind.state is BindState.BOUND
    assert world.told.names() == ["bound"]
    assert (world.counters.outbinds, world.counters.outbinds_refused, world.counters.binds) == (1, 0, 1)


def test_T9_texts_flow_on_the_connection_of_an_outbind(engine: Engine) -> None:
    w = world(engine, settings_of(smsc={"outbind_listen": LISTEN}))
    assert not w.smsc.bound
    w.smsc.call(Outbind("anybody", "anything"))
    assert w.smsc.bound
    w.text(OWNER, f"S {IMEIS[0]}")
    assert w.statuses() == [0]
    assert [phone for phone, _ in w.smsc.texts()] == [OWNER]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"system_id": "other", "password": "knock"}, "system_id is 'other'"),
        ({"system_id": "smsc", "password": "other"}, "password is another"),
        ({"system_id": "smsc", "password": ""}, "password is another"),
        ({"system_id": "smsc", "password": "kn\xf6ck"}, "password is another"),
    ],
)
def test_T9_an_outbind_of_somebody_else_is_told_once_counted_and_its_connection_closed(
    said: dict[str, str], why: str
) -> None:
    world = strict()
    with capture_logs() as logs:
        for _ in range(3):
            wire = world.smsc.call(Outbind(**said))
            assert wire is not None
            assert not wire.open
    assert refusals(logs) == [why]
    assert "knock" not in repr(logs)
    assert world.counters.outbinds_refused == 3
    assert not world.smsc.binds
    assert world.bind.state is BindState.LISTENING
    with capture_logs() as logs:  # once more after one that was right
        world.smsc.call(Outbind(**RIGHT))
        assert world.bind.state is BindState.BOUND
        world.smsc.call(Outbind(**said))
    assert refusals(logs) == [why]
    assert world.bind.state is BindState.BOUND


@pytest.mark.parametrize("setting", ["outbind_system_id", "outbind_password"])
def test_T9_what_is_not_set_is_not_checked(setting: str) -> None:
    both = {"outbind_system_id": "smsc", "outbind_password": "knock"}
    world = World(**{name: value for name, value in both.items() if name != setting}).start()
    other = RIGHT | {setting.removeprefix("outbind_"): "x"}
    world.smsc.call(Outbind(**other))
    assert world.bind.state is BindState.BOUND


def test_T9_a_second_connection_hears_that_we_are_bound_and_the_first_has_to_prove_itself() -> None:
    world = strict()
    first = world.smsc.call(Outbind(**RIGHT))
    second = world.smsc.call(Outbind(**RIGHT))
    assert first is not None and second is not None
    assert (first.open, second.open) == (True, False)
    assert nacks(world) == [status.ESME_RALYBND]
    assert world.told.names() == ["bound", "proved"]


def test_T9_a_dead_connection_gives_way_to_the_next_outbind() -> None:
    world = strict(response_timeout=10)
    first = world.smsc.call(Outbind(**RIGHT))
    assert first is not None
    first.turn = lambda: False  # type: ignore[method-assign]  # nothing comes through any more
    world.smsc.call(Outbind(**RIGHT))
    world.clock.advance(10)
    world.clock.advance(5)
    assert world.bind.state is BindState.LISTENING
    world.smsc.call(Outbind(**RIGHT))
    assert world.bind.state is BindState.BOUND


@pytest.mark.parametrize("listens", [True, False])
def test_T9_an_outbind_on_a_bound_connection_is_refused_and_the_session_lives(listens: bool) -> None:
    world = strict() if listens else test_bind.World().start()
    wire = world.smsc.call(Outbind(**RIGHT)) if listens else world.smsc.wire
    assert wire is not None
    wire.protocol.dataReceived(encode(Outbind("smsc", "knock", sequence=77)))
    world.smsc.settle()
    assert [(pdu.status, pdu.sequence) for pdu in world.smsc.unmatched] == [(status.ESME_RINVBNDSTS, 77)]
    assert world.bind.state is BindState.BOUND


def test_T9_an_outbind_that_nobody_asked_for_is_refused_while_our_bind_is_under_way() -> None:
    world = test_bind.World()
    world.bind.start()
    world.smsc.wire.protocol.dataReceived(encode(Outbind("smsc", "knock", sequence=1)))
    world.smsc.settle()
    assert [pdu.status for pdu in world.smsc.unmatched] == [status.ESME_RINVBNDSTS]
    assert world.bind.state is BindState.BOUND


def test_T4_a_connection_that_says_nothing_is_given_up_and_holds_nobody_up() -> None:
    world = strict(bind_timeout=5)
    idle = [world.smsc.call() for _ in range(WAITING_MAX)]
    assert world.smsc.call() is None
    with capture_logs() as logs:
        world.smsc.advance(5)
    assert not any(wire.open for wire in idle if wire is not None)
    assert [entry["timer"] for entry in logs if "timer" in entry] == ["bind"] * WAITING_MAX
    assert world.counters.timeouts["bind"] == WAITING_MAX
    world.smsc.call()
    world.smsc.call(Outbind(**RIGHT))
    assert world.bind.state is BindState.BOUND


def test_a_request_before_the_outbind_is_refused_and_garbage_harms_nobody() -> None:
    world = strict()
    wire = world.smsc.call()
    assert wire is not None
    wire.protocol.dataReceived(b"GET / HTTP/1.1\r\n\r\n")
    world.smsc.settle()
    assert not wire.open
    assert world.counters.malformed == 1
    world.smsc.call(Outbind(**RIGHT))
    assert world.bind.state is BindState.BOUND


def test_a_lost_link_waits_for_the_next_outbind_and_does_not_connect() -> None:
    world = strict()
    world.smsc.call(Outbind(**RIGHT))
    world.smsc.wire.cut()
    assert world.bind.state is BindState.LISTENING
    world.smsc.advance(120)
    assert world.smsc.attempts == 0
    world.smsc.call(Outbind(**RIGHT))
    assert world.bind.state is BindState.BOUND
    assert world.told.names() == ["bound", "lost", "bound"]


def test_a_refused_bind_waits_for_the_next_outbind() -> None:
    world = strict()
    world.smsc.bind_status = status.ESME_RINVPASWD
    with capture_logs() as logs:
        world.smsc.call(Outbind(**RIGHT))
        world.smsc.call(Outbind(**RIGHT))
    assert world.bind.state is BindState.LISTENING
    assert refusals(logs) == ["ESME_RINVPASWD"]
    world.smsc.bind_status = 0
    world.smsc.call(Outbind(**RIGHT))
    assert world.bind.state is BindState.BOUND


def test_a_rebind_ends_the_session_and_listens() -> None:
    world = strict()
    world.smsc.call(Outbind(**RIGHT))
    world.bind.rebind()
    world.smsc.settle()
    assert world.bind.state is BindState.LISTENING
    assert not world.bind.rebinding
    assert "waits for the SMSC" in world.bind.faults.why


def test_a_port_that_is_taken_is_told_once_and_tried_again() -> None:
    world = World()
    world.smsc.port_taken = True
    with capture_logs() as logs:
        world.bind.start()
        world.smsc.advance(10)
    (warning,) = (entry for entry in logs if entry["log_level"] == "warning")
    assert warning["event"] == "cannot listen"
    world.smsc.port_taken = False
    world.smsc.advance(20)
    world.smsc.call(Outbind("", ""))
    assert world.bind.state is BindState.BOUND


@pytest.mark.parametrize("callers", ["none", "waiting", "bound"])
def test_T8_stopping_frees_the_port_and_ends_every_connection(callers: str) -> None:
    world = strict()
    if callers != "none":
        world.smsc.call(Outbind(**RIGHT) if callers == "bound" else None)
    stopped: list[object] = []
    world.bind.stop().addCallback(stopped.append)
    world.smsc.settle()
    assert stopped == [None]
    assert world.smsc.callee is None
    assert not any(wire.open for wire in world.smsc.wires)
    assert world.bind.state is BindState.STOPPED


def test_where_we_listen_is_seen_in_the_status_of_the_link(engine: Engine) -> None:
    from smsgw.gateway.links.status import link_status

    w = world(engine, settings_of(smsc={"outbind_listen": LISTEN}))
    status_of = link_status(w.link)
    assert status_of["state"] == "listening"
    assert status_of["binds"][0]["smsc"] == f"outbind at {LISTEN}"
