"""A bind comes up, comes back, backs off, and goes down in order."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs
from twisted.internet.task import Clock

from smsgw.gateway.counters import LinkCounters
from smsgw.gateway.links.bind import Bind
from smsgw.gateway.links.states import BindState
from smsgw.settings.sections import Smsc
from smsgw.smpp import status
from tests.gateway.peer import FakeSmsc


class Recorder:
    """Remembers what a bind told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *values: self.told.append((name.removeprefix("on_"), *values))

    def names(self) -> list[str]:
        return [each[0] for each in self.told if each[0] != "read"]


class World:
    def __init__(self, **fields: Any) -> None:
        self.clock = Clock()
        self.clock.advance(1_800_000_000)
        self.smsc = FakeSmsc(self.clock)
        self.told = Recorder()
        self.counters = LinkCounters()
        self.bind = Bind(
            smsc=Smsc(name="operator-a", **fields),
            endpoint=self.smsc,
            tell=self.told,
            clock=self.clock,
            random=lambda: 0.0,
            session_number=iter(range(1, 1000)).__next__,
            counters=self.counters,
        )

    def start(self) -> World:
        self.bind.start()
        self.smsc.settle()
        return self


def test_a_bind_comes_up_with_its_credentials_and_without_delay_on_the_wire() -> None:
    world = World(system_id="me", password="pw", system_type="SMPP").start()
    assert world.bind.state is BindState.BOUND
    assert world.smsc.wire.no_delay
    (request,) = world.smsc.binds
    assert (request.system_id, request.password, request.system_type, request.interface_version) == (
        "me",
        "pw",
        "SMPP",
        0x34,
    )
    assert world.told.names() == ["bound"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("transceiver", "BindTransceiver"), ("transmitter", "BindTransmitter"), ("receiver", "BindReceiver")],
)
def test_each_kind_of_bind_is_asked_for_by_its_own_pdu(kind: str, name: str) -> None:
    world = World(bind=kind).start()
    assert [type(request).__name__ for request in world.smsc.binds] == [name]


def test_an_operator_that_insists_on_3_3_is_asked_in_3_3() -> None:
    assert World(interface_version="3.3").start().smsc.binds[0].interface_version == 0x33


def test_no_connection_is_tried_again_after_1_2_4_seconds_up_to_the_cap() -> None:
    world = World(reconnect_min=1, reconnect_max=8)
    world.smsc.refuse_connections = True
    world.bind.start()
    tried = []
    for second in range(40):
        world.smsc.settle()
        tried.append(world.smsc.attempts)
        world.clock.advance(1)
        del second
    # at 0, 1, 3, 7, 15, 23, 31, 39
    assert [tried[s] for s in (0, 1, 2, 3, 6, 7, 14, 15, 22, 23, 31, 39)] == [1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8]
    assert world.bind.state in (BindState.CONNECTING, BindState.WAITING)


def test_a_link_that_cannot_connect_says_so_once_and_not_at_each_attempt() -> None:
    world = World()
    world.smsc.refuse_connections = True
    with capture_logs() as logs:
        world.bind.start()
        world.smsc.advance(100)
    assert world.smsc.attempts > 5
    assert [entry["log_level"] for entry in logs].count("warning") == 1


def test_T2_a_wrong_password_is_one_clear_line_without_the_password_and_a_slow_retry() -> None:
    world = World(password="topsecr", reconnect_max=60)
    world.smsc.bind_status = status.ESME_RINVPASWD
    with capture_logs() as logs:
        world.start()
        world.smsc.advance(59)
        assert world.smsc.attempts == 1
        world.smsc.advance(2)
        assert world.smsc.attempts == 2
    assert [entry["log_level"] for entry in logs if entry["log_level"] in ("warning", "error")] == ["error"]
    (error,) = (entry for entry in logs if entry["log_level"] == "error")
    assert "password" in error["event"]
    assert error["why"] == "ESME_RINVPASWD"
    assert "topsecr" not in repr(logs)
    assert not world.smsc.wires[0].open


@pytest.mark.parametrize(
    ("code", "seconds"),
    [(status.ESME_RBINDFAIL, 1), (status.ESME_RSYSERR, 1), (status.ESME_RALYBND, 5), (status.ESME_RINVSYSID, 60)],
)
def test_T2_each_refusal_has_its_own_wait(code: int, seconds: float) -> None:
    world = World()
    world.smsc.bind_status = code
    world.start()
    world.smsc.advance(seconds - 0.5)
    assert world.smsc.attempts == 1
    world.smsc.bind_status = 0
    world.smsc.advance(1)
    assert world.smsc.attempts == 2
    assert world.bind.state is BindState.BOUND


