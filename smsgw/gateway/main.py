"""`smsgw run`: the one place that has the reactor, the process's signals and its end."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from twisted.internet import reactor as twisted_reactor

from smsgw.errors import DONE, REFUSED
from smsgw.gateway import log as gateway_log
from smsgw.gateway.counters import LogCounters
from smsgw.gateway.daemon import Daemon
from smsgw.gateway.database import own_database
from smsgw.gateway.faces import MakeFace
from smsgw.settings.remarks import remarks
from smsgw.settings.sections import Settings

log = structlog.get_logger()

LAST_LINES = 1.0  # seconds for a slow reader to take the last lines of the log
LAST_RESORT = 3.0  # seconds after the time for draining, until a daemon that hangs is ended


def run(settings: Settings, faces: Sequence[MakeFace] = ()) -> int:
    """Serve until SIGTERM or SIGINT; the exit status. Raises SmsgwError for what keeps the daemon from starting.

    Where the end is not a clean one, the process ends here, with status 1: a thread may hang in the database, and its
    files may be somebody else's, so that nothing is closed. What was not committed was not acknowledged.
    """
    counters = LogCounters()
    lines = gateway_log.start(settings.log, counters)
    gateway_log.observe_twisted()

    def end_at_once(status: int) -> None:
        lines.close(LAST_LINES)
        os._exit(status)

    try:
        _serve(settings, faces, counters, end_at_once)
    finally:
        lines.close(LAST_LINES)
    if any(not thread.daemon for thread in threading.enumerate() if thread is not _MAIN):
        os._exit(DONE)  # a thread hangs in a question whose answer nobody waits for
    return DONE


_MAIN = threading.main_thread()


def _serve(
    settings: Settings, faces: Sequence[MakeFace], counters: LogCounters, end_at_once: Callable[[int], None]
) -> None:
    reactor: Any = twisted_reactor
    for remark in remarks(settings):
        log.warning("look at the settings", remark=remark)
    with own_database(settings) as database:
        daemon = Daemon(settings, reactor, database, faces, counters)
        daemon.privilegedStartService()
        _end_well(daemon, reactor, settings.gateway.drain + LAST_RESORT, end_at_once)
        reactor.callWhenRunning(daemon.startService)
        # What is there now stays for good, and texts leave no cycles behind: they need not be looked for often.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        reactor.run(installSignalHandlers=False)
    log.info("stopped")


def _end_well(daemon: Daemon, reactor: Any, within: float, end_at_once: Callable[[int], None]) -> None:
    """SIGTERM, SIGINT and a fault stop the daemon, a second signal without waiting for the SMSCs; SIGHUP reloads.

    A stop that has not ended `within` so many seconds is cut short.
    """

    def over(result: object) -> None:
        if daemon.clean:
            reactor.stop()
        else:
            log.error("stopped", why=daemon.fault or "the database did not take everything; it stays with the SMSC")
            end_at_once(REFUSED)

    def failed(failure: Any) -> None:
        log.error("stopped", why=f"fault while stopping: {failure.type.__name__}: {failure.getErrorMessage()}")
        log.debug("fault while stopping", exc_info=(failure.type, failure.value, failure.getTracebackObject()))
        end_at_once(REFUSED)

    def too_long() -> None:
        log.error("stopped", why=f"something hung, and {within:.0f} s were over; what was not committed was not taken")
        end_at_once(REFUSED)

    def stop() -> None:
        if daemon.running:
            last_resort = threading.Timer(within, too_long)
            last_resort.daemon = True
            last_resort.start()
            daemon.stopService().addCallbacks(over, failed)
        else:
            daemon.drop()

    def on_stop(number: int, frame: object) -> None:
        reactor.callFromThread(stop)

    def on_hangup(number: int, frame: object) -> None:
        reactor.callFromThread(daemon.reload)

    daemon.on_fault = stop
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_stop)
    signal.signal(signal.SIGHUP, on_hangup)
