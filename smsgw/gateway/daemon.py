"""The daemon: a gateway with its database, its writer's thread and its pages, from start to drained stop."""

from __future__ import annotations

import os
import random
import socket
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.error import CannotListenError
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure

from smsgw.api.pages import BoundedRequest
from smsgw.api.service import Programs
from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.broadcasts.books.dispatching import Feeder
from smsgw.business.catalogue.books import LexiconRows, lexicon_rows
from smsgw.business.core.versions import CATALOGUE, DIRECTORY
from smsgw.business.links import books as links
from smsgw.business.messages.books import lives as runs
from smsgw.business.writer import Threaded
from smsgw.errors import SmsgwError
from smsgw.gateway.health import site
from smsgw.gateway.links.control import LinkControl
from smsgw.gateway.links.endpoint import endpoint
from smsgw.gateway.metrics import exposition, registry
from smsgw.gateway.notices.broadcaster import Broadcaster
from smsgw.gateway.notices.reminders import LOOK_EVERY as REMIND_EVERY
from smsgw.gateway.notices.reminders import reminder_job
from smsgw.gateway.notices.tariff import LinkTariff
from smsgw.gateway.outbound.recovery import recovery_job
from smsgw.gateway.service import LOOK_EVERY, Gateway
from smsgw.gateway.understanding import Understanding
from smsgw.gateway.vocabulary import understanding_of, with_names
from smsgw.settings.loading import load
from smsgw.settings.sections import Settings
from smsgw.store import migrate
from smsgw.store.engine import DaemonLock, DatabaseUnavailable, explain, open_engine, reachable, reading
from smsgw.store.versions import versions

log = structlog.get_logger()

BEAT_EVERY = 10.0  # seconds between signs of life in the database
JOIN_SECONDS = 2.0  # for the writer to finish, after the links are down


class CannotServe(SmsgwError):
    """The address of the pages is taken."""


