"""One link to an operator: a transceiver, or a transmitter and a receiver, with what sends and asks on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from typing import Protocol as Interface

from twisted.internet.defer import Deferred, DeferredList

from smsgw.gateway.clock import Clock
from smsgw.gateway.counters import LinkCounters
from smsgw.gateway.links.bind import Bind
from smsgw.gateway.links.capture import Capture
from smsgw.gateway.links.connection import Connection
from smsgw.gateway.links.states import BindState
from smsgw.settings.sections import Smsc
from smsgw.smpp import events
from smsgw.smpp.message_id import IdHabit
from smsgw.smpp.pdu import Pdu, QuerySm


class Inbox(Interface):
    """Who takes what comes in on a link."""

    def session_began(self, link: Link, session: int, now: float) -> None: ...
    def on_pdu(self, link: Link, connection: Connection, pdu: Pdu, now: float) -> None: ...
    def session_proved(self, session: int, proved: float) -> None: ...
    def session_ended(self, session: int, now: float, clean: bool) -> None: ...


class Requester(Interface):
    """What makes requests on a link, and is told what becomes of them."""

    def run(self, connection: Connection | None, now: float) -> None: ...
    def on_answered(self, event: events.Answered, now: float) -> None: ...
    def on_unanswered(self, event: events.Unanswered, now: float) -> None: ...
    def on_unmatched(self, event: events.Unmatched, now: float) -> None: ...
    def stop(self) -> None: ...


class Sender(Requester, Interface):
    """What submits texts on a link: its pump, as the link sees it."""

    smsc: Smsc
    ids: IdHabit

    def __len__(self) -> int:
        """Texts in flight: waiting, under way, or to be tried again."""

    def waiting(self) -> dict[str, int]: ...
    def busy(self, connection: Connection | None) -> bool: ...
    def at_rest(self, now: float) -> bool: ...


class Asker(Requester, Interface):
    """What asks the SMSC for texts that it told nothing of."""

    def look(self, connection: Connection | None, now: float) -> None: ...


# Make what sends, and what asks (None: nothing does), of the bind that transmits; the last argument wakes the link.
MakeSender = Callable[[Smsc, LinkCounters, Callable[[], None]], Sender]
MakeAsker = Callable[[Smsc, LinkCounters], Asker | None]


class Link:
    """What the rest of the gateway knows of an operator."""

    def __init__(
        self,
        *,
        binds: Sequence[Smsc],
        endpoint: Callable[[Smsc], Any],
        clock: Clock,
        random: Callable[[], float],
        session_number: Callable[[], int],
        inbox: Inbox,
        sender: MakeSender,
        asker: MakeAsker = lambda smsc, counters: None,
    ) -> None:
        """`binds` are the entries with this link's name; `endpoint` makes the Twisted endpoint of one."""
        self.name = binds[0].link_name
        self.counters = LinkCounters()
        self._clock = clock
        self._inbox = inbox
        self.binds = [
            Bind(
                smsc=smsc,
                endpoint=endpoint(smsc),
                tell=self,
                clock=clock,
                random=random,
                session_number=session_number,
                counters=self.counters,
            )
            for smsc in binds
        ]
        transmitters = [bind for bind in self.binds if bind.may_send]
        self.transmitter = transmitters[0] if transmitters else None
        self.pump: Sender | None = None
        self.queries: Asker | None = None
        if self.transmitter is not None:
            self.pump = sender(self.transmitter.smsc, self.counters, self.wake)
            self.queries = asker(self.transmitter.smsc, self.counters)
        self.down_since: float | None = clock.seconds()  # when it could last send; None while it can
        self.held = False  # by a person: nothing is submitted
        rules = [smsc.receipt_ids for smsc in binds if smsc.receipt_ids != "auto"]
        self.receipt_ids: str = rules[0] if rules else "auto"  # an `IdRule`
        self.reading = binds[-1] if binds[-1].bind == "receiver" else binds[0]

    @property
    def is_bound(self) -> bool:
        """Whether every bind of the link stands."""
        return all(bind.state is BindState.BOUND for bind in self.binds)

    @property
    def is_rebinding(self) -> bool:
        """Whether a bind is on its way down, to come back at once."""
        return any(bind.rebinding for bind in self.binds)

    @property
    def sends(self) -> bool:
        """Whether texts can go out now."""
        return not self.held and self.transmitter is not None and self.transmitter.live is not None

    @property
    def busy(self) -> bool:
        """Whether something is under way, or could still go out."""
        if self.pump is None or self.transmitter is None:
            return False
        live = self.transmitter.live
        if self.held:
            return live is not None and live.session.outstanding > 0
        return self.pump.busy(live)

    # ---- from the service

    def start(self) -> None:
        for bind in self.binds:
            bind.start()

    def stop(self) -> Deferred[Any]:
        """Unbind; fires when all connections are gone."""
        if self.queries is not None:
            self.queries.stop()
        if self.pump is not None:
            self.pump.stop()
        return DeferredList([bind.stop() for bind in self.binds])

    def drop(self) -> None:
        for bind in self.binds:
            bind.drop()

    def pause(self, pause: bool) -> None:
        """Stop reading texts, or go on."""
        for bind in self.binds:
            if bind.may_receive and bind.connection is not None:
                bind.connection.pause(pause)

    def hold(self, hold: bool) -> None:
        """Submit nothing, or go on. Texts are taken and answered meanwhile; the answers wait."""
        if hold != self.held:
            self.held = hold
            self.wake()

    def rebind(self) -> None:
        """End every session in order and bind again."""
        for bind in self.binds:
            bind.rebind()

    def capture(self, capture: Capture | None) -> None:
        """Record all PDUs; None: no more."""
        for bind in self.binds:
            bind.capture(capture)

    def wake(self) -> None:
        """Send what can be sent now."""
        self.on_read(self._clock.seconds())
        self.flush()

    def flush(self) -> None:
        """One write for everything that a turn has queued."""
        for bind in self.binds:
            if bind.connection is not None:
                bind.connection.flush()

    # ---- from the binds

    def on_bound(self, bind: Bind, connection: Connection, now: float) -> None:
        if bind.may_send:
            self.down_since = None
        if bind.may_receive:
            self._inbox.session_began(self, connection.number, now)

    def on_pdu(self, connection: Connection, pdu: Pdu, now: float) -> None:
        self._inbox.on_pdu(self, connection, pdu, now)

    def on_answered(self, event: events.Answered, now: float) -> None:
        asker = self._whose(event.request)
        if asker is not None:
            asker.on_answered(event, now)

    def on_unanswered(self, event: events.Unanswered, now: float) -> None:
        asker = self._whose(event.request)
        if asker is not None:
            asker.on_unanswered(event, now)

    def on_unmatched(self, event: events.Unmatched, now: float) -> None:
        asker = self._whose(event.request)
        if asker is not None:
            asker.on_unmatched(event, now)

    def _whose(self, request: Pdu | None) -> Requester | None:
        return self.queries if type(request) is QuerySm else self.pump

    def on_proved(self, connection: Connection, until: float) -> None:
        self._inbox.session_proved(connection.number, until)

    def on_lost(self, connection: Connection, now: float) -> None:
        if self.down_since is None and (self.transmitter is None or self.transmitter.connection is None):
            self.down_since = now
        self._inbox.session_ended(connection.number, now, connection.clean)

    def on_read(self, now: float) -> None:
        if self.pump is not None and self.transmitter is not None:
            live = None if self.held else self.transmitter.live
            self.pump.run(live, now)
            if self.queries is not None and self.pump.at_rest(now):
                self.queries.run(live, now)


def links_of(settings: Iterable[Smsc]) -> dict[str, list[Smsc]]:
    """The entries of [[smsc]] by link, in their order."""
    found: dict[str, list[Smsc]] = {}
    for smsc in settings:
        found.setdefault(smsc.link_name, []).append(smsc)
    return found
