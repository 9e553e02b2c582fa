"""The daemon: a gateway with its database, its writer's thread, its faces and its pages, as services in their order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog
from twisted.application.internet import TCPServer
from twisted.application.service import MultiService, Service
from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.internet.threads import deferToThreadPool
from twisted.python.failure import Failure
from twisted.web.server import Request, Site

from smsgw.business.audiences.books.lexicon import lexicon_rows
from smsgw.business.bookkeeper import Bookkeeper, Terms
from smsgw.business.broadcasts.books.dispatching import Dispatcher
from smsgw.business.links import books as links
from smsgw.business.messages.books import lives as runs
from smsgw.errors import SmsgwError
from smsgw.gateway.clock_watch import ClockWatch
from smsgw.gateway.commits import Commits
from smsgw.gateway.counters import LogCounters
from smsgw.gateway.current import Current
from smsgw.gateway.database import OwnDatabase
from smsgw.gateway.faces import MakeFace, Place
from smsgw.gateway.health import site
from smsgw.gateway.links.control import LinkControl
from smsgw.gateway.links.endpoint import endpoint
from smsgw.gateway.metrics import exposition, registry
from smsgw.gateway.names import NameReader
from smsgw.gateway.notes import Notes
from smsgw.gateway.outbound.recovery import Recovery
from smsgw.gateway.outbound.tariff import LinkTariff
from smsgw.gateway.page_check import PageCheck
from smsgw.gateway.scheduled.broadcaster import Broadcaster
from smsgw.gateway.scheduled.reminders import LOOK_EVERY as REMIND_EVERY
from smsgw.gateway.scheduled.reminders import reminder_job
from smsgw.gateway.service import LOOK_EVERY, Gateway
from smsgw.gateway.services import Every, InOrder, Watch
from smsgw.gateway.understanding import Understanding, understanding_of
from smsgw.settings.loading import load
from smsgw.settings.sections import Settings
from smsgw.store.engine import reading
from smsgw.store.file_watch import FileWatch
from smsgw.store.sequencer import put_in_order
from smsgw.store.writer import Stopped, Threaded

log = structlog.get_logger()

JOIN_SECONDS = 2.0  # for the writer to finish, after the links are down


class CannotServe(SmsgwError):
    """The address of the pages is taken."""


class Daemon(InOrder):
    """`privilegedStartService` before the reactor runs, `startService` when it does, `stopService` to drain.

    Stopped are first the links and all that works beside them, then the writer, then the pages, then the threads of
    faces. `clean` says afterwards whether everything could be written down.
    """

    def __init__(
        self,
        settings: Settings,
        reactor: Any,
        database: OwnDatabase,
        faces: Sequence[MakeFace] = (),
        log_counters: LogCounters | None = None,
    ) -> None:
        """`reactor` is Twisted's. Raises SmsgwError for what a start needs and cannot be used."""
        MultiService.__init__(self)
        self.current = Current(settings, understanding_of(settings, database.names))
        self.run, wanted = database.begin_run(int(reactor.seconds() * 1000))
        self.clean = False
        self.fault = ""  # why it cannot go on, in a sentence
        self.on_fault: Callable[[], None] = lambda: None  # called once, when it cannot go on
        self._reactor = reactor
        self._files = database.files
        self._save: Callable[[], str] = str
        self._log_counters = log_counters
        self._engine = database.engine
        self._names = NameReader(database.engine, self.current, database.names)
        # None: all texts are ours to send, for there is one daemon.
        own_links = tuple(dict.fromkeys(smsc.link_name for smsc in settings.smsc)) if database.shared else None
        terms = self.current.derive(_terms)
        self._bookkeeper = Bookkeeper.following(database.engine, terms, run=self.run)
        limits = settings.limits
        self.writer = Threaded(
            self._bookkeeper,
            lambda tell: reactor.callFromThread(self._batch, tell),
            limit=settings.database.batch,
            high=limits.queue_high,
            low=limits.queue_low,
            on_full=self._full,
        )
        notes = Notes(self.writer, reactor, on_ride=self._more_room)
        self.gateway = Gateway(
            current=self.current,
            writer=self.writer,
            notes=notes,
            clock=reactor,
            random=random.SystemRandom(),
            connect=lambda smsc: endpoint(smsc, settings.base, reactor),
        )
        self._broadcaster = Broadcaster(
            writer=self.writer,
            notes=notes,
            clock=reactor,
            run=self.run,
            timezone=settings.gateway.timezone,
            dispatcher=self.current.derive(lambda settings: _dispatcher(settings, own_links)),
            room=lambda: self.gateway.bulk_room,
            window=lambda: self.gateway.window,
            send=self.gateway.send_all,
            release=self.gateway.release_broadcasts,
            cancel=self.gateway.cancel_broadcasts,
            links=own_links,
        )
        self._commits = Commits(self.writer, reactor, self.run, self.fail)
        self._recovery = Recovery(self.writer, reactor, self.run, own_links, self.gateway)
        control = LinkControl(self.gateway.links, self.writer, notes, reactor, self.run, wanted)
        place = Place(lambda: self.current.settings, database.engine, self.writer, reactor, self._broadcaster.more)
        self._faces = [make(place) for make in faces]
        serving = MultiService()
        services: tuple[Any, ...] = (
            *(face.service for face in self._faces),
            self.gateway,
            self._broadcaster,
            control,
            ClockWatch(reactor, self._bind_again),
            Every(LOOK_EVERY, self._look, reactor),
            Every(LOOK_EVERY, control.look, reactor),
            *(Every(LOOK_EVERY, face.look, reactor) for face in self._faces),
            Every(LOOK_EVERY, self._commits.look, reactor),
            Every(REMIND_EVERY, self._remind, reactor),
            self._watch(self._names.read, self._take_names, "the catalogue could not be read again"),
            self._watch(self._read_commands, control.obey, "what is wanted of the links could not be read"),
            *([] if self._files is None else [self._watch_files(self._files)]),
            *([PageCheck(database.rest, self.in_thread, self.fail)] if database.rest.tables else []),
            self._watch(self._put_in_order, lambda rows: None, "the journal could not be put in order"),
        )
        for service in services:
            service.setServiceParent(serving)
        in_order: tuple[Any, ...] = (*(face.threads for face in self._faces), *self._pages(), _Writing(self), serving)
        for service in in_order:
            service.setServiceParent(self)

    def _pages(self) -> Iterator[TCPServer]:
        """What listens for those who want the pages; nothing where that is switched off."""
        where = self.current.settings.http.endpoint
        if where is not None:
            yield TCPServer(where[1], self._site(), interface=where[0], reactor=self._reactor)

    def _site(self) -> Site:
        counters = next((face.counters for face in self._faces if face.counters is not None), None)
        figures = registry(
            self.gateway.links, self.gateway.intake.counters, _Waiting(self.writer), counters, self._log_counters
        )
        return site(
            lambda: self.why_not_ready,
            lambda: exposition(figures),
            {path: page for face in self._faces for path, page in face.pages.items()},
            next((face.request for face in self._faces if face.request is not None), Request),
            self._reactor,
        )

    def _watch(self, read: Callable[[], Any], found: Callable[[Any], None], failed: str) -> Watch[Any]:
        return Watch(LOOK_EVERY, read, found, self._reactor, self.in_thread, failed)

    def _watch_files(self, files: FileWatch) -> Watch[str]:
        def look() -> str:
            wrong = files.look()
            return f"{wrong} while it was in use" if wrong else ""

        def found(wrong: str) -> None:
            if wrong:
                self.fail(wrong, files.save)

        return self._watch(look, found, "the files of the database could not be looked at")

    def in_thread(self, work: Callable[[], Any]) -> Deferred[Any]:
        """Do something that waits, such as for the database, in a thread of the reactor's pool."""
        return deferToThreadPool(self._reactor, self._reactor.getThreadPool(), work)

    @property
    def now(self) -> int:
        """Milliseconds since the epoch."""
        return int(self._reactor.seconds() * 1000)

    # ---- the life of a daemon

    def privilegedStartService(self) -> None:
        """Take the address of the pages. Raises CannotServe."""
        try:
            MultiService.privilegedStartService(self)
        except CannotListenError as error:
            reason = getattr(error.socketError, "strerror", None) or error.socketError
            listen = self.current.settings.http.listen
            raise CannotServe(
                f"cannot listen at {listen}: {reason}; stop what does, or set another http.listen"
            ) from error

    def startService(self) -> None:
        MultiService.startService(self)
        self._recovery.look()
        log.info("ready", links=list(self.gateway.links), database=self._engine.dialect.name, run=self.run)

    def stopService(self) -> Deferred[None]:
        """Drain: answer and send what is in flight, unbind, write everything down."""
        log.info("stopping")
        return InOrder.stopService(self)

    @property
    def why_not_ready(self) -> str:
        """Why nothing can come in, or nothing can be committed; empty when all can."""
        return self.fault or self.gateway.why_not_ready or self._commits.why_not

    def fail(self, why: str, save: Callable[[], str] = str) -> None:
        """Work would be vain: nothing more is acknowledged, and the daemon ends.

        `save`, which is called when nothing is under way any more, rescues what it can and says so.
        """
        if not self.fault:
            self.fault = why
            self.writer.refuse(Stopped(why))
            self._save = save
            self.gateway.hurried = True
            log.error("nothing more is acknowledged, and the daemon ends", why=why)
            self.on_fault()

    def drop(self) -> None:
        """Wait for no SMSC any more."""
        for link in self.gateway.links.values():
            link.drop()

    # ---- while it runs

    def _batch(self, tell: Callable[[], None]) -> None:
        """A batch of the writer is committed, or has failed."""
        self.gateway.batch(tell)
        self._broadcaster.dispatch()

    def _more_room(self) -> None:
        self._broadcaster.dispatch()

    def _full(self, full: bool) -> None:
        self.gateway.on_full(full)

    def _look(self) -> None:
        """What time alone brings about."""
        self.gateway.look()
        self._recovery.look()
        self._broadcaster.look()

    def _bind_again(self) -> None:
        """What a session waits for, it waits for by a clock that is not that of the day any more."""
        for link in self.gateway.links.values():
            link.rebind()

    def _remind(self) -> None:
        """Look after what is owed, and tell what is to be told."""
        self.writer.put(reminder_job(self.current.settings, self.current.understanding, self._reactor.seconds()))

    def _read_commands(self) -> links.Wanted:
        with reading(self._engine).connect() as connection:
            return links.read_wanted(connection, self.now)

    def _put_in_order(self) -> int:
        """Let the rows of the journal and of the audit trail that were committed have their places."""
        return put_in_order(self._engine)

    def _take_names(self, understanding: Understanding | None) -> None:
        if understanding is not None:
            self.current.replace(self.current.settings, understanding)
            log.info("catalogue read again")

    def reload(self) -> None:
        """SIGHUP: read settings, grammar, replies and catalogue again. Links stay; a fault changes nothing."""

        def read() -> tuple[Settings, Understanding]:
            settings = load(self.current.settings.path)
            with reading(self._engine).connect() as connection:
                rows = lexicon_rows(connection)
            return settings, understanding_of(settings, rows)

        def done(found: tuple[Settings, Understanding]) -> None:
            settings, understanding = found
            if _at_start(settings) != _at_start(self.current.settings):
                log.warning("changed links, database or pages take effect with the next start")
            self.current.replace(settings, understanding)
            log.info("reloaded")

        def failed(failure: Failure) -> None:
            log.error("not reloaded, everything stays as it was", why=failure.getErrorMessage())

        self.in_thread(read).addCallbacks(done, failed)

    def later(self, seconds: float, what: Callable[[object], None]) -> Any:
        """Call once after so many seconds, with None."""
        return self._reactor.callLater(seconds, what, None)

    def finish(self) -> None:
        """In a thread, after everything was put: wait for the writer, and write the last: nobody need look after us."""
        if not self.writer.join(JOIN_SECONDS):
            return
        if self.fault:
            saved = self._save()
            self.fault += f"; {saved}" if saved else ""
            return
        with self._engine.begin() as connection:
            runs.end_run(connection, self.run, self.now)
        self.clean = True

    def not_finished(self, failure: Failure) -> None:
        log.warning("the end of this run could not be written down", why=failure.getErrorMessage().splitlines()[0])