class Daemon:
    """`prepare` before the reactor runs, `start` when it does, `stop` to drain. `reactor` is Twisted's."""

    def __init__(self, settings: Settings, reactor: Any) -> None:
        self.settings = settings
        self._reactor = reactor
        self._lock: DaemonLock | None = None
        self._port: Any = None
        self._looks: list[Any] = []
        self._known: dict[str, int] = {}
        self._reading = False
        self._asking = False
        self._recovering = False
        self._stopping: Deferred[bool] | None = None
        self.engine: Engine
        self.gateway: Gateway
        self.writer: Threaded
        self.bookkeeper: Bookkeeper
        self.control: LinkControl
        self.broadcaster: Broadcaster
        self.programs: Programs | None = None
        self.run: int

    # ---- before the reactor runs

    def prepare(self) -> None:
        """Open and migrate the database, read the catalogue, take the port of the pages. Raises SmsgwError."""
        settings = self.settings
        self.engine = open_engine(settings.database.url, settings.base, busy_seconds=settings.database.busy_timeout)
        reachable(self.engine)
        try:
            understanding = self._open()
        except SQLAlchemyError as error:
            raise DatabaseUnavailable(explain(self.engine, error)) from error
        self.bookkeeper = Bookkeeper(
            self.engine,
            settings.trade_rules(),
            redelivery_after=settings.replies.redelivery_after,
            run=self.run,
            tariff=LinkTariff(settings),
        )
        limits = settings.limits
        self.writer = Threaded(
            self.bookkeeper,
            lambda tell: self._reactor.callFromThread(self.gateway.batch, tell),
            limit=settings.database.batch,
            high=limits.queue_high,
            low=limits.queue_low,
            on_full=self._full,
        )
        self.gateway = Gateway(
            settings=settings,
            understanding=understanding,
            writer=self.writer,
            clock=self._reactor,
            random=random.SystemRandom(),
            connect=lambda smsc: endpoint(smsc, settings.base, self._reactor),
        )
        self.control = LinkControl(
            self.gateway.links, self.writer, self.gateway.notes, self._reactor, self.run, self._wanted
        )
        self.broadcaster = Broadcaster(
            writer=self.writer,
            notes=self.gateway.notes,
            clock=self._reactor,
            run=self.run,
            timezone=settings.gateway.timezone,
            feeder=_feeder(settings, self._own_links),
            room=lambda: self.gateway.bulk_room,
            window=lambda: self.gateway.window,
            send=self.gateway.send_all,
            withhold=self.gateway.withhold,
            links=self._own_links,
        )
        self.gateway.after_batch = self.gateway.notes.on_ride = self.broadcaster.feed
        self._listen()

    @property
    def _own_links(self) -> tuple[str, ...] | None:
        """The links whose texts are ours to send; None: all texts are, for there is one daemon."""
        return None if self.engine.dialect.name == "sqlite" else tuple(self.gateway.links)

    def _open(self) -> Understanding:
        """Take the database for ourselves, at its right revision, and read what texts may name."""
        settings = self.settings
        self._lock = DaemonLock(self.engine)
        self._lock.acquire()
        if migrate.check(self.engine):
            migrate.upgrade(self.engine)
            log.info("database upgraded", revision=migrate.head())
        with reading(self.engine).connect() as connection:
            rows = lexicon_rows(connection)
        understanding = understanding_of(settings, rows)
        self._known = _vocabulary_versions(rows.versions)
        with self.engine.begin() as connection:
            host = socket.gethostname()
            dead = runs.bury(connection, host, runs.process_lives)
            self.run = runs.begin_run(connection, host, os.getpid(), self._now())
            links.forget_dead(connection, self._now())
            self._wanted = links.steered(connection, self._now())
        if dead:
            log.warning("an earlier daemon died; what it left is taken over", daemons=dead)
        return understanding

    def _full(self, full: bool) -> None:
        self.gateway.on_full(full)

    def _listen(self) -> None:
        where = self.settings.http.endpoint
        if where is None:
            return
        if self.settings.http.api:
            self.programs = Programs(
                lambda: self.settings, self.engine, self.writer, self._reactor, self.broadcaster.more
            )
        figures = registry(
            self.gateway.links,
            self.gateway.intake.counters,
            _Waiting(self.writer),
            self.programs.counters if self.programs is not None else None,
        )
        pages = site(
            lambda: self.gateway.why_not_ready,
            lambda: exposition(figures),
            self.programs.pages if self.programs is not None else {},
            BoundedRequest,
        )
        try:
            self._port = self._reactor.listenTCP(where[1], pages, interface=where[0])
        except CannotListenError as error:
            reason = getattr(error.socketError, "strerror", None) or error.socketError
            raise CannotServe(
                f"cannot listen at {self.settings.http.listen}: {reason}; stop what does, or set another http.listen"
            ) from error

    def _now(self) -> int:
        return int(self._reactor.seconds() * 1000)

    # ---- while it runs

    def start(self) -> None:
        self.writer.start()
        if self.programs is not None:
            self.programs.start()
        self._recover()
        self.gateway.start()
        self._every(LOOK_EVERY, self._look)
        self._every(BEAT_EVERY, self._beat)
        self._every(REMIND_EVERY, self._remind)
        log.info("ready", links=list(self.gateway.links), database=self.engine.dialect.name, run=self.run)

    def _every(self, seconds: float, look: Any) -> None:
        place = len(self._looks)
        self._looks.append(None)

        def again() -> None:
            self._looks[place] = self._reactor.callLater(seconds, again)
            look()

        self._looks[place] = self._reactor.callLater(seconds, again)

    def _look(self) -> None:
        self.gateway.look()
        self._recover()
        self.broadcaster.look()
        if self.programs is not None:
            self.programs.look()
        self._refresh()
        self.control.look()
        self._steer()

    def _beat(self) -> None:
        now = self._now()
        self.gateway.notes.put("beat", lambda books: runs.beat(books.work.driver.connection, self.run, now))

    def _remind(self) -> None:
        """Look after what is owed, and tell what is to be told."""
        self.writer.put(reminder_job(self.settings, self.gateway.intake.understanding, self._reactor.seconds()))

    def _recover(self) -> None:
        """Take answers in hand that no living daemon sends; one look at a time, for each fills the room.

        Reminders and broadcasts are fetched by the broadcaster, as the windows allow.
        """
        room = self.gateway.room
        if self._recovering or not room:
            return
        self._recovering = True

        def over(count: int) -> None:
            self._recovering = False

        self.writer.put(recovery_job(self.run, self._now(), self._own_links, room, self.gateway.send_all, over=over))

    def _refresh(self) -> None:
        """Read the names again when the catalogue or the directory has changed."""
        if self._reading or self._stopping is not None:
            return
        self._reading = True

        def done(understanding: Understanding | None) -> None:
            if understanding is not None:
                self.gateway.reload(self.settings, understanding)
                log.info("catalogue read again")

        def failed(failure: Failure) -> None:
            log.warning("the catalogue could not be read again", why=failure.getErrorMessage())

        def over(result: object) -> None:
            self._reading = False

        self._in_thread(self._read_again).addCallbacks(done, failed).addCallback(over)

    def _steer(self) -> None:
        """Do what people want of the links."""
        if self._asking or self._stopping is not None:
            return
        self._asking = True

        def done(wanted: links.Steered) -> None:
            if self._stopping is None:
                self.control.obey(wanted)

        def failed(failure: Failure) -> None:
            log.warning("what is wanted of the links could not be read", why=failure.getErrorMessage())

        def over(result: object) -> None:
            self._asking = False

        self._in_thread(self._read_orders).addCallbacks(done, failed).addCallback(over)

    def _read_orders(self) -> links.Steered:
        with reading(self.engine).connect() as connection:
            return links.steered(connection, self._now())

    def _read_again(self) -> Understanding | None:
        """In a thread: an understanding with today's names, None if they have not changed."""
        with reading(self.engine).connect() as connection:
            now = _vocabulary_versions(versions(connection))
            if now == self._known:
                return None
            rows = lexicon_rows(connection)
        understanding = with_names(self.gateway.intake.understanding, self.settings, rows)
        self._known = _vocabulary_versions(rows.versions)
        return understanding

    def _in_thread(self, work: Any) -> Deferred[Any]:
        return deferToThreadPool(self._reactor, self._reactor.getThreadPool(), work)

    def reload(self) -> None:
        """SIGHUP: settings, grammar, replies and catalogue anew. Links stay; a fault leaves everything as it was."""

        def read() -> tuple[Settings, Understanding]:
            settings = load(self.settings.path)
            with reading(self.engine).connect() as connection:
                rows: LexiconRows = lexicon_rows(connection)
            return settings, understanding_of(settings, rows)

        def done(found: tuple[Settings, Understanding]) -> None:
            settings, understanding = found
            if _at_start(settings) != _at_start(self.settings):
                log.warning("changed links, database or pages take effect with the next start")
            self.settings = settings
            self.bookkeeper.trade = settings.trade_rules()
            self.bookkeeper.tariff = LinkTariff(settings)
            self.bookkeeper.redelivery_after = settings.replies.redelivery_after
            self.gateway.reload(settings, understanding)
            self.broadcaster.feeder = _feeder(settings, self._own_links)
            log.info("reloaded")

        def failed(failure: Failure) -> None:
            log.error("not reloaded, everything stays as it was", why=failure.getErrorMessage())

        self._in_thread(read).addCallbacks(done, failed)

    # ---- the end

    def stop(self) -> Deferred[bool]:
        """Drain: answer and send what is in hand, unbind, write everything down.

        Fires with whether all could be written. Asked a second time, it waits for nobody any more.
        """
        if self._stopping is not None:
            for link in self.gateway.links.values():
                link.drop()
            return self._stopping
        log.info("stopping")
        self._stopping = self._drained()
        return self._stopping

    @property
    def is_stopping(self) -> bool:
        return self._stopping is not None

    def _drained(self) -> Deferred[bool]:
        for look in self._looks:
            if look is not None and look.active():
                look.cancel()
        self.control.stop()
        self.broadcaster.stop()
        if self.programs is not None:
            self.programs.stop()
        stopped: Deferred[Any] = self.gateway.drain(self.settings.gateway.drain)
        stopped.addCallback(self._finish_writing)
        stopped.addCallback(self._ended)
        return stopped

    def _finish_writing(self, result: object) -> Deferred[bool]:
        self.gateway.notes.ride()  # the ends of the sessions
        self.writer.stop(drain=True)
        return self._in_thread(lambda: self.writer.join(JOIN_SECONDS))

    def _ended(self, joined: bool) -> Any:
        if joined:
            with self.engine.begin() as connection:
                runs.end_run(connection, self.run, self._now())
        else:
            log.error("the database did not take everything in time; it stays with the SMSC")
        closed: Deferred[Any] = maybeDeferred(self._port.stopListening) if self._port is not None else succeed(None)
        return closed.addCallback(lambda _: joined)

    def close(self) -> bool:
        """Give back what `prepare` took; the reactor has stopped, or never ran. Whether no thread is left."""
        ended = self.programs.close() if self.programs is not None else True
        if self._lock is not None:
            self._lock.release()
        if hasattr(self, "engine"):
            self.engine.dispose()
        return ended


class _Waiting:
    """The length of the writer's queue."""

    def __init__(self, writer: Threaded) -> None:
        self._writer = writer

    def __len__(self) -> int:
        return self._writer.waiting


def _at_start(settings: Settings) -> object:
    """What is settled when a daemon starts."""
    return settings.smsc, settings.database, settings.http.listen, settings.http.api


def _feeder(settings: Settings, links: tuple[str, ...] | None) -> Feeder:
    broadcast = settings.broadcast
    return Feeder(
        lambda window, zone: broadcast.calendar(zone, window),
        settings.gateway.timezone,
        broadcast.valid_hours * 3_600_000,
        broadcast.pace,
        links,
    )


def _vocabulary_versions(found: dict[str, int]) -> dict[str, int]:
    return {name: found.get(name, 0) for name in (CATALOGUE, DIRECTORY)}
