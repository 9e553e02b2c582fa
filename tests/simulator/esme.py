"""An ESME in memory, wired to a simulated SMSC without a socket: binds, acknowledges, keeps what it was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from smsgw.simulator.peer import Peer
from smsgw.simulator.smsc import Smsc
from smsgw.smpp.concat import StoredPart, join, part_of
from smsgw.smpp.events import (
    Answered,
    BindRefused,
    Bound,
    Closing,
    Event,
    Malformed,
    Received,
    Unanswered,
    Unbound,
)
from smsgw.smpp.pdu import BindRequest, BindTransceiver, DeliverSm, Pdu, SubmitSm, message_bytes
from smsgw.smpp.receipt import Receipt, is_receipt, parse_receipt
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import Role


class Wire:
    """The SMSC's transport: octets go straight to the ESME, in order, when the ESME next looks."""

    def __init__(self) -> None:
        self.octets = bytearray()
        self.writes = 0
        self.open = True
        self.aborted = False
        self.paused = False
        self.no_delay = False

    def write(self, data: bytes) -> None:
        if self.open:
            self.octets += data
            self.writes += 1

    def loseConnection(self) -> None:
        self.open = False

    def abortConnection(self) -> None:
        self.open = False
        self.aborted = True
        self.octets.clear()

    def pauseProducing(self) -> None:
        self.paused = True

    def setTcpNoDelay(self, on: bool) -> None:
        self.no_delay = on


class Esme:
    """Connects and binds at once. `acknowledge` gives the status each text and receipt is answered with."""

    def __init__(
        self,
        smsc: Smsc,
        clock: Clock,
        bind: BindRequest | None = None,
        acknowledge: Callable[[DeliverSm], int | None] = lambda pdu: 0,
        window: int = 10,
        cut_reads: int = 0,
    ) -> None:
        self.smsc = smsc
        self.clock = clock
        self.bind = bind or BindTransceiver("smsgw", "secret")
        self.acknowledge = acknowledge
        self.settings = SessionSettings(window=window)
        self.cut_reads = cut_reads
        self.events: list[Event] = []
        self.texts: list[DeliverSm] = []
        self.receipts: list[Receipt] = []
        self.answers: list[tuple[object, int, str]] = []
        self.unknown: list[object] = []  # tags of submits whose outcome is unknown
        self.lost = 0
        self.connect()

    def connect(self) -> None:
        """A new connection, and a bind on it."""
        peer = self.smsc.buildProtocol(None)
        assert isinstance(peer, Peer)
        self.peer = peer
        self.wire = Wire()
        self.session = Session(Role.ESME, self.settings, self.clock.seconds())
        self.connected = True
        peer.makeConnection(self.wire)  # type: ignore[arg-type]
        self.session.bind(replace(self.bind), self.clock.seconds())
        self.run()

    def submit(self, pdu: SubmitSm, tag: object = None) -> None:
        """Send a request when there is room for it."""
        self.session.submit(pdu, self.clock.seconds(), tag)

    def run(self) -> None:
        """Let octets flow both ways until nobody has more to say."""
        while self.connected:
            sent = self.session.data_to_send()
            if sent and self.wire.open and not self.wire.paused:
                self.peer.dataReceived(sent)
            taken = bytes(self.wire.octets)
            self.wire.octets.clear()
            if taken:
                step = self.cut_reads or len(taken)
                for start in range(0, len(taken), step):
                    self._happened(self.session.receive(taken[start : start + step], self.clock.seconds()))
            elif not self.wire.open:
                self.hang_up()
            elif not sent:
                return

    def advance(self, seconds: float, step: float = 0.05) -> None:
        """Let time pass in steps, with both ends at work."""
        for _ in range(max(1, round(seconds / step))):
            self.clock.advance(step)
            if self.connected:
                self._happened(self.session.tick(self.clock.seconds()))
            self.run()

    def hang_up(self) -> None:
        """The connection is gone, for both."""
        if not self.connected:
            return
        self.connected = False
        self.lost += 1
        self._happened(self.session.lost(self.clock.seconds()))
        reason = ConnectionLost() if self.wire.aborted else ConnectionDone()
        self.peer.connectionLost(Failure(reason))

    def _happened(self, events: list[Event]) -> None:
        for event in events:
            self.events.append(event)
            if isinstance(event, Received):
                self._received(event.pdu)
            elif isinstance(event, Answered):
                self.answers.append((event.tag, event.response.status, getattr(event.response, "message_id", "")))
            elif isinstance(event, Unanswered):
                self.unknown.append(event.tag)
            elif isinstance(event, Closing):
                sent = self.session.data_to_send()
                if sent and self.wire.open and not self.wire.paused:
                    self.peer.dataReceived(sent)
                self.wire.open = False

    def _received(self, pdu: Pdu) -> None:
        assert isinstance(pdu, DeliverSm)
        status = self.acknowledge(pdu)
        if status is None:
            return
        if status == 0:
            if is_receipt(pdu.esm_class):
                self.receipts.append(parse_receipt(pdu))
            else:
                self.texts.append(pdu)
        self.session.respond(pdu, status, self.clock.seconds())

    def seen(self, kind: type) -> int:
        """How many events of a kind there were."""
        return sum(isinstance(event, kind) for event in self.events)

    @property
    def bound(self) -> int:
        return self.seen(Bound)

    @property
    def refusals(self) -> list[int]:
        return [event.status for event in self.events if isinstance(event, BindRefused)]

    @property
    def unbound_by_peer(self) -> int:
        return sum(isinstance(event, Unbound) and event.by_peer for event in self.events)

    @property
    def malformed(self) -> int:
        return self.seen(Malformed)

    def read_texts(self) -> list[str]:
        """The texts received, long ones joined, in the order in which they became whole."""
        texts: list[str] = []
        held: dict[tuple[str, int, int], dict[int, StoredPart]] = {}
        for pdu in self.texts:
            found = part_of(pdu.esm_class, message_bytes(pdu), pdu.tlvs)
            if found.part is None:
                texts.append(join([StoredPart(1, found.payload, pdu.data_coding)]))
                continue
            key = (pdu.source.digits, found.part.reference, found.part.total)
            parts = held.setdefault(key, {})
            parts[found.part.number] = StoredPart(found.part.number, found.payload, pdu.data_coding)
            if len(parts) == found.part.total:
                texts.append(join(held.pop(key).values()))
        return texts
