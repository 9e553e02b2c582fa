"""The face for programs put together: pages, threads, callbacks, and what time alone brings about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from sqlalchemy import Engine
from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from twisted.web.resource import Resource

from smsgw.api.desk import Desk
from smsgw.api.guesses import Guesses
from smsgw.api.kannel import PATH, TEMPORAL, SendSms, not_authorised
from smsgw.api.pages import ProgramPage, Threads, in_json
from smsgw.api.routes import ALL
from smsgw.api.turns import Turns
from smsgw.api.webhooks import Callers
from smsgw.business.programs.books import idempotency
from smsgw.gateway.counters import ProgramCounters
from smsgw.settings.sections import Settings
from smsgw.store.transaction import Transact, own_transaction
from smsgw.store.writer import Writer

log = structlog.get_logger()

WORKING, CALLING = 8, 3  # threads for requests, which wait more than they work, and for callbacks
PATIENCE = 0.5  # seconds for each kind of what is being worked on when the daemon ends
FORGET_EVERY = 3_600.0  # seconds between looks at answers that are too old to be kept


class Programs(Service):
    """One for a daemon whose `http.api` is true. `submitted` is called, in the reactor, when a program asked for work.

    What is changed is changed in turns of `writer` on SQLite, and in transactions of its own elsewhere. `pages` go
    beside those of the watchers. `threads` do the work: they are a service of their own, to be stopped after this one
    and after the writer.
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        engine: Engine,
        writer: Writer,
        reactor: Any,
        submitted: Callable[[], None],
    ) -> None:
        self._reactor = reactor
        self._turns = Turns(lambda job: reactor.callFromThread(writer.put, job), reactor.seconds)
        self._transact: Transact = self._turns if engine.dialect.name == "sqlite" else own_transaction(engine)
        self._threads = Threads(reactor, "programs", WORKING)
        self._calling = Threads(reactor, "callbacks", CALLING)
        self.threads = _Threads(reactor, self._turns, (self._threads, self._calling))
        self._forgotten_at: float | None = None
        desk = Desk(ALL, settings, engine, reactor.seconds, lambda: reactor.callFromThread(submitted), self._transact)
        self.counters = ProgramCounters()
        self.callers = Callers(
            settings=settings,
            engine=engine,
            in_thread=self._calling,
            clock=reactor,
            transact=self._transact,
            counters=self.counters,
        )

        def open_() -> bool:
            return bool(self.running)

        asked = self.counters.asked
        guesses = Guesses()
        api: Resource = ProgramPage(
            in_json(desk), self._threads, open_, counted=asked, guesses=guesses, reactor=reactor
        )
        sendsms: Resource = ProgramPage(
            SendSms(desk).answer, self._threads, open_, TEMPORAL.encode(), asked, guesses, reactor, not_authorised
        )
        self.pages = {"api": api, PATH.removeprefix("/"): sendsms}

    def look(self) -> None:
        """Once a second: make the calls that are due, and forget what is too old."""
        if not self.running:
            return
        self.callers.look()
        now = self._reactor.seconds()
        if self._forgotten_at is None or now - self._forgotten_at >= FORGET_EVERY:
            self._forgotten_at = now
            self._threads(self._forget).addErrback(self._not_forgotten)

    def _forget(self) -> None:
        now = int(self._reactor.seconds() * 1000)
        self._transact(lambda transaction: idempotency.forget_answers(transaction.connection, now))

    def _not_forgotten(self, failure: Failure) -> None:
        log.warning("old answers to programs could not be forgotten", kind=type(failure.value).__name__)

    def stopService(self) -> None:
        """Take no more requests, and make no more calls."""
        Service.stopService(self)
        self.callers.stopping = True


class _Threads(Service):
    """The threads of requests and callbacks."""

    def __init__(self, reactor: Any, turns: Turns, pools: Sequence[Threads]) -> None:
        self._reactor = reactor
        self._turns = turns
        self._pools = pools

    def startService(self) -> None:
        Service.startService(self)
        for pool in self._pools:
            pool.start()

    def stopService(self) -> Deferred[None]:
        """Wait a moment for what is being worked on.

        What has not ended then is a long question to the database: nobody hears its answer, and nothing hangs on it.
        """
        Service.stopService(self)
        self._turns.close()

        def wait() -> None:
            for pool in self._pools:
                pool.stop(PATIENCE)

        return deferToThreadPool(self._reactor, self._reactor.getThreadPool(), wait)