def test_T4_no_answer_to_the_bind_within_its_time_ends_the_connection_and_is_tried_again() -> None:
    world = World(bind_timeout=5)
    world.bind.start()  # and the SMSC never reads
    world.clock.advance(5)
    assert world.smsc.wire.closing
    world.smsc.wire.cut()
    world.clock.advance(1)
    assert world.smsc.attempts == 2


def test_T11_a_lost_link_comes_back_after_the_shortest_wait_when_it_had_stood() -> None:
    world = World().start()
    world.smsc.advance(20)
    world.smsc.wire.cut()
    assert world.bind.state is BindState.WAITING
    assert world.bind.live is None
    world.smsc.advance(1)
    assert world.bind.state is BindState.BOUND
    assert world.told.names() == ["bound", "lost", "bound"]
    assert world.counters.losses == 1


def test_a_link_that_binds_and_is_dropped_at_once_waits_longer_each_time() -> None:
    world = World().start()
    waits = []
    for _ in range(5):
        world.smsc.wire.cut()
        before = world.clock.seconds()
        attempts = world.smsc.attempts
        while world.smsc.attempts == attempts:
            world.clock.advance(0.5)
        world.smsc.settle()
        waits.append(world.clock.seconds() - before)
    assert waits == [1, 2, 4, 8, 16]


def test_a_link_that_carried_texts_comes_back_after_the_shortest_wait_however_often_it_drops() -> None:
    world = World().start()
    for drops in range(1, 7):
        world.smsc.deliver("+8613900000001", "S 1")
        world.smsc.settle()
        world.smsc.wire.cut()
        world.smsc.advance(1)
        assert world.bind.state is BindState.BOUND
        assert world.smsc.attempts == drops + 1


def test_a_session_has_a_number_of_its_own_each_time() -> None:
    world = World().start()
    first = world.bind.connection
    world.smsc.wire.cut()
    world.smsc.advance(1)
    assert first is not None and world.bind.connection is not None
    assert first.number != world.bind.connection.number


def test_M2_a_peer_that_does_not_answer_enquire_link_is_given_up() -> None:
    world = World(enquire_link=30, response_timeout=10).start()
    world.clock.advance(30)
    world.clock.advance(10)
    assert world.smsc.wire.closing
    world.clock.advance(5)  # and it does not read our last words either
    assert not world.smsc.wire.open


def test_T7_the_smsc_unbinds_and_we_come_back() -> None:
    world = World().start()
    world.smsc.wire.session.unbind(world.clock.seconds())
    world.smsc.settle()
    assert not world.smsc.wires[0].open
    world.smsc.advance(1)
    assert world.bind.state is BindState.BOUND
    assert world.smsc.attempts == 2


def test_T8_stopping_unbinds_and_tells_when_the_connection_is_gone() -> None:
    world = World().start()
    stopped: list[object] = []
    world.bind.stop().addCallback(stopped.append)
    assert not stopped
    world.smsc.settle()
    assert stopped == [None]
    assert world.bind.state is BindState.STOPPED
    lost = next(each for each in world.told.told if each[0] == "lost")
    assert lost[1].clean
    world.smsc.advance(120)
    assert world.smsc.attempts == 1


def test_stopping_while_waiting_to_come_back_stops_at_once() -> None:
    world = World().start()
    world.smsc.wire.cut()
    stopped: list[object] = []
    world.bind.stop().addCallback(stopped.append)
    assert stopped == [None]
    world.smsc.advance(120)
    assert world.smsc.attempts == 1


def test_stopping_while_the_bind_is_not_answered_ends_the_connection() -> None:
    world = World()
    world.bind.start()
    stopped: list[object] = []
    world.bind.stop().addCallback(stopped.append)
    world.smsc.settle()
    assert stopped == [None]


def test_everything_of_one_read_is_answered_in_one_write() -> None:
    world = World().start()
    for i in range(10):
        world.smsc.deliver("+8613900000001", f"S {i}")
    writes = world.smsc.wire.writes
    connection = world.bind.connection
    assert connection is not None
    taken = world.told

    def received(bound_connection: Any, pdu: Any, now: float) -> None:
        bound_connection.respond(pdu, 0, now)

    taken.on_pdu = received  # type: ignore[method-assign]
    world.smsc.settle()
    assert len(world.smsc.answers) == 10
    assert world.smsc.wire.writes == writes + 1


def test_the_proof_that_answers_were_read_is_asked_for_soon_after_them() -> None:
    world = World(enquire_link=300).start()
    world.smsc.deliver("+8613900000001", "S 1")
    world.told.on_pdu = lambda connection, pdu, now: connection.respond(pdu, 0, now)  # type: ignore[method-assign]
    world.smsc.settle()
    assert "proved" not in world.told.names()
    answered_at = world.clock.seconds()
    world.smsc.advance(6)
    proof = next(each for each in world.told.told if each[0] == "proved")
    assert proof[2] >= answered_at
