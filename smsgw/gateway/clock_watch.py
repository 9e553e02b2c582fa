"""Notices that the machine's clock was set back, and brings everything that waits for a time forward by as much.

Twisted's timers wait for a time of day. Where the clock is set back by a day, all of them would come a day late:
nothing would be looked after, nobody would be asked whether he still lives. So a thread compares that clock with one
that nobody can set. A clock that is set forward needs nothing: what waits is then due at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from twisted.application.service import Service

log = structlog.get_logger()

LOOK_EVERY = 1.0  # seconds
SLACK = 2.0  # seconds that a clock is set without anybody taking harm


class SetBack:
    """How far a clock was set back since the last look, compared with one that goes on and on."""

    def __init__(self, clock: Callable[[], float], steady: Callable[[], float]) -> None:
        self._clock = clock
        self._steady = steady
        self._ahead = clock() - steady()

    def look(self) -> float:
        """In seconds; 0: not at all, or so little that it does not matter."""
        ahead = self._clock() - self._steady()
        back = self._ahead - ahead
        if 0 < back < SLACK:
            return 0.0  # many small steps are a big one
        self._ahead = ahead
        return max(0.0, back)


class ClockWatch(Service):
    """Looks in a thread of its own, for a timer would be among those that wait."""

    def __init__(self, reactor: Any, on_set_back: Callable[[], None]) -> None:
        """`on_set_back` is called in the reactor's thread, after the timers were brought forward."""
        self._reactor = reactor
        self._on_set_back = on_set_back
        self._over = threading.Event()

    def startService(self) -> None:
        Service.startService(self)
        threading.Thread(target=self._watch, name="clock", daemon=True).start()

    def stopService(self) -> None:
        Service.stopService(self)
        self._over.set()

    def _watch(self) -> None:
        clock = SetBack(self._reactor.seconds, time.monotonic)
        while not self._over.wait(LOOK_EVERY):
            back = clock.look()
            if back:
                self._reactor.callFromThread(self._set_back, back)

    def _set_back(self, back: float) -> None:
        log.warning("the machine's clock was set back; links are bound again", seconds=round(back))
        bring_forward(self._reactor, back)
        self._on_set_back()


def bring_forward(reactor: Any, back: float) -> None:
    """Let every timer that was started before the clock was set back come when it would have come."""
    now = reactor.seconds()
    for call in reactor.getDelayedCalls():
        rest = call.getTime() - now
        if rest >= back:
            call.reset(rest - back)
