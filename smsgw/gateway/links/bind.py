"""One bind to one SMSC, kept up for ever: connect, bind, and when it ends come back after a while."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any
from typing import Protocol as Interface

import structlog
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import TimeoutError as ConnectTimeout
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from smsgw.gateway.clock import Clock, Timer
from smsgw.gateway.counters import LinkCounters
from smsgw.gateway.links.backoff import CREDENTIALS, Backoff
from smsgw.gateway.links.capture import Capture
from smsgw.gateway.links.connection import Connection
from smsgw.gateway.links.fault_log import FaultLog
from smsgw.gateway.links.outbind import OutbindListener
from smsgw.settings.sections import Smsc
from smsgw.smpp import events
from smsgw.smpp.pdu import BindReceiver, BindRequest, BindTransceiver, BindTransmitter, Pdu
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.status import status_name

log = structlog.get_logger()

STABLE_AFTER = 10.0  # seconds that a bind without traffic must have held to count as well again
# What ends a session that waited in vain: the timer, and the setting that says how long it runs.
EXPIRED = {
    "bind_timeout": ("bind", "bind_timeout"),
    "unbind_timeout": ("response", "response_timeout"),
    "enquire_link_timeout": ("enquire_link", "response_timeout"),
    "inactivity": ("inactivity", "inactivity"),
    "partial_pdu": ("partial", "partial_timeout"),
}
KINDS = {"transceiver": BindTransceiver, "transmitter": BindTransmitter, "receiver": BindReceiver}


class BindState(Enum):
    """Where a bind stands; `smsgw links` and the metrics show it."""

    STOPPED = "stopped"
    LISTENING = "listening"  # for the SMSC's outbind
    CONNECTING = "connecting"
    BINDING = "binding"
    BOUND = "bound"
    WAITING = "waiting"  # until the next attempt


class Events(Interface):
    """Whom a bind tells what happens on it."""

    def bound(self, bind: Bind, connection: Connection, now: float) -> None: ...
    def received(self, connection: Connection, pdu: Pdu, now: float) -> None: ...
    def answered(self, event: events.Answered, now: float) -> None: ...
    def unanswered(self, event: events.Unanswered, now: float) -> None: ...
    def unmatched(self, event: events.Unmatched, now: float) -> None: ...
    def proved(self, connection: Connection, until: float) -> None: ...
    def turned(self, now: float) -> None: ...
    def lost(self, connection: Connection, now: float) -> None: ...


class Bind:
    """The supervised life of one [[smsc]] entry."""

    def __init__(
        self,
        *,
        smsc: Smsc,
        endpoint: Any,
        tell: Events,
        clock: Clock,
        random: Callable[[], float],
        session_number: Callable[[], int],
        counters: LinkCounters,
    ) -> None:
        """`session_number` gives each session its number.

        `endpoint` is a Twisted stream client endpoint, or, where the SMSC connects to us, a server endpoint.
        """
        self.smsc = smsc
        self.name = smsc.name
        self.state = BindState.STOPPED
        self.since = clock.seconds()  # when it came into this state
        self.connection: Connection | None = None
        self.refusal: int | None = None  # command_status of the last bind_resp, where that was a refusal
        self.retry_at: float | None = None  # the next attempt, while waiting for it
        self.rebinding = False  # on the way down, to come back at once
        self._capture: Capture | None = None
        self._endpoint = endpoint
        self._events = tell
        self._clock = clock
        self._session_number = session_number
        self._counters = counters
        self._backoff = Backoff(
            smsc.reconnect_min,
            smsc.reconnect_max,
            random,
            credentials_wait=smsc.credentials_wait,
            already_bound_wait=smsc.already_bound_wait,
        )
        self._settings = _session_settings(smsc)
        self._retry: Timer | None = None
        self._bind_timer: Timer | None = None
        self._attempt: Deferred[Any] | None = None
        self._refused: int | None = None
        self._bound_at: float | None = None
        self._worked = False  # this session carried texts
        self._given_up = False  # the connection at hand, by us
        self._stopped: Deferred[None] | None = None
        self._log = log.bind(link=smsc.link_name, bind=smsc.name)
        self.faults = FaultLog(self._log, clock, counters)
        self._listener: OutbindListener | None = None
        if smsc.outbind_listen:
            self._listener = OutbindListener(
                smsc=smsc, endpoint=endpoint, connection=self._waiting, invited=self._invited, counters=counters
            )

    @property
    def where(self) -> str:
        """Where the SMSC is, or where it is to connect to."""
        smsc = self.smsc
        return f"outbind at {smsc.outbind_listen}" if smsc.outbind_listen else f"{smsc.host}:{smsc.port}"

    @property
    def may_send(self) -> bool:
        return self.smsc.bind != "receiver"

    @property
    def may_receive(self) -> bool:
        return self.smsc.bind != "transmitter"

    @property
    def live(self) -> Connection | None:
        """The bound connection."""
        return self.connection if self.state is BindState.BOUND else None

    # ---- from the service

    def start(self) -> None:
        if self.state is BindState.STOPPED:
            self._connect()

    def stop(self) -> Deferred[None]:
        """Unbind and come back no more. Fires when the connection is gone."""
        self._stopped = Deferred()
        stopped = self._stopped
        closed: Deferred[Any] = self._listener.close() if self._listener is not None else succeed(None)
        if self._retry is not None and self._retry.active():
            self._retry.cancel()
        if self.connection is not None:
            self.connection.unbind()
        elif self._attempt is not None:
            self._attempt.cancel()
        else:
            self._ended()
        return closed.addCallback(lambda _: stopped)

    def drop(self) -> None:
        """End the connection at once, whatever is under way on it."""
        if self.connection is not None:
            self.connection.drop()

    def rebind(self) -> None:
        """End the session in order and come back at once; while waiting for the next attempt: make it now."""
        if self._stopped is not None:
            return
        if self.connection is not None:
            self.rebinding = True
            self.connection.unbind()
        elif self._retry is not None and self._retry.active():
            self._retry.cancel()
            self._connect()

    def capture(self, capture: Capture | None) -> None:
        """Record this connection and those that follow it; None: no more."""
        self._capture = capture
        if self.connection is not None:
            self.connection.capture(capture)

    # ---- connecting

    def _become(self, state: BindState) -> None:
        self.state = state
        self.since = self._clock.seconds()

    def _connect(self) -> None:
        self.retry_at = None
        self._refused = None
        if self._listener is not None:
            self._become(BindState.LISTENING)
            self.faults.why = self.faults.why or "waits for the SMSC to connect"
            self._attempt = self._listener.open()
            self._attempt.addCallbacks(self._listening, self._not_listening)
            return
        self._become(BindState.CONNECTING)
        self._attempt = self._endpoint.connect(_Factory(self._connection))
        # Both ends of the attempt; what comes after is told by the connection itself.
        self._attempt.addCallbacks(self._connected, self._not_connected)

    def _connection(self) -> Connection:
        return Connection(self, self._request, self._settings, self._clock, self._session_number(), self._capture)

    def _waiting(self, listener: OutbindListener) -> Connection:
        number = self._session_number()
        return Connection(listener, self._request, self._settings, self._clock, number, self._capture, waits=True)

    def _listening(self, result: object) -> None:
        self._attempt = None

    def _not_listening(self, failure: Failure) -> None:
        self._attempt = None
        self._counters.connect_failures += 1
        self.faults.say("cannot listen", f"{self.smsc.outbind_listen}: {failure.getErrorMessage()}")
        self._again(self._backoff.after_failure())

    def _invited(self, connection: Connection) -> bool:
        """The SMSC asks us to bind on this connection; False if there is another."""
        if self._stopped is not None:
            return False
        if self.connection is not None:
            self.connection.prove()  # if it is dead, the next outbind finds us free
            return False
        self.connection = connection
        self._become(BindState.BINDING)
        connection.adopt(self)
        return True

    def _request(self) -> BindRequest:
        smsc = self.smsc
        return KINDS[smsc.bind](
            smsc.system_id,
            smsc.password.get_secret_value(),
            smsc.system_type,
            0x33 if smsc.interface_version == "3.3" else 0x34,
            address_range=smsc.address_range,
        )

    def _connected(self, connection: Connection) -> None:
        self._attempt = None
        if not connection.alive:
            return  # made and lost in one go: `lost` has been told
        self.connection = connection
        if self.state is BindState.CONNECTING:
            self._become(BindState.BINDING)
        if self._stopped is not None:
            connection.unbind()

    def _not_connected(self, failure: Failure) -> None:
        self._attempt = None
        if self._stopped is not None:
            self._ended()
            return
        self._counters.connect_failures += 1
        why = f"{self.smsc.host}:{self.smsc.port}: {failure.getErrorMessage()}"
        if failure.check(ConnectTimeout):
            self.faults.expired("connect", self.smsc.connect_timeout, "cannot connect", why)
        else:
            self.faults.say("cannot connect", why)
        self._again(self._backoff.after_failure())

    def _again(self, delay: float) -> None:
        if self._stopped is not None:
            self._ended()
            return
        self._become(BindState.WAITING)
        self.retry_at = self.since + delay
        self._retry = self._clock.callLater(delay, self._connect)

    def _ended(self) -> None:
        self._become(BindState.STOPPED)
        stopped, self._stopped = self._stopped, None
        if stopped is not None:
            stopped.callback(None)

    # ---- from the connection

    def bound(self, connection: Connection, now: float) -> None:
        self.connection = connection
        self._become(BindState.BOUND)
        self.refusal = None
        self._bound_at = now
        self._worked = False
        self.faults.over()
        self._counters.binds += 1
        self._log.info("bound", smsc=self.where, session=connection.number)
        self._events.bound(self, connection, now)

    def refused(self, connection: Connection, status: int) -> None:
        self._refused = self.refusal = status
        self._counters.bind_refusals += 1
        if status in CREDENTIALS:
            self.faults.credentials(status_name(status))
        else:
            self.faults.say("bind refused", status_name(status))
        connection.drop()

    def received(self, connection: Connection, pdu: Pdu, now: float) -> None:
        self._worked = True
        self._events.received(connection, pdu, now)

    def answered(self, event: events.Answered, now: float) -> None:
        self._worked = True
        self._events.answered(event, now)

    def unanswered(self, event: events.Unanswered, now: float) -> None:
        if event.reason == "timeout":
            self._counters.timeouts["response"] += 1
            self._log.warning(
                "no answer in time",
                request=type(event.request).__name__,
                sequence=event.request.sequence,
                timer="response",
                seconds=self.smsc.response_timeout,
            )
        self._events.unanswered(event, now)

    def unmatched(self, event: events.Unmatched, now: float) -> None:
        self._counters.unmatched += 1
        self._events.unmatched(event, now)

    def malformed(self, event: events.Malformed) -> None:
        self._counters.malformed += 1
        self._log.warning("unreadable PDU", why=str(event.error))

    def proved(self, connection: Connection, until: float) -> None:
        self._events.proved(connection, until)

    def unbound(self, connection: Connection, by_peer: bool) -> None:
        if by_peer:
            self.faults.say("the SMSC unbinds", "")

    def closing(self, connection: Connection, why: str) -> None:
        expired = EXPIRED.get(why)
        if expired is not None:
            timer, setting = expired
            self.faults.expired(timer, getattr(self.smsc, setting), "link given up", why.replace("_", " "))
        elif why != "unbound":
            self.faults.say("link given up", why.replace("_", " "))
        self._given_up = why != "unbound"

    def turned(self, now: float) -> None:
        self._events.turned(now)

    def lost(self, connection: Connection, why: str, now: float) -> None:
        was_bound, self._bound_at = self._bound_at, None
        self.connection = None
        self._attempt = None
        rebinding, self.rebinding = self.rebinding, False
        given_up, self._given_up = self._given_up, False
        if was_bound is not None:
            self._counters.losses += not rebinding
            if not connection.clean and self._stopped is None and not self.faults.why and not rebinding:
                self.faults.say("link lost", why)
            self._events.lost(connection, now)
            # Texts that wait cost more than a bind: a link that worked comes back soon, however often it drops.
            if self._worked or now - was_bound >= STABLE_AFTER:
                self._backoff.succeeded()
        elif self._refused is None and self._stopped is None and not rebinding and not given_up:
            self.faults.say("connection lost before the bind was answered", why)
        refused, self._refused = self._refused, None
        if self._listener is not None and self._stopped is None:
            self._connect()  # that is to say: when the SMSC does
            return
        if rebinding:
            self._again(0.0)
            return
        self._again(self._backoff.after_failure() if refused is None else self._backoff.after_refusal(refused))


class _Factory(Factory):
    """Makes the one connection of an attempt."""

    noisy = False

    def __init__(self, make: Callable[[], Connection]) -> None:
        self._make = make

    def buildProtocol(self, addr: object) -> Connection:
        return self._make()


def _session_settings(smsc: Smsc) -> SessionSettings:
    return SessionSettings(
        window=smsc.window,
        enquire_link=smsc.enquire_link,
        inactivity=smsc.inactivity or None,
        response_timeout=smsc.response_timeout,
        bind_timeout=smsc.bind_timeout,
        partial_timeout=smsc.partial_timeout,
    )
