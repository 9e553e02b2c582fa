"""Wrong tokens wait, the longer the more there are of an address; right ones never do."""

from __future__ import annotations

import pytest
import structlog
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import maybeDeferred
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure

from smsgw.api.guesses import FORGOTTEN, FREE, LONGEST, Guesses
from smsgw.api.kannel import NOT_AUTHORISED, not_authorised
from smsgw.api.pages import BoundedRequest, ProgramPage
from smsgw.gateway.health import MOST_CONNECTIONS, MOST_OF_ONE, REQUEST_SECONDS, site


def test_the_first_are_free_and_the_others_wait_longer_and_longer() -> None:
    guesses = Guesses()
    waits = [guesses.wait("192.0.2.1", float(at)) for at in range(12)]
    assert waits[:FREE] == [0.0] * FREE
    assert waits[FREE:] == sorted(waits[FREE:])
    assert waits[-1] == LONGEST
    assert guesses.wait("192.0.2.2", 12.0) == 0.0
    assert guesses.wait("192.0.2.1", 12.0 + FORGOTTEN) == 0.0


def test_they_are_told_with_the_address() -> None:
    guesses = Guesses()
    with structlog.testing.capture_logs() as logs:
        for _ in range(250):
            guesses.wait("192.0.2.1", 0.0)
    assert [(line["log_level"], line["address"], line["count"]) for line in logs] == [
        ("warning", "192.0.2.1", FREE + 1),
        ("warning", "192.0.2.1", 100),
        ("warning", "192.0.2.1", 200),
    ]


@pytest.mark.parametrize("told", [(401, b"{}", {}), (403, NOT_AUTHORISED.encode(), {})])
def test_an_answer_to_a_wrong_token_waits(told: tuple[int, bytes, dict[str, str]]) -> None:
    clock = MemoryReactorClock()
    page = ProgramPage(
        lambda asked: told,
        maybeDeferred,
        lambda: True,
        guesses=Guesses(),
        reactor=clock,
        wrong_token=lambda told: told[0] == 401 or not_authorised(told),
    )
    pages = site(lambda: "", lambda: b"", {"api": page}, BoundedRequest, clock)
    answers = []
    for _ in range(FREE + 1):
        protocol = pages.buildProtocol(None)
        transport = StringTransport()
        protocol.makeConnection(transport)
        protocol.dataReceived(b"GET /api/v1/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n")
        answers.append(transport)
    assert [bool(each.value()) for each in answers] == [True] * FREE + [False]
    clock.advance(LONGEST)
    assert answers[-1].value().startswith(f"HTTP/1.1 {told[0]}".encode())


@pytest.mark.parametrize(
    "head", [b"GET /healthz HTTP/1.1\r\nX: ", b"POST /healthz HTTP/1.1\r\nContent-Length: 500\r\n\r\n", b"GET"]
)
def test_a_request_that_drips_is_cut(head: bytes) -> None:
    clock = MemoryReactorClock()
    pages = site(lambda: "", lambda: b"", reactor=clock)
    protocol = pages.buildProtocol(None)
    transport = StringTransport()
    protocol.makeConnection(transport)
    protocol.dataReceived(head)
    for _ in range(int(REQUEST_SECONDS) - 1):
        clock.advance(1)
        protocol.dataReceived(b"x")
    assert not transport.disconnecting and not transport.disconnected
    clock.advance(1)
    assert transport.disconnecting or transport.disconnected


def test_a_connection_that_is_kept_may_ask_again() -> None:
    clock = MemoryReactorClock()
    pages = site(lambda: "", lambda: b"", reactor=clock)
    protocol = pages.buildProtocol(None)
    transport = StringTransport()
    protocol.makeConnection(transport)
    for _ in range(4):
        protocol.dataReceived(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        clock.advance(REQUEST_SECONDS * 0.75)
    assert transport.value().count(b"200 OK") == 4


def test_connections_are_limited() -> None:
    pages = site(lambda: "", lambda: b"", reactor=MemoryReactorClock())
    held = []
    for number in range(MOST_CONNECTIONS):
        held.append(pages.buildProtocol(IPv4Address("TCP", f"10.0.0.{number % 8}", 9)))
        held[-1].makeConnection(StringTransport())
    assert pages.buildProtocol(IPv4Address("TCP", "10.0.0.9", 9)) is None
    held[0].connectionLost(Failure(ConnectionDone()))
    assert pages.buildProtocol(IPv4Address("TCP", "10.0.0.9", 9)) is not None


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
        ("::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.2"),
        ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"),
        ("fe80::1%eth0", "fe80::2%eth0", "2001:db8::1"),
    ],
)
def test_one_address_keeps_nobody_else_out(one: str, same: str, other: str) -> None:
    pages = site(lambda: "", lambda: b"", reactor=MemoryReactorClock())
    held = []
    for _ in range(MOST_OF_ONE):
        held.append(pages.buildProtocol(IPv6Address("TCP", one, 9)))
        held[-1].makeConnection(StringTransport())
    assert pages.buildProtocol(IPv6Address("TCP", same, 9)) is None
    assert pages.buildProtocol(IPv6Address("TCP", other, 9)) is not None
    held[0].connectionLost(Failure(ConnectionDone()))
    assert pages.buildProtocol(IPv6Address("TCP", same, 9)) is not None
