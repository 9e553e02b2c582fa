"""Every timer of a link: counted by its name and told in one line each time it expires; wrong credentials told once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.error import TimeoutError as ConnectTimeout

from smsgw.gateway.counters import TIMERS
from smsgw.gateway.links.states import BindState
from smsgw.smpp import status
from smsgw.smpp.pdu import Address, SubmitSm
from tests.gateway.links.test_bind import World

TIMES = {
    "bind_timeout": 5,
    "response_timeout": 7,
    "enquire_link": 20,
    "inactivity": 60,
    "partial_timeout": 3,
    "connect_timeout": 4,
}


def expired(logs: list[Any]) -> list[tuple[str, float]]:
    return [(entry["timer"], entry["seconds"]) for entry in logs if "timer" in entry]


def counted(world: World) -> dict[str, int]:
    return {timer: count for timer, count in world.counters.timeouts.items() if count}


def no_connection(world: World) -> None:
    world.smsc.connect_failure = ConnectTimeout()
    world.bind.start()
    world.smsc.settle()


def no_answer_to_the_bind(world: World) -> None:
    world.bind.start()
    world.clock.advance(5)


def no_answer_to_a_submit(world: World) -> None:
    world.start()
    world.smsc.answer_submits = False
    connection = world.bind.connection
    assert connection is not None
    connection.session.submit(SubmitSm(destination=Address(1, 1, "8613900000001")), world.clock.seconds())
    connection.flush()
    world.smsc.settle()
    world.clock.advance(7)


def no_answer_to_enquire_link(world: World) -> None:
    world.start()
    world.clock.advance(20)
    world.clock.advance(7)


def no_word(world: World) -> None:
    world.start()
    world.clock.advance(60)


def half_a_pdu(world: World) -> None:
    world.start()
    world.smsc.wire.protocol.dataReceived(b"\0\0\0\x20\0\0")
    world.clock.advance(3)


def no_answer_to_unbind(world: World) -> None:
    world.start()
    world.bind.rebind()
    world.clock.advance(7)


@pytest.mark.parametrize(
    ("happens", "timer", "seconds", "settings"),
    [
        (no_connection, "connect", 4, {}),
        (no_answer_to_the_bind, "bind", 5, {}),
        (no_answer_to_a_submit, "response", 7, {}),
        (no_answer_to_unbind, "response", 7, {}),
        (no_answer_to_enquire_link, "enquire_link", 7, {}),
        (no_word, "inactivity", 60, {"enquire_link": 1000}),
        (half_a_pdu, "partial", 3, {}),
    ],
)
def test_a_timer_that_expires_is_counted_and_told_in_one_line(
    happens: Callable[[World], None], timer: str, seconds: float, settings: dict[str, Any]
) -> None:
    world = World(**{**TIMES, **settings})
    with capture_logs() as logs:
        happens(world)
    assert expired(logs) == [(timer, seconds)]
    assert counted(world) == {timer: 1}
    assert timer in TIMERS


def test_each_expiry_is_told_but_only_the_first_of_a_kind_is_a_warning() -> None:
    world = World(**TIMES)
    world.smsc.connect_failure = ConnectTimeout()
    with capture_logs() as logs:
        world.bind.start()
        world.smsc.advance(8)
    assert world.smsc.attempts == 4  # at 0, 1, 3, 7
    assert [(entry["timer"], entry["log_level"]) for entry in logs] == [
        ("connect", level) for level in ("warning", "info", "info", "info")
    ]
    assert counted(world) == {"connect": 4}


def test_a_bind_that_is_never_answered_is_one_line_an_attempt() -> None:
    world = World(**TIMES)
    with capture_logs() as logs:
        world.bind.start()
        for _ in range(3):
            world.clock.advance(5)
            world.smsc.wire.cut()
            world.clock.advance(8)
    assert [entry["log_level"] for entry in logs if entry["log_level"] != "debug"] == ["warning", "info", "info"]
    assert counted(world) == {"bind": 3}


def test_a_connection_that_is_refused_is_no_timer() -> None:
    world = World(**TIMES)
    world.smsc.connect_failure = ConnectionRefusedError()
    with capture_logs() as logs:
        world.bind.start()
        world.smsc.settle()
    assert not expired(logs)
    assert not counted(world)


def test_T2_wrong_credentials_are_told_once_until_a_bind_stands_whatever_happens_in_between() -> None:
    world = World(credentials_wait=10)
    errors: list[Any] = []

    def attempt(code: int = 0, failure: Exception | None = None) -> None:
        world.smsc.bind_status, world.smsc.connect_failure = code, failure
        with capture_logs() as logs:
            world.smsc.advance(100)
        errors.append([entry["why"] for entry in logs if entry["log_level"] == "error"])

    world.bind.start()
    attempt(status.ESME_RINVPASWD)
    attempt(status.ESME_RINVPASWD)
    attempt(failure=ConnectionRefusedError())
    attempt(status.ESME_RINVSYSID)
    attempt(status.ESME_RBINDFAIL)
    attempt(status.ESME_RINVPASWD)
    assert errors == [["ESME_RINVPASWD"], [], [], [], [], []]
    attempt()
    assert world.bind.state is BindState.BOUND
    world.smsc.bind_status = status.ESME_RINVPASWD
    world.smsc.wire.cut()
    attempt(status.ESME_RINVPASWD)
    assert errors[-1] == ["ESME_RINVPASWD"]


@pytest.mark.parametrize(
    ("code", "seconds"), [(status.ESME_RINVPASWD, 20), (status.ESME_RINVSYSTYP, 20), (status.ESME_RALYBND, 9)]
)
def test_T2_the_waits_after_a_refusal_can_be_set(code: int, seconds: float) -> None:
    world = World(credentials_wait=20, already_bound_wait=9)
    world.smsc.bind_status = code
    world.start()
    world.smsc.advance(seconds - 0.5)
    assert world.smsc.attempts == 1
    world.smsc.advance(1)
    assert world.smsc.attempts == 2
