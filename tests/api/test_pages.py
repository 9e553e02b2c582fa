"""Requests of programs on the wire: read whole or not at all, answered in threads, beside the pages of watchers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure

from smsgw.api.desk import LARGEST, Request
from smsgw.api.pages import FLOODED, WAITING, BoundedRequest, ProgramPage, Threads
from smsgw.gateway.counters import ProgramCounters
from smsgw.gateway.health import site

Told = tuple[int, bytes, dict[str, str]]


class Wire:
    """A connection to the pages, with what was asked of the work behind them."""

    def __init__(
        self,
        work: Callable[[Request], Told] | None = None,
        in_thread: Callable[[Callable[[], Any]], Deferred[Any]] = maybeDeferred,
    ) -> None:
        self.asked: list[Request] = []
        self.open = True

        def done(request: Request) -> Told:
            self.asked.append(request)
            return work(request) if work is not None else (200, b'{"ok":true}', {"X-Own": "1"})

        self.counters = ProgramCounters()
        page = ProgramPage(done, in_thread, lambda: self.open, counted=self.counters.asked)
        self.pages = site(lambda: "", lambda: b"", {"api": page, "cgi-bin/sendsms": page}, BoundedRequest)

    def connect(self, host: str = "10.0.0.1") -> tuple[Any, StringTransport]:
        protocol: Any = self.pages.buildProtocol(IPv4Address("TCP", host, 50_000))
        transport = StringTransport()
        protocol.makeConnection(transport)
        return protocol, transport

    def send(self, head: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
        protocol, transport = self.connect()
        protocol.dataReceived(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        return read(transport.value())


def read(octets: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, body = octets.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(first.split()[1]), headers, body


def test_a_request_comes_to_the_work_as_it_was_sent() -> None:
    wire = Wire()
    status, headers, body = wire.send(
        "POST /api/v1/messages?x=%20y HTTP/1.1\nHost: a\nAuthorization: Bearer t\nContent-Length: 2", b"{}"
    )
    assert (status, body) == (200, b'{"ok":true}')
    assert headers["Content-Type"] == "application/json"
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"], headers["X-Own"]) == (
        "no-store",
        "nosniff",
        "1",
    )
    (asked,) = wire.asked
    assert (asked.method, asked.path, asked.query, asked.body) == ("POST", "/api/v1/messages", "x=%20y", b"{}")
    assert asked.headers["authorization"] == "Bearer t"
    assert not asked.too_large


def test_the_pages_of_watchers_stay_where_they_are() -> None:
    wire = Wire()
    assert wire.send("GET /healthz HTTP/1.1\nHost: a")[2] == b"alive\n"
    assert wire.send("GET /cgi-bin/sendsms?to=1 HTTP/1.1\nHost: a")[0] == 200
    assert wire.asked[0].path == "/cgi-bin/sendsms"
    assert wire.send("GET /cgi-bin/other HTTP/1.1\nHost: a")[0] == 404


@pytest.mark.parametrize(("size", "too_large"), [(LARGEST, False), (LARGEST + 1, True), (3 * LARGEST, True)])
def test_a_body_that_is_too_large_is_not_kept(size: int, too_large: bool) -> None:
    wire = Wire()
    wire.send(f"POST /api/v1/messages HTTP/1.1\nHost: a\nContent-Length: {size}", b"x" * size)
    (asked,) = wire.asked
    assert (asked.too_large, len(asked.body)) == (too_large, 0 if too_large else size)


def test_a_body_in_chunks_is_counted_too() -> None:
    wire = Wire()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    wire.send("POST /api/v1/messages HTTP/1.1\nHost: a\nTransfer-Encoding: chunked", chunk * 17 + b"0\r\n\r\n")
    assert wire.asked[0].too_large


def test_whoever_goes_on_for_ever_is_cut_off() -> None:
    wire = Wire()
    protocol, transport = wire.connect()
    protocol.dataReceived(b"POST /api/v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n")
    for _ in range(FLOODED // LARGEST):
        protocol.dataReceived(b"x" * LARGEST)
    assert not transport.disconnecting
    protocol.dataReceived(b"x")
    assert transport.disconnecting
    assert wire.asked == []


def test_more_than_can_be_in_flight_is_told_to_come_again() -> None:
    held: list[Deferred[Any]] = []

    def in_thread(work: Callable[[], Any]) -> Deferred[Any]:
        held.append(Deferred().addCallback(lambda _: work()))
        return held[-1]

    wire = Wire(in_thread=in_thread)
    waiting = [wire.connect(f"10.0.1.{n}") for n in range(WAITING)]
    for protocol, _ in waiting:
        protocol.dataReceived(b"GET /api/v1/x HTTP/1.1\r\nHost: a\r\n\r\n")
    status, headers, body = wire.send("GET /api/v1/x HTTP/1.1\nHost: a")
    assert (status, headers["Retry-After"]) == (503, "1")
    assert json.loads(body)["error"]["code"] == "busy"
    held[0].callback(None)
    assert read(waiting[0][1].value())[0] == 200
    wire.connect()[0].dataReceived(b"GET /api/v1/x HTTP/1.1\r\nHost: a\r\n\r\n")
    assert len(held) == WAITING + 1


def test_nothing_is_taken_any_more_once_it_stops() -> None:
    wire = Wire()
    wire.open = False
    assert wire.send("GET /api/v1/x HTTP/1.1\nHost: a")[0] == 503
    assert wire.asked == []


def test_whoever_hung_up_is_not_answered() -> None:
    held: list[Deferred[Any]] = []

    def in_thread(work: Callable[[], Any]) -> Deferred[Any]:
        held.append(Deferred().addCallback(lambda _: work()))
        return held[-1]

    wire = Wire(in_thread=in_thread)
    protocol, transport = wire.connect()
    protocol.dataReceived(b"GET /api/v1/x HTTP/1.1\r\nHost: a\r\n\r\n")
    protocol.connectionLost(Failure(ConnectionDone()))
    held[0].callback(None)
    assert transport.value() == b""


def test_a_fault_of_ours_is_an_answer_too() -> None:
    def broken(request: Request) -> Told:
        raise RuntimeError("+8613900000001 said something")

    wire = Wire(broken)
    status, _, body = wire.send("GET /api/v1/x HTTP/1.1\nHost: a")
    assert (status, body) == (500, b"")
    wire.open = False
    wire.send("GET /api/v1/x HTTP/1.1\nHost: a")
    assert wire.counters.requests == {"500": 1, "503": 1}


def test_a_thread_that_hangs_keeps_nobody_from_stopping() -> None:
    release = threading.Event()
    begun = threading.Event()
    threads = Threads(MemoryReactorClock(), "test", 2)
    assert threads.stop(0.1)  # it never began
    threads.start()

    def hangs() -> None:
        begun.set()
        release.wait(60)

    threads(hangs)
    assert begun.wait(10)
    assert not threads.stop(0.05)
    release.set()


def test_threads_that_are_through_are_gone() -> None:
    threads = Threads(MemoryReactorClock(), "test", 2)
    threads.start()
    done = threading.Event()
    threads(done.set)
    assert done.wait(10)
    assert threads.stop(10)
