"""One connection to an SMSC: a Twisted protocol that carries octets and times to and from a Session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from typing import Protocol as Interface

from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure

from smsgw.gateway.clock import Clock, Timer
from smsgw.gateway.counters import LinkCounters
from smsgw.gateway.links.capture import Capture, Tap
from smsgw.gateway.links.tls import reason_of
from smsgw.smpp import events
from smsgw.smpp.pdu import BindRequest, Pdu
from smsgw.smpp.session import Session
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.states import BOUND, Role, State

ABORT_AFTER = 5.0  # seconds that a peer gets to read our last words
PROVE_AFTER = 5.0  # seconds after an answer until we ask for the proof that it was read


class Owner(Interface):
    """Whom a connection tells of its life: its bind. Times are in seconds of the clock, here and below."""

    def on_bound(self, connection: Connection, now: float) -> None: ...
    def on_refused(self, connection: Connection, status: int) -> None: ...
    def on_malformed(self, event: events.Malformed) -> None: ...
    def on_unbound(self, connection: Connection, by_peer: bool) -> None: ...
    def on_closing(self, connection: Connection, why: str) -> None: ...
    def on_lost(self, connection: Connection, why: str, now: float) -> None: ...


class Traffic(Interface):
    """Whom a connection tells of what it carries: the link."""

    def on_pdu(self, connection: Connection, pdu: Pdu, now: float) -> None: ...
    def on_answered(self, event: events.Answered, now: float) -> None: ...
    def on_unanswered(self, event: events.Unanswered, now: float) -> None: ...
    def on_unmatched(self, event: events.Unmatched, now: float) -> None: ...
    def on_proved(self, connection: Connection, until: float) -> None: ...
    def on_read(self, now: float) -> None:
        """Everything of one read is told: the moment to send."""


class Connection(Protocol):
    """Binds as soon as it is made, or, where it `waits`, when it is adopted: after an outbind.

    Whoever calls `session` methods calls `flush` afterwards: one write a turn.
    """

    transport: Any
    session: Session

    def __init__(
        self,
        owner: Owner,
        traffic: Traffic,
        *,
        request: Callable[[], BindRequest],
        settings: SessionSettings,
        clock: Clock,
        number: int,
        counters: LinkCounters,
        line: Any,
        capture: Capture | None = None,
        waits: bool = False,
    ) -> None:
        """`number` is that of the session in the store; `request` makes the bind; `capture` records everything.

        `line` is the logger of the bind.
        """
        self.number = number
        self.carried = False  # whether texts went over it, either way
        self.tap: Tap | None = None  # of a capture
        self.clean = False  # ended by unbind after every request was answered, so that every answer of ours was read
        self._unanswered = False  # whether requests were, when the peer asked for the end
        self._counters = counters
        self._line = line
        self._capture = capture
        self._waits = waits
        self._request = request
        self._settings = settings
        self._clock = clock
        self._timer: Timer | None = None
        self._timer_at = 0.0
        self._prove: Timer | None = None
        self._abort: Timer | None = None
        self._paused = False
        self._gone = False
        self._tells(owner, traffic)

    def _tells(self, owner: Owner, traffic: Traffic) -> None:
        self._owner = owner
        self._traffic = traffic
        self._handlers: dict[type, Callable[[Any, float], None]] = {
            events.Received: self._request_received,
            events.Answered: self._request_answered,
            events.Unanswered: self._request_unanswered,
            events.Unmatched: self._answer_unmatched,
            events.Malformed: lambda event, now: owner.on_malformed(event),
            events.LinkProved: lambda event, now: traffic.on_proved(self, event.until),
            events.Bound: lambda event, now: owner.on_bound(self, now),
            events.BindRefused: lambda event, now: owner.on_refused(self, event.status),
            events.Unbound: self._unbound,
            events.Closing: self._closing,
        }

    @property
    def is_bound(self) -> bool:
        return self.session.state in BOUND

    @property
    def alive(self) -> bool:
        """Whether an answer can still be written."""
        return not self._gone and self.session.state is not State.CLOSED

    # ---- from Twisted

    def connectionMade(self) -> None:
        now = self._clock.seconds()
        transport = self.transport
        # Without this an answer waits for the acknowledgement of the one before: 40 ms on most systems.
        transport.setTcpNoDelay(True)
        transport.setTcpKeepAlive(True)
        self.session = Session(Role.ESME, self._settings, now)
        if not self._waits:
            self.session.bind(self._request(), now)
        if self._capture is not None:
            self.capture(self._capture)
        self.flush()

    def dataReceived(self, data: bytes) -> None:
        now = self._clock.seconds()
        if self.tap is not None:
            self.tap.incoming(data)
        self._tell(self.session.receive(data, now), now)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        now = self._clock.seconds()
        self._gone = True
        for timer in (self._timer, self._prove, self._abort):
            if timer is not None and timer.active():
                timer.cancel()
        for event in self.session.lost(now):
            self._handlers[type(event)](event, now)
        self._owner.on_lost(self, reason_of(reason), now)

    # ---- from the link and the intake

    def adopt(self, owner: Owner, traffic: Traffic) -> None:
        """Bind now, for another owner."""
        self._tells(owner, traffic)
        self.session.bind(self._request(), self._clock.seconds())
        self.flush()

    def prove(self) -> None:
        """Ask whether the SMSC is still there."""
        if self.alive:
            self.session.enquire(self._clock.seconds())
            self.flush()

    def respond(self, request: Pdu, status: int, now: float) -> bool:
        """Answer a request; False if the connection is gone. To be followed by `flush`."""
        if not self.session.respond(request, status, now):
            return False
        if self._prove is None:
            self._prove = self._clock.callLater(PROVE_AFTER, self._ask_for_proof)
        return True

    def unbind(self) -> None:
        """End the session in order."""
        now = self._clock.seconds()
        self.session.unbind(now)
        self._tell(self.session.tick(now), now)

    def drop(self) -> None:
        """End the connection at once."""
        if not self._gone:
            self.session.close(self._clock.seconds())
            self.flush()
            self._hang_up()

    def pause(self, pause: bool) -> None:
        """Stop reading from the SMSC, or go on: what we do not read it keeps."""
        if pause != self._paused and not self._gone:
            self._paused = pause
            self.session.listen(not pause, self._clock.seconds())
            if pause:
                self.transport.pauseProducing()
            else:
                self.transport.resumeProducing()
            self.flush()

    def flush(self) -> None:
        """Write everything the session has to say, in one piece, and set its timer."""
        session = self.session
        data = session.data_to_send()
        if data and not self._gone:
            self.transport.write(data)
            if self.tap is not None:
                self.tap.outgoing(data)
        deadline = session.deadline()
        if deadline is None or self._gone:
            return
        # A timer that is too early costs one idle tick; moving it at each PDU would cost more.
        if self._timer is None or not self._timer.active():
            self._timer_at = deadline
            self._timer = self._clock.callLater(max(0.0, deadline - self._clock.seconds()), self._tick)
        elif deadline < self._timer_at:
            self._timer_at = deadline
            self._timer.reset(max(0.0, deadline - self._clock.seconds()))

    def capture(self, capture: Capture | None) -> None:
        """Record what goes over this connection from now on; None: no more."""
        self.tap = None if capture is None else capture.tap(self.transport, self.session.partial)

    # ---- inside

    def _tell(self, happened: list[events.Event], now: float) -> None:
        for event in happened:
            self._handlers[type(event)](event, now)
        if not self._gone:
            self._traffic.on_read(now)
            self.flush()

    def _request_received(self, event: events.Received, now: float) -> None:
        self.carried = True
        self._traffic.on_pdu(self, event.pdu, now)

    def _request_answered(self, event: events.Answered, now: float) -> None:
        self.carried = True
        self._traffic.on_answered(event, now)

    def _request_unanswered(self, event: events.Unanswered, now: float) -> None:
        if event.reason == "timeout":
            self._counters.timeouts["response"] += 1
            self._line.warning(
                "no answer in time",
                request=type(event.request).__name__,
                sequence=event.request.sequence,
                timer="response",
                seconds=self._settings.response_timeout,
            )
        self._traffic.on_unanswered(event, now)

    def _answer_unmatched(self, event: events.Unmatched, now: float) -> None:
        self._counters.unmatched += 1
        self._traffic.on_unmatched(event, now)

    def _tick(self) -> None:
        now = self._clock.seconds()
        self._timer = None
        self._tell(self.session.tick(now), now)

    def _ask_for_proof(self) -> None:
        self._prove = None
        self.prove()

    def _unbound(self, event: events.Unbound, now: float) -> None:
        self._unanswered = self.session.pending_answers > 0
        self._owner.on_unbound(self, event.by_peer)

    def _closing(self, event: events.Closing, now: float) -> None:
        self.clean = event.why == "unbound" and not self._unanswered and not self.session.pending_answers
        self._owner.on_closing(self, event.why)
        self.flush()
        self._hang_up()

    def _hang_up(self) -> None:
        transport = self.transport
        transport.loseConnection()
        if self._abort is None:
            self._abort = self._clock.callLater(ABORT_AFTER, transport.abortConnection)
