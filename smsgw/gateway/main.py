"""`smsgw run`: the one place that has the reactor, the process's signals and its end."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Sequence
from typing import Any

import structlog
from twisted.internet import reactor as twisted_reactor

from smsgw.errors import DONE
from smsgw.gateway import log as gateway_log
from smsgw.gateway.counters import LogCounters
from smsgw.gateway.daemon import Daemon
from smsgw.gateway.database import own_database
from smsgw.gateway.faces import MakeFace
from smsgw.settings.remarks import remarks
from smsgw.settings.sections import Settings

log = structlog.get_logger()

LAST_LINES = 1.0  # seconds for a slow reader to take the last lines of the log


def run(settings: Settings, faces: Sequence[MakeFace] = ()) -> int:
    """Serve until SIGTERM or SIGINT; the exit status. Raises SmsgwError for what keeps the daemon from starting."""
    reactor: Any = twisted_reactor
    counters = LogCounters()
    lines = gateway_log.start(settings.log, counters)
    gateway_log.observe_twisted()
    try:
        status = _serve(settings, faces, reactor, counters)
    finally:
        lines.close(LAST_LINES)
    if any(not thread.daemon for thread in threading.enumerate() if thread is not _MAIN):
        # A thread hangs in the database. Nothing it has not committed was acknowledged, so nothing is lost.
        os._exit(status)
    return status


def _serve(settings: Settings, faces: Sequence[MakeFace], reactor: Any, counters: LogCounters) -> int:
    for remark in remarks(settings):
        log.warning("look at the settings", remark=remark)
    with own_database(settings) as database:
        daemon = Daemon(settings, reactor, database, faces, counters)
        daemon.privilegedStartService()
        _obey_signals(daemon, reactor)
        reactor.callWhenRunning(daemon.startService)
        # What is there now stays for good, and texts leave no cycles behind: they need not be looked for often.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        reactor.run(installSignalHandlers=False)
    log.info("stopped")
    return DONE


_MAIN = threading.main_thread()


def _obey_signals(daemon: Daemon, reactor: Any) -> None:
    """SIGTERM and SIGINT stop the daemon, a second one without waiting for the SMSCs; SIGHUP reloads."""

    def over(result: object) -> None:
        reactor.stop()

    def fault(failure: Any) -> None:
        log.error("fault while stopping", exc_info=(failure.type, failure.value, failure.getTracebackObject()))
        reactor.stop()

    def stop() -> None:
        if daemon.running:
            daemon.stopService().addCallbacks(over, fault)
        else:
            daemon.drop()

    def on_stop(number: int, frame: object) -> None:
        reactor.callFromThread(stop)

    def on_hangup(number: int, frame: object) -> None:
        reactor.callFromThread(daemon.reload)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_stop)
    signal.signal(signal.SIGHUP, on_hangup)
