"""Telling programs: what is called, what counts as told, and what is never called."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import Engine, select, update
from twisted.internet.defer import Deferred, fail, maybeDeferred, succeed
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.task import Clock
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.web.client import Agent

from smsgw.api.webhooks import PATIENCE, Callers, NotCalled, Outwards, Resolved, filled
from smsgw.business.messages.tables import message_out
from smsgw.business.programs.books import callbacks
from smsgw.business.programs.books.callbacks import EVENTS, JSON, Call, Callback
from smsgw.business.programs.tables import callback
from smsgw.gateway.counters import ProgramCounters
from smsgw.settings.sections import Http, Settings
from tests.api.programs import CALLED
from tests.business.programs.test_programs import NOW, submitted
from tests.business.world import OWNER, furnish


@dataclass
class Response:
    code: int

    def deliverBody(self, protocol: Any) -> None:
        protocol.makeConnection(None)


@dataclass
class FakeAgent:
    """Answers each request with the next of `answers`; the last one stays."""

    answers: list[Any] = field(default_factory=lambda: [Response(200)])
    asked: list[tuple[bytes, str, Any]] = field(default_factory=list)

    def request(self, method: bytes, url: bytes, headers: Any, body: Any) -> Deferred[Any]:
        sent = body._inputFile.getvalue() if body is not None else None
        self.asked.append((method, url.decode(), sent))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Deferred):
            return answer
        return fail(answer) if isinstance(answer, Exception) else succeed(answer)


class Desk:
    """Callers on a database with one text to tell of."""

    def __init__(self, engine: Engine, url: str, mask: int = EVENTS) -> None:
        furnish(engine)
        self.engine = engine
        self.agent = FakeAgent()
        self.counters = ProgramCounters()
        self.clock = Clock()
        self.clock.advance(NOW / 1000 + 1)
        self.settings = Settings(http=Http(api=True, callbacks=(CALLED,)))
        self.callers = Callers(
            settings=lambda: self.settings,
            engine=engine,
            in_thread=maybeDeferred,
            clock=self.clock,
            agent=self.agent,
            counters=self.counters,
        )
        ((_, self.message),) = submitted(engine, [OWNER], wanted=Callback(url, mask)).queued

    def became(self, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(update(message_out).where(message_out.c.id == self.message).values(**values))

    def row(self) -> tuple[str | None, int, int | None]:
        with self.engine.connect() as connection:
            return tuple(connection.execute(select(callback.c.told, callback.c.attempts, callback.c.due_at)).one())  # type: ignore[return-value]

    def look(self, seconds: float = 0) -> None:
        self.clock.advance(seconds)
        self.callers.look()


def test_kannels_escapes_are_filled_in(engine: Engine) -> None:
    desk = Desk(engine, CALLED + "dlr?id=7&type=%d&to=%P&from=%p&q=%Q%q&at=%t&smsc=%i&msg=%I&x=%20%%")
    desk.became(state="sent", sent_at=NOW, link="operator-a", source="10691234")
    desk.look()
    told = f"type=8&to=%2B{OWNER[1:]}&from=10691234&q=%2B{OWNER[1:]}10691234&at=2026-04-15+04:00:00&smsc=operator-a"
    assert desk.agent.asked == [(b"GET", f"{CALLED}dlr?id=7&{told}&msg={desk.message}&x=%20%", None)]
    desk.became(state="delivered", final_at=NOW + 1_000)
    desk.look(1)
    assert "type=1&" in desk.agent.asked[1][1]
    assert desk.row() == ("delivered", 0, None)


def test_a_program_that_asked_in_json_is_told_in_json(engine: Engine) -> None:
    desk = Desk(engine, CALLED + "told", EVENTS | JSON)
    desk.became(state="failed", sent_at=NOW, final_at=NOW, error="absent")
    desk.look()
    desk.look()
    assert [(method, url) for method, url, _ in desk.agent.asked] == [(b"POST", CALLED + "told")] * 2
    assert [json.loads(body) for _, _, body in desk.agent.asked] == [
        {"id": desk.message, "to": OWNER, "state": "sent", "at": "2026-04-15T04:00:00Z", "error": None},
        {"id": desk.message, "to": OWNER, "state": "failed", "at": "2026-04-15T04:00:00Z", "error": "absent"},
    ]
    desk.look(3600)
    assert len(desk.agent.asked) == 2


@pytest.mark.parametrize("answer", [Response(500), Response(302), Response(404), ConnectionRefusedError()])
def test_what_is_not_answered_with_success_is_tried_again(engine: Engine, answer: Any) -> None:
    desk = Desk(engine, CALLED + "told")
    desk.agent.answers = [answer, Response(204)]
    desk.became(state="sent", sent_at=NOW)
    desk.look()
    assert desk.row() == (None, 1, NOW + 11_000)
    desk.look(9)
    assert len(desk.agent.asked) == 1
    desk.look(1)
    assert desk.row()[:2] == ("sent", 0)
    assert desk.counters.calls == {"told": 1, "again": 1, "given_up": 0}


def test_a_call_without_an_answer_is_given_up_and_nothing_else_is_called_meanwhile(engine: Engine) -> None:
    desk = Desk(engine, CALLED + "told")
    desk.agent.answers = [Deferred()]
    desk.became(state="sent", sent_at=NOW)
    desk.look()
    desk.look(PATIENCE - 1)
    assert desk.row() == (None, 0, NOW + 1_000 + callbacks.LEASE)
    desk.look(1)
    assert desk.row() == (None, 1, NOW + 1_000 + int(PATIENCE * 1000) + 10_000)


def test_an_address_that_the_settings_name_no_more_is_not_called(engine: Engine) -> None:
    desk = Desk(engine, CALLED + "told")
    desk.settings = Settings(http=Http(api=True))
    desk.became(state="sent", sent_at=NOW)
    desk.look()
    assert desk.agent.asked == []
    assert desk.row()[1] == 1


def test_what_fills_an_escape_cannot_change_the_host_or_the_path() -> None:
    call = Call(1, CALLED + "%p/x", 1, 8, "sent", NOW, OWNER, "../@evil?#", None, None, None, 0, NOW)
    assert filled(call) == CALLED + "..%2F%40evil%3F%23/x"
    assert unquote(filled(call)).startswith(CALLED)


def test_nothing_is_called_any_more_once_it_stops(engine: Engine) -> None:
    desk = Desk(engine, CALLED + "told")
    desk.became(state="sent", sent_at=NOW)
    desk.callers.stopping = True
    desk.look()
    assert desk.agent.asked == []


# ---- where calls lead


def connect(reactor: Any, url: str, callbacks: tuple[str, ...]) -> list[Any]:
    """What a request for an address fails with at once; it is connected to in the reactor's memory otherwise."""
    settings = Settings(http=Http(api=True, callbacks=callbacks))
    agent = Agent.usingEndpointFactory(reactor, Outwards(reactor, maybeDeferred, lambda: settings))
    failures: list[Any] = []
    agent.request(b"GET", url.encode()).addErrback(failures.append)
    return failures


