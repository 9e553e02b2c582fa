"""Pages of a big database that were not read before the start are read while the daemon works; damage is its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from smsgw.gateway.services import InThread
from smsgw.store.integrity import RestOfPages

log = structlog.get_logger()


class PageCheck(Service):
    """Reads them once, in a thread; `lost` is told in a sentence what is damaged, which makes all further work vain."""

    def __init__(self, rest: RestOfPages, in_thread: InThread, lost: Callable[[str], None]) -> None:
        self._rest = rest
        self._in_thread = in_thread
        self._lost = lost
        self._over: Deferred[Any] | None = None

    def startService(self) -> None:
        Service.startService(self)
        self._over = self._in_thread(self._rest.read).addCallbacks(self._told, self._failed)

    def stopService(self) -> Deferred[Any] | None:
        Service.stopService(self)
        self._rest.stop()
        return self._over

    def _told(self, fault: str) -> None:
        if fault:
            self._lost(fault)
        elif self.running:
            log.info("every page of the database was read", tables=len(self._rest.tables))

    def _failed(self, failure: Failure) -> None:
        log.warning("the pages of the database could not be read; `smsgw check` does", why=failure.getErrorMessage())
