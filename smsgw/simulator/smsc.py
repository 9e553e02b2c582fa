"""The simulated SMSC: takes binds and submits, gives receipts, and carries texts between phones and the ESME."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory

from smsgw.simulator.clock import Clock
from smsgw.simulator.composing import compose
from smsgw.simulator.counters import Counters
from smsgw.simulator.deliveries import TEMPORARY, Deliveries, Delivery, nothing
from smsgw.simulator.faults import Faults
from smsgw.simulator.handset import address_of
from smsgw.simulator.peer import Peer
from smsgw.simulator.scenario import PLAIN, Scenario
from smsgw.simulator.settings import SmscSettings
from smsgw.simulator.submits import Submits
from smsgw.smpp import status
from smsgw.smpp.pdu import BindRequest, Pdu
from smsgw.smpp.settings import SessionSettings


class Smsc(Factory):
    """A Twisted factory; listen with it, or hand it in-memory transports. All times come from `clock`.

    on_message(phone, sender, text)  a whole text has reached a phone
    on_submit(pdu, status)           a submit_sm or data_sm was taken (0) or refused
    """

    noisy = False

    def __init__(
        self,
        clock: Clock,
        settings: SmscSettings | None = None,
        scenario: Scenario = PLAIN,
        on_message: Callable[[str, str, str], None] | None = None,
        on_submit: Callable[[Pdu, int], None] | None = None,
    ) -> None:
        self.clock = clock
        self.settings = settings or SmscSettings()
        self.scenario = scenario
        self.on_message = on_message
        self.on_submit = on_submit
        self.faults = Faults(scenario, self.settings.seed)
        self.counters = Counters()
        self.session_settings = SessionSettings(
            window=self.settings.window,
            response_timeout=self.settings.response_timeout,
            enquire_link=self.settings.enquire_link,
            interface_version=scenario.interface_version,
        )
        self.peers: list[Peer] = []
        self.waiting = Deliveries()
        self.submit_window = scenario.submit_window or self.settings.submit_window
        self.throughput = scenario.throughput or self.settings.throughput
        self.submits = Submits(self)
        self._calls: set[Any] = set()

    # ---- for whoever runs it

    def send_text(self, phone: str, to: str, text: str, *, how: str | None = None) -> Deferred[int]:
        """A phone sends a text. Fires with 0 once the ESME has acknowledged every part, else with its last refusal.

        It waits until an ESME is bound to receive, and goes again after a temporary refusal or an unbroken silence.
        """
        done: Deferred[int] = Deferred()
        pdus, silent = compose(
            self.scenario,
            text,
            address_of(phone),
            address_of(to),
            number=self.counters.texts,
            reference=self.submits.phones.reference(phone),
            how=how or self.settings.how,
            draw=self.faults.draw,
        )
        self.counters.texts += 1
        unheard = {id(pdu) for pdu in silent}
        awaited = len(pdus) - len(silent)
        ends: list[int] = []

        def part_done(status_: int) -> None:
            ends.append(status_)
            if len(ends) == awaited:
                done.callback(next(filter(None, reversed(ends)), 0))

        for pdu in pdus:
            self.waiting.put(Delivery(pdu, True, nothing if id(pdu) in unheard else part_done))
        self.pump()
        return done

    @property
    def takes_tlvs(self) -> bool:
        """Whether this SMSC knows what TLVs are; one that does not tell its version speaks SMPP 3.3."""
        version = self.scenario.interface_version
        return version is not None and version >= 0x34

    @property
    def receiving(self) -> list[Peer]:
        """Connections that take texts and receipts."""
        return [peer for peer in self.peers if peer.receives]

    def drop_all(self, before_answer: bool = True) -> None:
        """Cut every connection."""
        for peer in list(self.peers):
            peer.drop(before_answer)

    def stop(self) -> None:
        """Cut every connection and forget what was to come."""
        for call in list(self._calls):
            if call.active():
                call.cancel()
        self._calls.clear()
        self.drop_all(before_answer=False)

    # ---- for Twisted

    def buildProtocol(self, addr: object) -> Peer:
        self.counters.connections += 1
        return Peer(self, self.counters.connections)

    # ---- for its peers

    def later(self, delay: float, call: Callable[..., None], *args: object) -> None:
        """Call once after this many seconds, unless the SMSC is stopped before."""

        def run() -> None:
            self._calls.discard(handle)
            call(*args)

        handle = self.clock.callLater(delay, run)
        self._calls.add(handle)

    def connected(self, peer: Peer) -> None:
        self.peers.append(peer)

    def lost(self, peer: Peer) -> None:
        if peer in self.peers:
            self.peers.remove(peer)
        if not peer.unbound:
            self.counters.losses += 1
            if self.scenario.redeliver:
                for delivery in peer.acknowledged:
                    again = Delivery(replace(delivery.pdu), True, nothing)
                    again.redelivered = True
                    self.counters.resent += 1
                    self.waiting.put(again)
        peer.acknowledged = []
        self.pump()

    def handle_request(self, peer: Peer, pdu: Pdu, now: float) -> None:
        """The ESME submits or asks something."""
        self.submits.handle(peer, pdu, now)

    def bind_requested(self, peer: Peer, request: BindRequest) -> None:
        refusal = self.faults.bind_status() or self._credentials(request)
        if refusal:
            self.counters.binds_refused += 1
        else:
            self.counters.binds += 1
        answer = (peer.refuse_bind, request, refusal) if refusal else (peer.accept_bind, request)
        if self.scenario.bind_delay:
            self.later(self.scenario.bind_delay, *answer)
        elif refusal:
            peer.refuse_bind(request, refusal)
        else:
            peer.accept_bind(request)

    def _credentials(self, request: BindRequest) -> int:
        settings = self.settings
        if settings.system_id and request.system_id != settings.system_id:
            return status.ESME_RINVSYSID
        if settings.password and request.password != settings.password:
            return status.ESME_RINVPASWD
        return 0

    def pump(self) -> None:
        """Send what waits to those who have room for it, each in turn."""
        if not len(self.waiting):
            return
        now = self.clock.seconds()
        open_peers = [peer for peer in self.receiving if peer.session.room() > 0]
        written = list(open_peers)
        while open_peers and len(self.waiting):
            for peer in list(open_peers):
                if not len(self.waiting):
                    break
                peer.submit(self.waiting.take(), now)
                if peer.session.room() <= 0:
                    open_peers.remove(peer)
        for peer in written:
            peer.flush()

    def answered(self, peer: Peer, delivery: Any, status_: int) -> None:
        """The ESME acknowledged or refused a deliver_sm."""
        if status_ in TEMPORARY and delivery.attempts <= self.settings.retries:
            self.later(self.settings.retry_delay, self.again, delivery)
            return
        if status_:
            self.counters.given_up += 1
        elif delivery.is_text:
            self.counters.deliveries += 1
            if self.scenario.redeliver and not delivery.redelivered:
                peer.acknowledged.append(delivery)
        else:
            self.counters.receipts += 1
        delivery.done(status_)

    def again(self, delivery: Any) -> None:
        """A deliver_sm must go once more, in its old place."""
        self.counters.resent += 1
        delivery.pdu = replace(delivery.pdu)
        self.waiting.put(delivery)
        self.pump()
