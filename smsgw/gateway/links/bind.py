"""One bind to one SMSC, kept up forever: connect, bind, and when it ends come back after a while.

What leads from which state to which is in the tables of `states`; this file does what each step asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from smsgw.gateway.links.connection import Connection, Owner, Traffic
from smsgw.gateway.links.fault_log import FaultLog
from smsgw.gateway.links.outbind import OutbindListener
from smsgw.gateway.links.states import CALLED, CALLING, BindState, Goal, Step
from smsgw.settings.sections import Smsc
from smsgw.smpp import events
from smsgw.smpp.pdu import BindReceiver, BindRequest, BindTransceiver, BindTransmitter
from smsgw.smpp.settings import SessionSettings
from smsgw.smpp.status import status_name

log = structlog.get_logger()

STABLE_AFTER = 10.0  # seconds that a bind without traffic must have held to count as well again
# What ends a session because nothing came in time: the timer, and the setting that says how long it runs.
EXPIRED = {
    "bind_timeout": ("bind", "bind_timeout"),
    "unbind_timeout": ("response", "response_timeout"),
    "enquire_link_timeout": ("enquire_link", "response_timeout"),
    "inactivity": ("inactivity", "inactivity"),
    "partial_pdu": ("partial", "partial_timeout"),
}
KINDS = {"transceiver": BindTransceiver, "transmitter": BindTransmitter, "receiver": BindReceiver}


@dataclass(slots=True)
class Session:
    """What is known of one connection until it is lost; the next one begins with a fresh value."""

    connection: Connection | None = None
    bound_at: float | None = None  # None: the bind never stood
    refused: int | None = None  # the command_status with which the SMSC refused the bind
    given_up: bool = False  # by us, and it has been told why


class Events(Traffic, Interface):
    """Whom a bind tells what happens on it: the link."""

    def on_bound(self, bind: Bind, connection: Connection, now: float) -> None: ...
    def on_lost(self, connection: Connection, now: float) -> None: ...


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
        self.refusal: int | None = None  # command_status of the last bind_resp, where that was a refusal
        self.retry_at: float | None = None  # the next attempt, while waiting for it
        self._goal = Goal.DOWN
        self._session = Session()
        self._connecting: Deferred[Any] | None = None  # an attempt under way
        self._retry: Timer | None = None
        self._stopped: Deferred[None] = succeed(None)  # fires when nothing is left
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
        self._log = log.bind(link=smsc.link_name, bind=smsc.name)
        self.faults = FaultLog(self._log, clock, counters)
        self._listener: OutbindListener | None = None
        self._table = CALLING
        if smsc.outbind_listen:
            self._table = CALLED
            self._listener = OutbindListener(
                smsc=smsc,
                endpoint=endpoint,
                connection=lambda listener: self._connection(listener, listener, waits=True),
                invited=self._invited,
                counters=counters,
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
    def connection(self) -> Connection | None:
        """The connection that there is, bound or not."""
        return self._session.connection

    @property
    def live(self) -> Connection | None:
        """The bound connection."""
        return self._session.connection if self.state is BindState.BOUND else None

    @property
    def rebinding(self) -> bool:
        """Whether it is on the way down, to come back at once."""
        return self._goal is Goal.AGAIN

    # ---- from the link

    def start(self) -> None:
        if self.state is BindState.STOPPED:
            self._goal = Goal.UP
            self._open(Step.START)

    def stop(self) -> Deferred[None]:
        """Unbind and come back no more. Fires when the connection is gone."""
        self._goal = Goal.DOWN
        stopped = self._stopped = Deferred[None]()
        closed: Deferred[Any] = self._listener.close() if self._listener is not None else succeed(None)
        if self._retry is not None and self._retry.active():
            self._retry.cancel()
        if self.connection is not None:
            self.connection.unbind()
        elif self._connecting is not None:
            self._connecting.cancel()
        else:
            self._end()
        return closed.addCallback(lambda _: stopped)

    def drop(self) -> None:
        """End the connection at once, whatever is under way on it."""
        if self.connection is not None:
            self.connection.drop()

    def rebind(self) -> None:
        """End the session in order and come back at once; while waiting for the next attempt: make it now."""
        if self._goal is Goal.DOWN:
            return
        if self.connection is not None:
            self._goal = Goal.AGAIN
            self.connection.unbind()
        elif self._retry is not None and self._retry.active():
            self._retry.cancel()
            self._open(Step.RETRY)

    def capture(self, capture: Capture | None) -> None:
        """Record this connection and those that follow it; None: no more."""
        self._capture = capture
        if self.connection is not None:
            self.connection.capture(capture)

    # ---- from state to state

    def _step(self, step: Step) -> None:
        state = self._table[self.state, step]
        if state is not self.state:
            self.state = state
            self.since = self._clock.seconds()

    def _open(self, step: Step) -> None:
        """Connect, or let the SMSC connect."""
        self.retry_at = None
        self._session = Session()
        self._step(step)
        if self._listener is not None:
            self.faults.why = self.faults.why or "waits for the SMSC to connect"
            self._connecting = self._listener.open()
            self._connecting.addCallbacks(self._listening, self._not_listening)
            return
        self._connecting = self._endpoint.connect(_Factory(lambda: self._connection(self, self._events)))
        # Both ends of the attempt; what comes after is told by the connection itself.
        self._connecting.addCallbacks(self._connected, self._not_connected)

    def _wait(self, step: Step, delay: float) -> None:
        """Make the next attempt after so many seconds."""
        self._step(step)
        self.retry_at = self.since + delay
        self._retry = self._clock.callLater(delay, self._open, Step.RETRY)

    def _end(self) -> None:
        self._step(Step.END)
        self._stopped.callback(None)

    # ---- connecting

    def _connection(self, owner: Owner, traffic: Traffic, *, waits: bool = False) -> Connection:
        return Connection(
            owner,
            traffic,
            request=self._request,
            settings=self._settings,
            clock=self._clock,
            number=self._session_number(),
            counters=self._counters,
            line=self._log,
            capture=self._capture,
            waits=waits,
        )

    def _request(self) -> BindRequest:
        smsc = self.smsc
        return KINDS[smsc.bind](
            smsc.system_id,
            smsc.password.get_secret_value(),
            smsc.system_type,
            0x33 if smsc.interface_version == "3.3" else 0x34,
            address_range=smsc.address_range,
        )

    def _listening(self, result: object) -> None:
        self._connecting = None

    def _not_listening(self, failure: Failure) -> None:
        self._not_open("cannot listen", f"{self.smsc.outbind_listen}: {failure.getErrorMessage()}")

    def _invited(self, connection: Connection) -> bool:
        """The SMSC asks us to bind on this connection; False if there is another."""
        if self._goal is Goal.DOWN:
            return False
        if self.connection is not None:
            self.connection.prove()  # if it is dead, the next outbind finds us free
            return False
        self._session.connection = connection
        self._step(Step.CONNECTED)
        connection.adopt(self, self._events)
        return True

    def _connected(self, connection: Connection) -> None:
        self._connecting = None
        if not connection.alive:
            return  # made and lost in one go: `lost` has been told
        self._session.connection = connection
        self._step(Step.CONNECTED)
        if self._goal is Goal.DOWN:
            connection.unbind()

    def _not_connected(self, failure: Failure) -> None:
        timer = "connect" if failure.check(ConnectTimeout) else None
        self._not_open("cannot connect", f"{self.smsc.host}:{self.smsc.port}: {failure.getErrorMessage()}", timer)

    def _not_open(self, event: str, why: str, timer: str | None = None) -> None:
        self._connecting = None
        if self._goal is Goal.DOWN:
            self._end()
            return
        self._counters.connect_failures += 1
        if timer is not None:
            self.faults.expired(timer, self.smsc.connect_timeout, event, why)
        else:
            self.faults.say(event, why)
        self._wait(Step.FAILED, self._backoff.after_failure())

    # ---- from the connection

    def on_bound(self, connection: Connection, now: float) -> None:
        self._session.connection = connection
        self._session.bound_at = now
        self._step(Step.BOUND)
        self.refusal = None
        self.faults.clear()
        self._counters.binds += 1
        self._log.info("bound", smsc=self.where, session=connection.number)
        self._events.on_bound(self, connection, now)

    def on_refused(self, connection: Connection, status: int) -> None:
        self._session.refused = self.refusal = status
        self._counters.bind_refusals += 1
        if status in CREDENTIALS:
            self.faults.credentials(status_name(status))
        else:
            self.faults.say("bind refused", status_name(status))
        connection.drop()

    def on_malformed(self, event: events.Malformed) -> None:
        self._counters.malformed += 1
        self._log.warning("unreadable PDU", why=str(event.error))

    def on_unbound(self, connection: Connection, by_peer: bool) -> None:
        if by_peer:
            self.faults.say("the SMSC unbinds", "")

    def on_closing(self, connection: Connection, why: str) -> None:
        expired = EXPIRED.get(why)
        if expired is not None:
            timer, setting = expired
            self.faults.expired(timer, getattr(self.smsc, setting), "link given up", why.replace("_", " "))
        elif why != "unbound":
            self.faults.say("link given up", why.replace("_", " "))
        self._session.given_up = why != "unbound"

    def on_lost(self, connection: Connection, why: str, now: float) -> None:
        session, self._session = self._session, Session()
        goal = self._goal
        if goal is Goal.AGAIN:
            self._goal = Goal.UP
        if session.bound_at is not None:
            self._counters.losses += goal is not Goal.AGAIN
            if goal is Goal.UP and not connection.clean and not self.faults.why:
                self.faults.say("link lost", why)
            self._events.on_lost(connection, now)
            # Texts that wait cost more than a bind: a link that worked comes back soon, however often it drops.
            if connection.carried or now - session.bound_at >= STABLE_AFTER:
                self._backoff.succeeded()
        elif goal is Goal.UP and session.refused is None and not session.given_up:
            self.faults.say("connection lost before the bind was answered", why)
        if goal is Goal.DOWN:
            self._end()
        elif self._listener is not None:
            self._open(Step.LOST)
        elif goal is Goal.AGAIN:
            self._wait(Step.LOST, 0.0)
        elif session.refused is not None:
            self._wait(Step.LOST, self._backoff.after_refusal(session.refused))
        else:
            self._wait(Step.LOST, self._backoff.after_failure())


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
