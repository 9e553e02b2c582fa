"""The kinds of Twisted services that a daemon is made of: what runs by the clock, and what ends in order."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

import structlog
from twisted.application.internet import TimerService
from twisted.application.service import MultiService, Service
from twisted.internet.defer import Deferred, inlineCallbacks, maybeDeferred
from twisted.python.failure import Failure

from smsgw.gateway.clock import Clock
from smsgw.gateway.outage import complain
from smsgw.store.writer import unavailable

log = structlog.get_logger()

Found = TypeVar("Found")
InThread = Callable[[Callable[[], Any]], "Deferred[Any]"]


class Every(TimerService):
    """Calls `look` every so many seconds, the first time after as many.

    What a look raises is logged, and the next one comes all the same.
    """

    def __init__(self, seconds: float, look: Callable[[], object], clock: Clock) -> None:
        TimerService.__init__(self, seconds, self._turn)
        self.clock = clock
        self._look = look
        self._waited = False

    def startService(self) -> None:
        self._waited = False
        TimerService.startService(self)

    def _turn(self) -> None:
        if not self._waited:
            self._waited = True  # a TimerService calls at once as well
            return
        try:
            self._look()
        except Exception as error:
            log.error("fault in the daemon", exc_info=error)


class Watch(Every, Generic[Found]):
    """Reads the database every so many seconds, in a thread and one read at a time, and tells what it finds."""

    def __init__(
        self,
        seconds: float,
        read: Callable[[], Found],
        found: Callable[[Found], None],
        clock: Clock,
        in_thread: InThread,
        complaint: str,
    ) -> None:
        """`found` is called in the reactor's thread, and not after the end; `complaint` is logged if `read` raises."""
        Every.__init__(self, seconds, self._begin, clock)
        self._read = read
        self._found = found
        self._in_thread = in_thread
        self._complaint = complaint
        self._reading = False

    def _begin(self) -> None:
        if self._reading:
            return
        self._reading = True

        def over(result: object) -> None:
            self._reading = False

        self._in_thread(self._read).addCallbacks(self._tell, self._complain).addCallback(over)

    def _tell(self, found: Found) -> None:
        if self.running:
            self._found(found)

    def _complain(self, failure: Failure) -> None:
        if failure.value is not None and unavailable(failure.value):
            complain(self._complaint, failure.value)
        else:
            log.warning(self._complaint, why=failure.getErrorMessage())


class InOrder(MultiService):
    """Services that are started in order and stopped from the last to the first, each when the one after has ended."""

    @inlineCallbacks
    def stopService(self) -> Generator[Deferred[Any], Any, None]:
        Service.stopService(self)
        for service in reversed(list(self)):
            yield maybeDeferred(service.stopService)