class _Writing(Service):
    """The writer's thread, which ends when everything is written."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon

    def startService(self) -> None:
        Service.startService(self)
        self._daemon.writer.start()

    def stopService(self) -> Deferred[None]:
        Service.stopService(self)
        daemon = self._daemon
        daemon.gateway.notes.ride()  # the ends of the sessions
        daemon.writer.stop(drain=True)

        over: Deferred[None] = Deferred()

        def end(result: object) -> None:
            if not over.called:
                if late.active():
                    late.cancel()
                over.callback(None)

        late = daemon.later(JOIN_SECONDS, end)
        daemon.in_thread(daemon.finish).addErrback(daemon.not_finished).addCallback(end)
        return over


class _Waiting:
    """The length of the writer's queue."""

    def __init__(self, writer: Threaded) -> None:
        self._writer = writer

    def __len__(self) -> int:
        return self._writer.waiting


def _at_start(settings: Settings) -> object:
    """What is settled when a daemon starts."""
    return settings.smsc, settings.database, settings.http.listen, settings.http.api


def _terms(settings: Settings) -> Terms:
    return Terms(settings.trade_rules(), settings.replies.redelivery_after, LinkTariff(settings))


def _dispatcher(settings: Settings, links: tuple[str, ...] | None) -> Dispatcher:
    broadcast = settings.broadcast
    return Dispatcher(
        lambda window, zone: broadcast.calendar(zone, window),
        settings.gateway.timezone,
        broadcast.valid_hours * 3_600_000,
        broadcast.pace,
        links,
    )