def test_a_machine_is_called_by_the_address_that_was_looked_at() -> None:
    reactor = MemoryReactorClock()
    assert connect(reactor, "http://127.0.0.1:9000/x", ("http://127.0.0.1:9000/",)) == []
    assert reactor.tcpClients[0][:2] == ("127.0.0.1", 9000)


def test_a_name_that_leads_into_this_machine_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    reactor = MemoryReactorClock()
    found = [("127.0.0.1", 80), ("169.254.169.254", 80)]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", each) for each in found])
    (failure,) = connect(reactor, "http://rebound.example/x", ("http://rebound.example/",))
    assert failure.check(NotCalled)
    assert "own address space" in failure.getErrorMessage()
    assert reactor.tcpClients == []
    found.append(("10.0.0.7", 80))
    assert connect(reactor, "http://rebound.example/x", ("http://rebound.example/",)) == []
    assert reactor.tcpClients[0][:2] == ("10.0.0.7", 80)


def test_a_host_that_is_not_known_is_a_reason_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[Any]:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    settings = Settings(http=Http(callbacks=("http://nowhere.example/",)))
    failures: list[Any] = []
    point = Resolved(MemoryReactorClock(), maybeDeferred, "nowhere.example", 80, lambda: settings)
    point.connect(None).addErrback(failures.append)
    assert failures[0].getErrorMessage() == "its host is not known: Name or service not known"


class Transport(StringTransport):
    def setTcpNoDelay(self, enabled: bool) -> None:
        """As a real one has it."""


def test_https_is_spoken_where_it_is_asked_for() -> None:
    reactor = MemoryReactorClock()
    assert connect(reactor, "https://127.0.0.1:9443/x", ("https://127.0.0.1:9443/",)) == []
    transport = Transport()
    protocol = reactor.tcpClients[0][2].buildProtocol(None)
    protocol.makeConnection(transport)
    assert transport.value()[:2] == b"\x16\x03"  # a TLS handshake (RFC 8446 5.1): nothing is told in the clear
