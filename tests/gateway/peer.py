"""An SMSC in memory for the gateway's tests: endpoints to connect to, wires to cut, phones that text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import CannotListenError, ConnectionLost, ConnectionRefusedError
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from smsgw.smpp import events
from smsgw.smpp.pdu import (
    Address,
    DataSmResp,
    DeliverSm,
    DeliverSmResp,
    Outbind,
    Pdu,
    QuerySm,
    QuerySmResp,
    SubmitSm,
    message_bytes,
)
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import BOUND, Role
from smsgw.smpp.status import ESME_RQUERYFAIL
from smsgw.sms.decode import decode_text


class Wire:
    """The transport of one connection. What either end writes waits here until the test turns the SMSC."""

    def __init__(self, smsc: FakeSmsc, protocol: Any) -> None:
        self.smsc = smsc
        self.protocol = protocol
        self.session = Session(
            Role.SMSC, SessionSettings(window=1000, interface_version=smsc.version), smsc.clock.seconds()
        )
        self.to_smsc: list[bytes] = []
        self.writes = 0
        self.no_delay = False
        self.reading = True
        self.open = True
        self.closing = False

    # What a Twisted transport has.
    def write(self, data: bytes) -> None:
        assert self.open
        self.writes += 1
        self.to_smsc.append(data)

    def setTcpNoDelay(self, on: bool) -> None:
        self.no_delay = on

    def setTcpKeepAlive(self, on: bool) -> None:
        pass

    def pauseProducing(self) -> None:
        self.reading = False

    def resumeProducing(self) -> None:
        self.reading = True

    def loseConnection(self) -> None:
        self.closing = True

    def getHost(self) -> IPv4Address:
        return IPv4Address("TCP", "192.0.2.1", 40_000 + self.smsc.wires.index(self))

    def getPeer(self) -> IPv4Address:
        return IPv4Address("TCP", "192.0.2.2", self.smsc.port)

    def abortConnection(self) -> None:
        self.cut()

    # What the test does.
    def cut(self, why: Exception | None = None) -> None:
        """The connection is gone, without a word."""
        if self.open:
            self.open = False
            self.smsc.ended(self, self.session.lost(self.smsc.clock.seconds()))
            self.protocol.connectionLost(Failure(why or ConnectionLost()))

    def turn(self) -> bool:
        """Carry what was written each way; False if nothing was."""
        if not self.open:
            return False
        now = self.smsc.clock.seconds()
        out, self.to_smsc = b"".join(self.to_smsc), []
        happened = self.session.receive(out, now) + self.session.tick(now)
        for event in happened:
            self.smsc.happened(self, event, now)
        back = self.session.data_to_send() if self.reading and self.open else b""
        if back and self.open:
            self.protocol.dataReceived(back)
        if self.open and self.closing and not self.to_smsc:
            self.open = False
            self.smsc.ended(self, self.session.lost(now))
            self.protocol.connectionLost(Failure(ConnectionLost()))
            return True
        if self.open and any(isinstance(event, events.Closing) for event in happened):
            self.cut()
            return True
        return bool(out or back)


class FakePort:
    """What listens."""

    def __init__(self, smsc: FakeSmsc) -> None:
        self.smsc = smsc

    def stopListening(self) -> None:
        self.smsc.callee = None


class FakeSmsc:
    """Scripted by its attributes; what it saw is in its lists."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.wires: list[Wire] = []
        self.attempts = 0
        self.port = 2775
        self.version: int | None = 0x34  # sc_interface_version
        self.refuse_connections = False
        self.connect_failure: Exception | None = None  # of the next attempts
        self.bind_status = 0  # answer of the next binds
        self.answer_submits = True
        self.submit_statuses: list[int] = []  # of the next submits; then ESME_ROK
        self.binds: list[Any] = []
        self.submits: list[SubmitSm] = []
        self.held: list[tuple[Wire, SubmitSm]] = []
        self.answers: list[tuple[Any, Pdu]] = []  # tag of a delivery, its deliver_sm_resp
        self.lost: list[object] = []  # tags of deliveries without an answer
        self.ids = 0
        self.queries: list[QuerySm] = []
        self.query_answers: dict[str, QuerySmResp] = {}  # by message_id; else ESME_RQUERYFAIL
        self.answer_queries = True
        self.held_queries: list[tuple[Wire, QuerySm]] = []
        self.unmatched: list[Pdu] = []  # answers to nothing
        self.port_taken = False
        self.callee: Factory | None = None  # what listens for us

    # A Twisted endpoint, of either kind.
    def listen(self, factory: Factory) -> Deferred[Any]:
        if self.port_taken:
            return fail(CannotListenError("192.0.2.1", 2776, OSError("in use")))
        self.callee = factory
        return succeed(FakePort(self))

    def call(self, outbind: Outbind | None = None) -> Wire | None:
        """Connect to the gateway and say outbind, or nothing; None: it does not take the connection."""
        assert self.callee is not None
        protocol: Any = self.callee.buildProtocol(None)
        if protocol is None:
            return None
        wire = Wire(self, protocol)
        self.wires.append(wire)
        protocol.makeConnection(wire)
        if outbind is not None:
            wire.session.notify(outbind)
        self.settle()
        return wire

    def connect(self, factory: Factory) -> Deferred[Any]:
        self.attempts += 1
        connecting: Deferred[Any] = Deferred()
        failure = ConnectionRefusedError() if self.refuse_connections else self.connect_failure
        if failure is not None:
            self.clock.callLater(0, connecting.errback, Failure(failure))
            return connecting
        protocol: Any = factory.buildProtocol(None)
        wire = Wire(self, protocol)
        self.wires.append(wire)
        protocol.makeConnection(wire)
        connecting.callback(protocol)
        return connecting

    # What happens on its side of a wire.
    def happened(self, wire: Wire, event: events.Event, now: float) -> None:
        if isinstance(event, events.BindRequested):
            self.binds.append(event.request)
            wire.session.accept_bind(event.request, self.bind_status, "peer", now)
        elif isinstance(event, events.Received) and isinstance(event.pdu, QuerySm):
            self.queries.append(event.pdu)
            if self.answer_queries:
                self.answer_query(wire, event.pdu)
            else:
                self.held_queries.append((wire, event.pdu))
        elif isinstance(event, events.Received):
            assert isinstance(event.pdu, SubmitSm)
            self.submits.append(event.pdu)
            if self.answer_submits:
                self.answer(wire, event.pdu)
            else:
                self.held.append((wire, event.pdu))
        elif isinstance(event, events.Answered):
            assert isinstance(event.response, (DeliverSmResp, DataSmResp))
            self.answers.append((event.tag, event.response))
        elif isinstance(event, events.Unanswered):
            self.lost.append(event.tag)
        elif isinstance(event, events.Unmatched):
            self.unmatched.append(event.response)

    def ended(self, wire: Wire, happened: list[events.Event]) -> None:
        for event in happened:
            self.happened(wire, event, self.clock.seconds())

    def answer_query(self, wire: Wire, pdu: QuerySm) -> None:
        response = replace(self.query_answers.get(pdu.message_id, QuerySmResp(status=ESME_RQUERYFAIL)))
        response.message_id = pdu.message_id
        wire.session.respond_with(pdu, response, self.clock.seconds())

    def answer(self, wire: Wire, pdu: SubmitSm) -> None:
        status = self.submit_statuses.pop(0) if self.submit_statuses else 0
        self.ids += 1
        wire.session.respond(pdu, status, self.clock.seconds(), "" if status else f"id{self.ids}")

    # What a test does.
    @property
    def wire(self) -> Wire:
        """The newest connection."""
        return self.wires[-1]

    @property
    def bound(self) -> bool:
        return bool(self.wires) and self.wire.open and self.wire.session.state in BOUND

    def settle(self) -> None:
        """Carry octets until everybody is silent."""
        self.clock.advance(0)
        while sum(wire.turn() for wire in self.wires):
            self.clock.advance(0)

    def advance(self, seconds: float, step: float = 0.5) -> None:
        """Let time pass, a little at a time."""
        until = self.clock.seconds() + seconds
        while self.clock.seconds() < until - 1e-9:
            self.clock.advance(min(step, until - self.clock.seconds()))
            self.settle()

    def deliver(self, phone: str, text: str, tag: object = None, **fields: Any) -> None:
        """A phone texts: digits of an international number, or any other address by `source`."""
        source = fields.pop("source", Address(1, 1, phone.removeprefix("+")))
        if text.isascii():
            coding, data = 0, text.encode("ascii")
        else:
            coding, data = 8, text.encode("utf-16-be")
        pdu = DeliverSm(
            source=source,
            destination=Address(0, 1, "1069"),
            data_coding=fields.pop("data_coding", coding),
            short_message=fields.pop("short_message", data),
            **fields,
        )
        self.wire.session.submit(pdu, self.clock.seconds(), tag if tag is not None else text)

    def texts(self) -> list[tuple[str, str]]:
        """What phones got: number and text of each submit."""
        return [
            ("+" + pdu.destination.digits, decode_text(message_bytes(pdu), pdu.data_coding)) for pdu in self.submits
        ]
