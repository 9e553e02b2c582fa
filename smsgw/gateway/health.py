"""The pages: /healthz, /readyz and /metrics for watchers, and what others put beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

import structlog
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel
from twisted.web.resource import Resource
from twisted.web.server import Request, Site

log = structlog.get_logger()

REQUEST_SECONDS = 30.0  # for the whole head and body of a request
MOST_CONNECTIONS = 256  # at once, of all clients
MOST_OF_ONE = 64  # at once, of one address: nobody alone can keep all others out
_NETWORK = 8  # octets of an IPv6 address that a client cannot choose


class Page(Resource):
    """A page whose status and text come from a function."""

    isLeaf = True

    def __init__(self, answer: Callable[[], tuple[int, bytes]], kind: bytes = b"text/plain; charset=utf-8") -> None:
        Resource.__init__(self)
        self._answer = answer
        self._kind = kind

    def render_GET(self, request: Any) -> bytes:
        status, body = self._answer()
        request.setResponseCode(status)
        request.setHeader(b"content-type", self._kind)
        request.setHeader(b"cache-control", b"no-store")
        return body


class BoundedChannel(HTTPChannel):
    """A connection that must bring a whole request within REQUEST_SECONDS, however it drips."""

    site: Any
    client = ""
    _late: Any = None

    def connectionMade(self) -> None:
        HTTPChannel.connectionMade(self)
        self.site.connections[self.client] += 1

    def dataReceived(self, data: bytes) -> None:
        if self._late is None and not self._handlingRequest:
            self._late = self.site.reactor.callLater(REQUEST_SECONDS, self._give_up)
        HTTPChannel.dataReceived(self, data)

    def allContentReceived(self) -> None:
        self._in_time()
        HTTPChannel.allContentReceived(self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._in_time()
        self.site.connections -= Counter((self.client,))
        HTTPChannel.connectionLost(self, reason)

    def _in_time(self) -> None:
        late, self._late = self._late, None
        if late is not None and late.active():
            late.cancel()

    def _give_up(self) -> None:
        self._late = None
        log.info("a request was too slow", seconds=REQUEST_SECONDS)
        self.forceAbortClient()  # type: ignore[no-untyped-call]  # Twisted's own has no types


class QuietSite(Site):
    """Nobody needs a line in the log for each scrape, or a traceback in a page. Connections are limited."""

    noisy = False
    displayTracebacks = False

    def __init__(self, root: Resource, request: type[Request], reactor: Any = None) -> None:
        Site.__init__(self, root, requestFactory=request, reactor=reactor)
        self.connections: Counter[str] = Counter()  # by client

    def buildProtocol(self, addr: Any) -> Any:
        """A channel; None, which closes the connection, where there are too many."""
        client, total = client_of(addr), self.connections.total()
        if total >= MOST_CONNECTIONS:
            log.warning("an HTTP connection is refused: there are too many", connections=total)
            return None
        if self.connections[client] >= MOST_OF_ONE:
            log.warning("an HTTP connection is refused: its address has too many", address=client)
            return None
        channel: Any = BoundedChannel()  # type: ignore[no-untyped-call]  # nor has its channel
        channel.client = client
        channel.factory = channel.site = self
        channel.requestFactory = self.requestFactory
        channel.callLater = self.reactor.callLater
        channel.timeOut = self.timeOut
        return channel

    def log(self, request: Any) -> None:
        return None


def client_of(address: Any) -> str:
    """Who a connection is from: its address, and of IPv6 the network, in which a client takes any address it likes."""
    host = str(getattr(address, "host", ""))
    try:
        number = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if number.version == 4:
        return host
    mapped = number.ipv4_mapped
    return str(mapped) if mapped else f"{ip_address(number.packed[:_NETWORK] + bytes(16 - _NETWORK))}/{_NETWORK * 8}"


def site(
    ready: Callable[[], str],
    metrics: Callable[[], bytes],
    others: Mapping[str, Resource] | None = None,
    request: type[Request] = Request,
    reactor: Any = None,
) -> Site:
    """The pages. `ready` says in a sentence why we are not; an empty one: we are.

    `others` are more pages, by path without the first slash; `request` is what reads requests; `reactor` has the clock
    (None: Twisted's own).
    """

    def readyz() -> tuple[int, bytes]:
        why = ready()
        return (503, f"{why}\n".encode()) if why else (200, b"ready\n")

    root: Any = Resource()
    root.putChild(b"healthz", Page(lambda: (200, b"alive\n")))
    root.putChild(b"readyz", Page(readyz))
    root.putChild(b"metrics", Page(lambda: (200, metrics()), b"text/plain; version=0.0.4; charset=utf-8"))
    for path, page in (others or {}).items():
        place = root
        *folders, name = path.encode().split(b"/")
        for folder in folders:
            if folder not in place.children:
                place.putChild(folder, Resource())
            place = place.children[folder]
        place.putChild(name, page)
    return QuietSite(root, request, reactor)
