"""One connection of an ESME to the simulated SMSC: a Twisted protocol around a session, and the faults on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from typing import Protocol as Interface

from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure

from smsgw.simulator.clock import Clock
from smsgw.simulator.counters import Counters
from smsgw.simulator.deliveries import Delivery
from smsgw.simulator.faults import Faults
from smsgw.simulator.garbage import garbage
from smsgw.simulator.scenario import Scenario
from smsgw.simulator.sequences import OddSequences
from smsgw.simulator.settings import SmscSettings
from smsgw.smpp.codec import encode
from smsgw.smpp.events import (
    Answered,
    BindRequested,
    Closing,
    Event,
    Malformed,
    Received,
    Unanswered,
    Unbound,
    Unmatched,
)
from smsgw.smpp.framing import Framer
from smsgw.smpp.pdu import RESPONSE_TO, BindRequest, BindTransmitter, DeliverSm, EnquireLinkResp, Outbind, Pdu
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import BOUND, Role, State

_NUMBERED_ODDLY = frozenset({DeliverSm.command_id})
_PROOF = EnquireLinkResp.command_id.to_bytes(4, "big")
_HELD_AT_MOST = 0.1  # seconds that an answer waits for others to change places with


class Host(Interface):
    """What a connection needs of the SMSC that it is to; see `smsgw.simulator.smsc`."""

    clock: Clock
    settings: SmscSettings
    scenario: Scenario
    faults: Faults
    counters: Counters
    session_settings: SessionSettings

    def connected(self, peer: Peer) -> None: ...
    def lost(self, peer: Peer) -> None: ...
    def bind_requested(self, peer: Peer, request: BindRequest) -> None: ...
    def handle_request(self, peer: Peer, pdu: Pdu, now: float) -> None: ...
    def answered(self, peer: Peer, delivery: Any, status_: int) -> None: ...
    def again(self, delivery: Any) -> None: ...
    def pump(self) -> None: ...
    def later(self, delay: float, call: Callable[..., None], *args: object) -> None: ...


class Peer(Protocol):
    """Made by the SMSC for each connection. `deaf` means half-open: it neither reads nor writes any more."""

    transport: Any
    session: Session

    def __init__(self, smsc: Host, number: int) -> None:
        self.smsc = smsc
        self.number = number
        self.system_id = ""
        self.deaf = False
        self.gone = False
        self._cut = False
        self.unbound = False
        self.acknowledged: list[Delivery] = []  # kept only where the scenario redelivers them
        self.unanswered: set[int] = set()  # submits (by id of the PDU) whose answer is still to come
        self._held: list[tuple[Pdu, Pdu]] = []
        self._release: Any = None
        self._tick_call: Any = None
        self._tick_at = 0.0
        self._dripping = bytearray()
        odd = smsc.scenario.odd_sequences
        self._sequences = OddSequences(smsc.faults.draw, _NUMBERED_ODDLY) if odd else None

    # ---- what the SMSC asks

    @property
    def receives(self) -> bool:
        """Whether deliver_sm can go here."""
        session = self.session
        return not (self.deaf or self.gone or self._cut) and session.state in (State.BOUND_RX, State.BOUND_TRX)

    @property
    def bound(self) -> bool:
        """Whether an ESME is bound on this connection."""
        return not self.gone and self.session.state in BOUND

    # ---- from Twisted

    def connectionMade(self) -> None:
        # Without this an answer waits for the acknowledgement of the one before: 40 ms on most systems.
        self.transport.setTcpNoDelay(True)
        self.session = Session(Role.SMSC, self.smsc.session_settings, self.smsc.clock.seconds())
        if self.smsc.scenario.outbind:
            self.session.notify(Outbind(self.smsc.settings.own_id, self.smsc.settings.outbind_password))
        self.smsc.connected(self)
        self.flush()

    def dataReceived(self, data: bytes) -> None:
        if self.deaf or self.gone:
            return
        now = self.smsc.clock.seconds()
        if self._sequences is not None:
            data = self._sequences.arriving(data)
        self._handle_all(self.session.receive(data, now), now)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        now = self.smsc.clock.seconds()
        self.gone = True
        for call in (self._tick_call, self._release):
            if call is not None and call.active():
                call.cancel()
        for event in self.session.lost(now):
            self._handle(event, now)
        self.smsc.lost(self)

    # ---- from the SMSC

    def submit(self, delivery: Delivery, now: float) -> None:
        """Send a deliver_sm; the session must have room. `flush` writes it."""
        delivery.attempts += 1
        self.session.submit(delivery.pdu, now, delivery)

    def answer(self, request: Pdu, response: Pdu) -> None:
        """Answer a submit as the scenario has it: later, in another order, twice, never."""
        smsc = self.smsc
        scenario = smsc.scenario
        if smsc.faults.no_answer():
            smsc.counters.not_answered += 1
            self.unanswered.discard(id(request))
            return
        if scenario.answer_delay:
            smsc.later(scenario.answer_delay, self._answer_now, request, response)
        elif scenario.reorder > 1:
            self._held.append((request, response))
            if len(self._held) >= scenario.reorder:
                self._answer_held()
            elif self._release is None or not self._release.active():
                self._release = smsc.clock.callLater(_HELD_AT_MOST, self._answer_held)
        else:
            self._answer_now(request, response, flush=False)

    def _answer_held(self) -> None:
        held, self._held = self._held, []
        self.smsc.faults.draw.shuffle(held)
        for request, response in held:
            self._answer_now(request, response)

    def _answer_now(self, request: Pdu, response: Pdu, flush: bool = True) -> None:
        self.unanswered.discard(id(request))
        if self.gone or self.deaf:
            return
        now = self.smsc.clock.seconds()
        self.session.respond_with(request, response, now)
        if self.smsc.faults.repeat_answer():
            self.flush()
            self._write(encode(replace(response, sequence=request.sequence)))
        if flush:
            self.flush()

    def refuse_bind(self, request: Any, status: int) -> None:
        """Answer a bind with a refusal; the ESME may try again on this connection, or go."""
        if not self.gone:
            self.session.accept_bind(request, status, self.smsc.settings.own_id, self.smsc.clock.seconds())
            self.flush()

    def accept_bind(self, request: Any) -> None:
        """Answer a bind with success."""
        if self.gone:
            return
        self.system_id = request.system_id
        self.session.accept_bind(request, 0, self.smsc.settings.own_id, self.smsc.clock.seconds())
        self.flush()
        if not isinstance(request, BindTransmitter):
            self.smsc.pump()

    def drop(self, before_answer: bool = True) -> None:
        """Cut the connection: with the answers that are due unwritten, or written."""
        if self.gone or self._cut:
            return
        if not before_answer:
            self.flush()
        self._cut = True
        if before_answer:
            self.transport.abortConnection()
        else:
            self.transport.loseConnection()

    def inject(self, octets: bytes) -> None:
        """Write octets as they are, whatever they are."""
        self.flush()
        self._write(octets)

    def flush(self) -> None:
        """Write what the session has to say, in one piece, and set its timer."""
        if self.gone or self.deaf:
            return
        data = self.session.data_to_send()
        if data:
            if self.acknowledged and any(frame[4:8] == _PROOF for frame in Framer().feed(data)):
                self.acknowledged.clear()  # we tell the ESME that we have read all it said
            self._write(data if self._sequences is None else self._sequences.leaving(data))
        deadline = self.session.deadline()
        if deadline is None:
            return
        clock = self.smsc.clock
        if self._tick_call is None or not self._tick_call.active():
            self._tick_at = deadline
            self._tick_call = clock.callLater(max(0.0, deadline - clock.seconds()), self._tick)
        elif deadline < self._tick_at:
            self._tick_at = deadline
            self._tick_call.reset(max(0.0, deadline - clock.seconds()))

    # ---- inside

    def _write(self, data: bytes) -> None:
        if self.gone or self.deaf or self._cut:
            return
        if not self.smsc.scenario.drip:
            self.transport.write(data)
            return
        idle = not self._dripping
        self._dripping += data
        if idle:
            self._drip()

    def _drip(self) -> None:
        scenario = self.smsc.scenario
        if self.gone or not self._dripping:
            return
        self.transport.write(bytes(self._dripping[: scenario.drip]))
        del self._dripping[: scenario.drip]
        if self._dripping:
            self.smsc.later(scenario.drip_interval, self._drip)

    def _tick(self) -> None:
        now = self.smsc.clock.seconds()
        self._tick_call = None
        if not self.gone and not self.deaf:
            self._handle_all(self.session.tick(now), now)

    def _handle_all(self, events: list[Event], now: float) -> None:
        for event in events:
            if self.deaf or self.gone or self._cut:
                self._send_again(event)
            else:
                self._handle(event, now)
        self.smsc.pump()
        self.flush()

    def _handle(self, event: Event, now: float) -> None:
        smsc = self.smsc
        kind = type(event)
        if isinstance(event, Received):
            if type(event.pdu) in RESPONSE_TO:
                smsc.handle_request(self, event.pdu, now)
            self._misbehave()
        elif isinstance(event, Answered):
            smsc.answered(self, event.tag, event.response.status)
            self._misbehave()
        elif isinstance(event, Unanswered):
            smsc.again(event.tag)
        elif isinstance(event, BindRequested):
            smsc.bind_requested(self, event.request)
        elif isinstance(event, Unbound):
            self.unbound = True
            smsc.counters.unbinds += 1
        elif isinstance(event, Closing):
            self.flush()
            self.transport.loseConnection()
        elif kind is Malformed:
            smsc.counters.malformed += 1
        elif kind is Unmatched:
            smsc.counters.unmatched += 1

    def _send_again(self, event: Event) -> None:
        """What came in one read with the PDU at which the connection ended: to this SMSC it never came."""
        if isinstance(event, (Answered, Unanswered)):
            self.smsc.again(event.tag)

    def _misbehave(self) -> None:
        """One PDU has come and has its answer queued: the moment for what the scenario does to connections."""
        faults = self.smsc.faults
        if self._cut or not self.bound:
            return
        if faults.drop():
            self.drop(before_answer=faults.chance(0.5))
        elif faults.silent():
            self.deaf = True
            self.session.listen(False, self.smsc.clock.seconds())
            self.transport.pauseProducing()
        elif faults.unbind():
            self.session.unbind(self.smsc.clock.seconds())
        elif faults.garbage():
            octets, _ = garbage(faults.draw)
            self.inject(octets)
