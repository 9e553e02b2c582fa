"""The gateway put together: links, intake, writer and pages, started in order and drained in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any
from typing import Protocol as Interface

import structlog
from twisted.application.service import Service
from twisted.internet.defer import Deferred, DeferredList

from smsgw.business.messages.books.outbox import NEVER_TWICE, OutboxRow
from smsgw.gateway.clock import Clock
from smsgw.gateway.counters import LinkCounters
from smsgw.gateway.current import Current
from smsgw.gateway.inbound.intake import Intake, pause
from smsgw.gateway.inbound.overdue import overdue_job
from smsgw.gateway.inbound.receipts import parked_receipts_job
from smsgw.gateway.links.link import Link, links_of
from smsgw.gateway.notes import Notes
from smsgw.gateway.outbound.outcomes import OutboxOutcomes
from smsgw.gateway.outbound.pump import Pump
from smsgw.gateway.outbound.routing import Route, Routes
from smsgw.gateway.outbound.shipment import OutboxRow as Text
from smsgw.gateway.outbound.status_query import StatusQueries
from smsgw.gateway.outbound.stops import stops_job
from smsgw.settings.sections import Smsc
from smsgw.store.job import FunctionJob
from smsgw.store.writer import Writer

log = structlog.get_logger()

LOOK_EVERY = 1.0  # seconds between looks at what time alone brings about
IN_FLIGHT = 10_000  # texts that a pump holds at most; more wait in the outbox
PARKED_EVERY = 30.0  # seconds between looks at parked receipts
HURRY = 1.0  # seconds to drain where nothing can be written down
IDLE_LOOK = 0.02  # seconds between looks while draining


class Random(Interface):
    """What is needed of `random.Random`."""

    def random(self) -> float: ...
    def getrandbits(self, k: int, /) -> int: ...


class Gateway(Service):
    """Links, intake and outbox of one daemon. It owns no thread and no database: the writer is given to it."""

    def __init__(
        self,
        *,
        current: Current,
        writer: Writer,
        notes: Notes,
        clock: Clock,
        random: Random,
        connect: Callable[[Smsc], Any],
    ) -> None:
        """`connect` makes the endpoint of an entry."""
        settings = current.settings
        self.current = current
        self.clock = clock
        self.writer = writer
        self.notes = notes
        self.intake = Intake(
            current=current,
            writer=writer,
            notes=notes,
            clock=clock,
            send=self.send,
            has_room=self.has_room,
            cancel=self.cancel_texts,
        )
        self._outcomes = OutboxOutcomes(self.notes)
        self.pumps: dict[str, Pump] = {}
        self.links = {
            name: Link(
                binds=binds,
                endpoint=connect,
                clock=clock,
                random=random.random,
                session_number=lambda: random.getrandbits(62),
                inbox=self.intake,
                sender=self._pump,
                asker=self._status_queries,
            )
            for name, binds in links_of(settings.smsc).items()
        }
        self._routes = Routes(
            [Route(route.prefix, route.links, route.weights) for route in settings.route],
            list(self.pumps),
        )
        self.stopping = False
        self.hurried = False  # nothing can be written down: wait for nobody
        self._parked_at = 0.0

    def _pump(self, smsc: Smsc, counters: LinkCounters, wake: Callable[[], None]) -> Pump:
        pump = self.pumps[smsc.link_name] = Pump(
            smsc=smsc,
            delivery=self.current.settings.delivery,
            clock=self.clock,
            outcomes=self._outcomes,
            counters=counters,
            wake=wake,
        )
        return pump

    def _status_queries(self, smsc: Smsc, counters: LinkCounters) -> StatusQueries | None:
        if not smsc.query:
            return None
        return StatusQueries(smsc=smsc, writer=self.writer, notes=self.notes, counters=counters)

    # ---- from the writer's results

    def batch(self, tell: Callable[[], None]) -> None:
        """A batch is committed (or has failed): tell each of its jobs, then write everything in one go."""
        tell()
        self.intake.batch_done()
        for link in self.links.values():
            link.wake()

    def on_full(self, full: bool) -> None:
        pause(self.links, self.intake.counters, full)

    # ---- sending

    def send(self, row: OutboxRow, arrived: float | None = None) -> None:
        """Give a claimed text to the pump of its own link or, where that is none or down, of the one the routes say."""
        link = self.links.get(row.link) if row.link is not None else None
        name: str | None = row.link
        if link is None or link.pump is None or link.down_since is not None:
            name = self._choose(row, row.link)
        if name is not None:
            self.pumps[name].enqueue((row,), arrived)

    def send_all(self, rows: Iterable[OutboxRow]) -> None:
        for row in rows:
            self.send(row)
        if self.stopping:
            self.release(lambda row: row.kind in NEVER_TWICE)

    def _usable(self, name: str) -> bool:
        """Whether texts can be given to a link: it is bound or soon will be, not held, and its pump has room."""
        link = self.links[name]
        if link.pump is None or link.held or len(link.pump) >= IN_FLIGHT:
            return False
        patience = self.current.settings.delivery.failover_after
        return link.down_since is None or self.clock.seconds() - link.down_since < patience

    def _leaves(self, name: str) -> bool:
        """Whether texts of a link may go by another: a person who holds it wants them to wait."""
        link = self.links[name]
        return not link.held and all(bind.smsc.failover for bind in link.binds)

    def _fail_over(self) -> None:
        """Texts that wait on a link that has been down for too long go by another."""
        for name, pump in self.pumps.items():
            link = self.links[name]
            if link.down_since is None or not len(pump) or self._usable(name) or not self._leaves(name):
                continue
            rerouted = pump.reroute(partial(self._goes_elsewhere, name))
            if rerouted:
                link.counters.failed_over += len(rerouted)
                log.warning("texts go by another link", link=name, texts=len(rerouted))
            for row in rerouted:
                chosen = self._choose(row, name)
                assert chosen is not None
                self.pumps[chosen].enqueue((row,))
                self.links[chosen].wake()

    def _choose(self, row: Text, own: str | None) -> str | None:
        return self._routes.choose(row.recipient, own, self._usable, self._leaves)

    def _goes_elsewhere(self, own: str, row: Text) -> bool:
        return self._choose(row, own) != own

    def has_room(self, name: str) -> bool:
        """Whether the pump of a link has room for more."""
        pump = self.pumps.get(name)
        return self.room > 0 if pump is None else len(pump) < IN_FLIGHT

    @property
    def room(self) -> int:
        """How many texts more can be fetched from the outbox."""
        if self.stopping or not self.pumps:
            return 0
        return max(0, IN_FLIGHT - sum(map(len, self.pumps.values())))

    @property
    def bulk_room(self) -> int:
        """How many texts that are never sent twice can be claimed: what is free of the links' windows.

        An outcome in the writer's queue has released its text as far as whatever is put behind it is concerned.
        """
        if self.stopping:
            return 0
        return max(0, self.window - sum(pump.bulk for pump in self.pumps.values()) + self.notes.freeing)

    @property
    def window(self) -> int:
        """The windows of the links that can send, together."""
        return sum(pump.smsc.window for name, pump in self.pumps.items() if self.links[name].sends)

    def release(self, match: Callable[[Text], bool]) -> None:
        """Texts in flight that match, and of which nothing was submitted, go back to the outbox."""
        ids = [row.id for pump in self.pumps.values() for row in pump.remove(match)]
        if ids:
            self.notes.put("released", lambda books: books.outcomes.record_released(ids))

    def cancel(self, match: Callable[[Text], bool], why: str) -> None:
        """Texts in flight that match, and of which nothing was submitted, are never sent."""
        ids = [row.id for pump in self.pumps.values() for row in pump.remove(match)]
        if ids:
            at = int(self.clock.seconds() * 1000)
            self.notes.put("cancelled", lambda books: books.outcomes.record_cancelled(ids, at, why))

    def cancel_texts(self, ids: Collection[int]) -> None:
        """Texts, by their ids, that somebody who said STOP is not to get: those in flight are not sent any more."""
        self.cancel(lambda row: row.id in ids, "stopped")

    def release_broadcasts(self, references: Collection[str]) -> None:
        """Broadcasts are paused: what is in flight of them, and was never submitted, goes back to the outbox."""
        if references:
            self.release(lambda row: row.broadcast in references)

    def cancel_broadcasts(self, references: Collection[str]) -> None:
        """Broadcasts were cancelled: what is in flight of them, and was never submitted, is never sent."""
        if references:
            self.cancel(lambda row: row.broadcast in references, "cancelled")

    # ---- life

    def startService(self) -> None:
        Service.startService(self)
        for link in self.links.values():
            link.start()

    def look(self) -> None:
        """What time alone brings about: long texts that stay incomplete, phones that have been quiet."""
        now = self.clock.seconds()
        self.writer.put(overdue_job(self.intake, now, self.send_all))
        self.writer.put(stops_job(int(now * 1000), self.cancel_texts))
        self._fail_over()
        self.intake.flood.sweep(now)
        self._inquire(now)
        if now >= self._parked_at:
            self._parked_at = now + PARKED_EVERY
            before = now - self.current.settings.delivery.parked_receipts_hours * 3600
            self.writer.put(parked_receipts_job(int(now * 1000), int(before * 1000), self._given_up))

    def _inquire(self, now: float) -> None:
        """Look for texts that an SMSC has told nothing of, and ask."""
        for link in self.links.values():
            if link.queries is not None and link.transmitter is not None and link.sends:
                link.queries.look(link.transmitter.live, now)
                link.wake()

    def _given_up(self, receipts: Mapping[str, int]) -> None:
        """Parked receipts were given up, so many of each link."""
        for name, count in receipts.items():
            if name in self.links:
                self.links[name].counters.receipts_expired += count

    @property
    def why_not_ready(self) -> str:
        """Why nothing can come in now; empty when something can."""
        if self.stopping:
            return "stopping"
        if not any(link.is_bound for link in self.links.values()):
            return "no link is bound" if self.links else "no [[smsc]] is set"
        return ""

    @property
    def idle(self) -> bool:
        """Whether everything in flight has been sent, as far as it can be, and written down."""
        return self.notes.pending == 0 and not any(link.busy for link in self.links.values())

    def stopService(self) -> Deferred[None]:
        Service.stopService(self)
        return self.drain(HURRY if self.hurried else self.current.settings.gateway.drain)

    def drain(self, seconds: float) -> Deferred[None]:
        """Take nothing new; answer and send what is in flight; unbind. Fires within about `seconds`."""
        self.stopping = True
        self.intake.draining = True
        for link in self.links.values():
            if link.queries is not None:
                link.queries.stop()
        self.release(lambda row: row.kind in NEVER_TWICE)  # or the next daemon could not tell whether they were sent
        drained: Deferred[None] = Deferred()
        unbinding = False

        def unbound(result: object) -> None:
            if late.active():
                late.cancel()
            drained.callback(None)

        def unbind() -> None:
            nonlocal unbinding
            if unbinding:
                return
            unbinding = True
            if half.active():
                half.cancel()
            gone = DeferredList([link.stop() for link in self.links.values()])
            gone.addCallback(unbound)

        def wait() -> None:
            if self.idle:
                unbind()
            elif not unbinding:
                self.clock.callLater(IDLE_LOOK, wait)

        def drop() -> None:
            for link in self.links.values():
                link.drop()

        # Half of the time for what is in flight, also where the database hangs and tells nothing; the other half for an
        # SMSC that is slow to unbind.
        half = self.clock.callLater(seconds / 2, unbind)
        late = self.clock.callLater(seconds, drop)
        self.notes.ride()
        self.writer.put(
            # Nothing to do but to come after everything that was put before it.
            FunctionJob(lambda books: None, done=lambda result: wait(), unavailable=lambda error: wait())
        )
        return drained
