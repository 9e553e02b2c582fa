"""What programs ask over HTTP, handed to the desk in threads of its own, and its answers written back."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request

from smsgw.api.answer import HttpError
from smsgw.api.desk import LARGEST, Desk
from smsgw.api.desk import Request as Asked
from smsgw.api.guesses import Guesses

log = structlog.get_logger()

WAITING = 64  # requests in flight at most; more are told to come again
FLOODED = 16 * LARGEST  # octets of a body after which we listen no longer

InThread = Callable[[Callable[[], Any]], Deferred[Any]]
Told = tuple[int, bytes, dict[str, str]]  # status, body, header fields
Work = Callable[[Asked], Told]


def encoded(body: Any) -> bytes:
    """JSON in UTF-8."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


BUSY = encoded(HttpError(503, "busy", "too much is asked at once; try again").answer.body)


class BoundedRequest(Request):
    """A request whose body is not kept once it is too large."""

    too_large = False
    _came = 0

    def handleContentChunk(self, data: bytes) -> None:
        self._came += len(data)
        if self._came <= LARGEST:
            Request.handleContentChunk(self, data)
            return
        if not self.too_large:
            self.too_large = True
            if self.content is not None:
                self.content.close()
            self.content = BytesIO()
        if self._came > FLOODED and self.channel is not None:
            self.channel.loseConnection()


class Threads:
    """Threads in which some kind of work is done, so that a slow one keeps nothing else of the daemon waiting."""

    def __init__(self, reactor: Any, name: str, most: int) -> None:
        """So many at most: each may hold a connection of the database's pool."""
        self._reactor = reactor
        self._pool = ThreadPool(0, most, name)

    def start(self) -> None:
        self._pool.start()

    def stop(self, patience: float) -> bool:
        """Wait up to so many seconds for what is being worked on; whether all of it has ended."""
        if not self._pool.started:
            return True
        stopping = threading.Thread(target=self._pool.stop, daemon=True)
        stopping.start()
        stopping.join(patience)
        return not stopping.is_alive()

    def __call__(self, work: Callable[[], Any]) -> Deferred[Any]:
        return deferToThreadPool(self._reactor, self._pool, work)


class ProgramPage(Resource):
    """Everything below an address, worked on by `work`; `open_` says whether requests are taken at all.

    `busy` is what is said where they are not. Answers are told to `counted` by their status.
    """

    isLeaf = True

    def __init__(
        self,
        work: Work,
        in_thread: InThread,
        open_: Callable[[], bool],
        busy: bytes = BUSY,
        counted: Callable[[int], None] = lambda status: None,
        guesses: Guesses | None = None,
        reactor: Any = None,
        wrong_token: Callable[[Told], bool] = lambda told: told[0] == 401,
    ) -> None:
        """An answer of which `wrong_token` is true waits on `reactor` as `guesses` says; None: nothing waits."""
        Resource.__init__(self)
        self._guesses = guesses
        self._reactor = reactor
        self._wrong_token = wrong_token
        self._work = work
        self._counted = counted
        self._busy = busy
        self._in_thread = in_thread
        self._open = open_
        self._in_flight = 0

    def render(self, request: Any) -> Any:
        if not self._open() or self._in_flight >= WAITING:
            self._counted(503)
            _write(request, 503, self._busy, {"Retry-After": "1"})
            return NOT_DONE_YET
        asked = asked_of(request)
        gone: list[Failure] = []
        request.notifyFinish().addErrback(gone.append)
        self._in_flight += 1

        def done(told: Told) -> None:
            self._counted(told[0])
            wait = 0.0
            tried = request.requestHeaders.hasHeader(b"authorization") or request.args  # to send none is no guess
            if self._guesses is not None and tried and self._wrong_token(told):
                wait = self._guesses.wait(str(getattr(request.getClientAddress(), "host", "")), self._reactor.seconds())
            if wait:
                self._reactor.callLater(wait, write, told)
            else:
                write(told)

        def write(told: Told) -> None:
            if not gone:
                _write(request, *told)

        def failed(failure: Failure) -> None:
            self._counted(500)
            log.error("a program could not be answered", kind=type(failure.value).__name__)
            if not gone:
                _write(request, 500, b"", {})

        def over(result: object) -> None:
            self._in_flight -= 1

        self._in_thread(lambda: self._work(asked)).addCallback(done).addErrback(failed).addBoth(over)
        return NOT_DONE_YET


def asked_of(request: Any) -> Asked:
    """What is asked, apart from Twisted."""
    path, _, query = request.uri.decode("latin-1").partition("?")
    headers = {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in request.requestHeaders.getAllRawHeaders()
    }
    too_large = getattr(request, "too_large", False)
    body = b"" if too_large else request.content.read(LARGEST + 1)
    return Asked(request.method.decode("latin-1"), path, query, headers, body, too_large or len(body) > LARGEST)


def in_json(desk: Desk) -> Work:
    """The desk's answers as octets."""

    def work(asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        answer = desk.answer(asked)
        return answer.status, encoded(answer.body), {"Content-Type": "application/json", **answer.headers}

    return work


def _write(request: Any, status: int, body: bytes, headers: Any) -> None:
    request.setResponseCode(status)
    request.setHeader("Content-Type", "application/json" if body.startswith(b"{") else "text/plain; charset=utf-8")
    request.setHeader("Cache-Control", "no-store")
    request.setHeader("X-Content-Type-Options", "nosniff")
    for name, value in headers.items():
        request.setHeader(name, value)
    request.setHeader("Content-Length", str(len(body)))
    request.write(body)
    request.finish()
