"""`smsgw run`: the one place that has the reactor, the process's signals and its end."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import Any

import structlog
from twisted.internet import reactor as twisted_reactor

from smsgw.errors import DONE
from smsgw.gateway import log as gateway_log
from smsgw.gateway.daemon import Daemon
from smsgw.settings.sections import Settings

log = structlog.get_logger()


def run(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; the exit status. Raises SmsgwError for what keeps the daemon from starting."""
    reactor: Any = twisted_reactor
    gateway_log.configure(settings.log)
    gateway_log.observe_twisted()
    daemon = Daemon(settings, reactor)
    finished: list[bool] = []

    def over(joined: bool) -> None:
        finished.append(joined)
        reactor.stop()

    def fault(failure: Any) -> None:
        log.error("fault while stopping", exc_info=(failure.type, failure.value, failure.getTracebackObject()))
        reactor.stop()

    def stop() -> None:
        first = not daemon.is_stopping
        stopped = daemon.stop()
        if first:
            stopped.addCallbacks(over, fault)

    def on_stop(number: int, frame: object) -> None:
        reactor.callFromThread(stop)

    def on_hangup(number: int, frame: object) -> None:
        reactor.callFromThread(daemon.reload)

    try:
        daemon.prepare()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_stop)
        signal.signal(signal.SIGHUP, on_hangup)
        reactor.callWhenRunning(daemon.start)
        # What is there now stays for good, and texts leave no cycles behind: they need not be looked for often.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        reactor.run(installSignalHandlers=False)
    finally:
        ended = daemon.close()
    log.info("stopped")
    if finished != [True] or not ended:
        # A thread hangs in the database. Nothing it has not committed was acknowledged, so nothing is lost.
        sys.stderr.flush()
        os._exit(DONE)
    return DONE
