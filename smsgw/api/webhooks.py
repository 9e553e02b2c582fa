"""Tells programs over HTTP what became of their texts, and keeps trying for a day.

Nothing is called that the settings do not name, and a name in them may not lead into this machine's own address space.
No redirect is followed, certificates are verified, and of an answer only its status is looked at.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from datetime import UTC
from io import BytesIO
from typing import Any
from urllib.parse import quote

import structlog
from sqlalchemy import Engine
from twisted.internet.defer import Deferred, DeferredList, fail, maybeDeferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint, wrapClientTLS
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Protocol
from twisted.internet.ssl import optionsForClientTLS
from twisted.python.failure import Failure
from twisted.web.client import Agent, FileBodyProducer
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

import smsgw
from smsgw.api.addresses import address, allowed, named, own
from smsgw.api.pages import encoded
from smsgw.business.programs.books import callbacks
from smsgw.business.programs.books.callbacks import Call
from smsgw.errors import SmsgwError
from smsgw.gateway.counters import ProgramCounters
from smsgw.settings.sections import Settings
from smsgw.store.engine import reading
from smsgw.store.instants import from_ms, iso
from smsgw.store.transaction import Transact, own_transaction

log = structlog.get_logger()

TOGETHER = 20  # calls under way at most
PATIENCE = 10.0  # seconds for one

InThread = Callable[[Callable[[], Any]], Deferred[Any]]
_WORDS = {"sent": "sent", "enroute": "buffered"}  # how a state is called in JSON, where it is called otherwise


class NotCalled(SmsgwError):
    """A call that was not made, or was not answered with success."""


class Callers:
    """`look` once a second; it does nothing while calls are under way."""

    def __init__(
        self,
        *,
        settings: Callable[[], Settings],
        engine: Engine,
        in_thread: InThread,
        clock: Any,
        transact: Transact | None = None,
        counters: ProgramCounters | None = None,
        agent: Any = None,
    ) -> None:
        """`agent` is a `twisted.web.client.Agent` (made here unless a test gives one), `clock` the reactor.

        `transact` is how something is changed; None: in transactions of its own.
        """
        self._settings = settings
        self._engine = engine
        self._transact = transact if transact is not None else own_transaction(engine)
        self._in_thread = in_thread
        self._clock = clock
        self._agent = agent or Agent.usingEndpointFactory(clock, Outwards(clock, in_thread, settings))
        self._counters = counters if counters is not None else ProgramCounters()
        self._busy = False
        self.stopping = False

    def _now(self) -> int:
        return int(self._clock.seconds() * 1000)

    def look(self) -> None:
        """Make the calls that are due."""
        if self._busy or self.stopping:
            return
        self._busy = True

        def failed(failure: Failure) -> None:
            log.warning("callbacks could not be looked after", kind=type(failure.value).__name__)

        def over(result: object) -> None:
            self._busy = False

        self._in_thread(self._due).addCallback(self._make).addErrback(failed).addCallback(over)

    def _due(self) -> list[Call]:
        now = self._now()
        with reading(self._engine).connect() as connection:
            if not callbacks.any_due(connection, now):
                return []
        return self._transact(lambda transaction: callbacks.claim_due(transaction.connection, now, TOGETHER))

    def _make(self, calls: Sequence[Call]) -> Deferred[Any]:
        return DeferredList([self._call(call) for call in calls], fireOnOneErrback=True, consumeErrors=True)

    def _call(self, call: Call) -> Deferred[Any]:
        def answered(response: Any) -> None:
            response.deliverBody(Unread())
            if not 200 <= response.code < 300:
                raise NotCalled(f"it was answered {response.code}")

        def keep(result: object) -> Deferred[Any]:
            why = result.getErrorMessage() if isinstance(result, Failure) else ""
            kind = type(result.value).__name__ if isinstance(result, Failure) else ""
            return self._in_thread(lambda: self._kept(call, kind, why)).addCallback(count)

        def count(outcome: str) -> None:
            self._counters.calls[outcome] += 1

        asked: Deferred[Any] = maybeDeferred(self._asked, call)
        asked.addTimeout(PATIENCE, self._clock)
        return asked.addCallback(answered).addBoth(keep)

    def _asked(self, call: Call) -> Deferred[Any]:
        url, method, body = prepared(call)
        if not allowed(url, self._settings().http.callbacks):
            return fail(NotCalled("the setting http.callbacks does not name its address"))
        headers = Headers({"User-Agent": [f"smsgw/{smsgw.__version__}"]})
        producer = None
        if body is not None:
            headers.setRawHeaders("Content-Type", ["application/json"])
            producer = FileBodyProducer(BytesIO(body))
        asked: Deferred[Any] = self._agent.request(method, url.encode("ascii"), headers, producer)
        return asked

    def _kept(self, call: Call, kind: str, why: str) -> str:
        """In a thread: write down what became of a call; which of CALLS that is."""
        now = self._now()
        if not kind:
            self._transact(lambda transaction: callbacks.mark_told(transaction.connection, call, now))
            return "told"
        again = self._transact(lambda transaction: callbacks.mark_failed(transaction.connection, call, now))
        said = why if kind == NotCalled.__name__ else kind
        if not again:
            log.warning("a program was not told of a text, and will not be", message=call.message, why=said)
        elif call.attempts == 0:
            log.info("a program could not be told of a text; it is tried again", message=call.message, why=said)
        return "again" if again else "given_up"


def prepared(call: Call) -> tuple[str, bytes, bytes | None]:
    """Address, method and body of a call."""
    if not call.mask & callbacks.JSON:
        return filled(call), b"GET", None
    told = {
        "id": call.message,
        "to": call.recipient,
        "state": _WORDS.get(call.state, call.state),
        "at": iso(call.at),
        "error": call.error if call.state in ("failed", "cancelled") else None,
    }
    return call.url, b"POST", encoded(told)


def filled(call: Call) -> str:
    """An address with Kannel's escapes filled in (its user guide, «Parameters for URLs»); others stay as they are."""
    at = from_ms(call.at)
    values = {
        "d": str(call.event),
        "p": call.source or "",
        "P": call.recipient,
        "q": call.source or "",
        "Q": call.recipient,
        "t": at.astimezone(UTC).strftime("%Y-%m-%d+%H:%M:%S"),
        "T": str(call.at // 1000),
        "i": call.link or "",
        "I": str(call.message),
        "F": call.smsc_id or "",
        "A": call.error or "",
        "%": "%",
    }
    found: list[str] = []
    pieces = iter(call.url)
    for letter in pieces:
        if letter != "%":
            found.append(letter)
            continue
        kind = next(pieces, "")
        if kind in ("%", "t"):
            found.append(values[kind])
        elif kind in values:
            found.append(quote(values[kind], safe=""))
        else:
            found.append("%" + kind)
    return "".join(found)


class Unread(Protocol):
    """The rest of an answer is not read: it may be long."""

    transport: Any = None  # Twisted's interface of it has no types

    def connectionMade(self) -> None:
        if self.transport is not None:
            self.transport.loseConnection()


@implementer(IAgentEndpointFactory)
class Outwards:
    """Makes the endpoints of calls: to a name, only where it leads out of this machine's own address space."""

    def __init__(self, reactor: Any, in_thread: InThread, settings: Callable[[], Settings]) -> None:
        self._reactor = reactor
        self._in_thread = in_thread
        self._settings = settings

    def endpointForURI(self, uri: Any) -> Any:
        host = uri.host.decode("ascii").strip("[]")
        point: Any = Resolved(self._reactor, self._in_thread, host, uri.port, self._settings)
        if uri.scheme == b"https":
            return wrapClientTLS(optionsForClientTLS(host), point)
        return point


@implementer(IStreamClientEndpoint)
class Resolved:
    """A host that is looked up first; what it is found to be is what is connected to."""

    def __init__(
        self, reactor: Any, in_thread: InThread, host: str, port: int, settings: Callable[[], Settings]
    ) -> None:
        self._reactor = reactor
        self._in_thread = in_thread
        self._host = host
        self._port = port
        self._settings = settings

    def connect(self, factory: Any) -> Any:
        return self._in_thread(self._found).addCallback(lambda found: self._endpoint(found).connect(factory))

    def _found(self) -> str:
        """In a thread: the first address that may be connected to. Raises NotCalled."""
        if named(self._host, self._settings().http.callbacks) and address(self._host) is not None:
            return self._host
        try:
            rows = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise NotCalled(f"its host is not known: {error.strerror or error}") from None
        addresses = [str(row[4][0]) for row in rows]
        if not named(self._host, self._settings().http.callbacks):
            addresses = [each for each in addresses if not own(each)]
        if not addresses:
            raise NotCalled("its host leads into this machine's own address space")
        return addresses[0]

    def _endpoint(self, found: str) -> Any:
        kind = TCP6ClientEndpoint if ":" in found else TCP4ClientEndpoint
        return kind(self._reactor, found, self._port, timeout=int(PATIENCE))
