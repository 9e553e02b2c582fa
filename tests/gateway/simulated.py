"""A whole gateway and the simulated SMSCs of its links in one process, with wires in memory and one clock for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.messages.books import lives as runs
from smsgw.gateway.current import Current
from smsgw.gateway.notes import Notes
from smsgw.gateway.outbound.recovery import recovery_job
from smsgw.gateway.service import Gateway
from smsgw.settings.sections import Settings, Smsc
from smsgw.simulator.scenario import Scenario
from smsgw.simulator.settings import SmscSettings
from smsgw.simulator.smsc import Smsc as SimulatedSmsc
from smsgw.smpp.receipt import MessageState
from tests.business.world import NOON, furnish
from tests.gateway.world import Dice, HeldWriter, understanding

STATES = {
    MessageState.DELIVERED: "delivered",
    MessageState.UNDELIVERABLE: "failed",
    MessageState.EXPIRED: "expired",
}


class End:
    """The transport of one end of a wire."""

    def __init__(self) -> None:
        self.octets = bytearray()
        self.reading = True
        self.closing = False
        self.aborted = False
        self.protocol: Any = None

    def write(self, data: bytes) -> None:
        if not self.closing:
            self.octets += data

    def loseConnection(self) -> None:
        self.closing = True

    def abortConnection(self) -> None:
        self.closing = self.aborted = True
        self.octets.clear()

    def pauseProducing(self) -> None:
        self.reading = False

    def resumeProducing(self) -> None:
        self.reading = True

    def setTcpNoDelay(self, on: bool) -> None: ...
    def setTcpKeepAlive(self, on: bool) -> None: ...

    def getHost(self) -> IPv4Address:
        return IPv4Address("TCP", "192.0.2.1", 40_000)

    def getPeer(self) -> IPv4Address:
        return IPv4Address("TCP", "192.0.2.2", 2775)


class Cable:
    """A connection between the gateway and an SMSC."""

    def __init__(self, near: Any, far: Any) -> None:
        self.ends = (End(), End())
        self.open = True
        for end, protocol in zip(self.ends, (near, far), strict=True):
            end.protocol = protocol
        for end in reversed(self.ends):
            end.protocol.makeConnection(end)

    def turn(self) -> bool:
        """Carry what was written; False if nothing was."""
        if not self.open:
            return False
        moved = False
        for end, other in (self.ends, self.ends[::-1]):
            if end.octets and other.reading and not other.closing:
                taken = bytes(end.octets)
                end.octets.clear()
                other.protocol.dataReceived(taken)
                moved = True
        if any(end.closing and (end.aborted or not end.octets) for end in self.ends):
            self.open = False
            reason = ConnectionLost() if any(end.aborted for end in self.ends) else ConnectionDone()
            for end in self.ends:
                end.protocol.connectionLost(Failure(reason))
            return True
        return moved


class Simulation:
    """A daemon's gateway, bound to a simulated SMSC for each of its links."""

    def __init__(
        self,
        engine: Engine,
        scenarios: Mapping[str, Scenario],
        rules: Mapping[str, str] | None = None,
        seed: int = 1,
        **fields: Any,
    ) -> None:
        """`scenarios` are by link, `rules` too: the `receipt_ids` of those that are not auto.

        `fields` are settings of each link.
        """
        self.engine = engine
        self.clock = Clock()
        self.clock.advance(NOON.timestamp())
        self.cables: list[Cable] = []
        self.smscs = {
            name: SimulatedSmsc(self.clock, SmscSettings(seed=seed + number), scenario)
            for number, (name, scenario) in enumerate(scenarios.items())
        }
        rules = rules or {}
        settings = Settings(
            smsc=tuple(
                Smsc(name=name, receipt_ids=rules.get(name, "auto"), failover=False, **fields) for name in scenarios
            )
        )
        furnish(engine)
        with engine.begin() as connection:
            self.run = runs.begin_run(connection, "here", 1, 0)
        keeper = Bookkeeper(engine, settings.trade_rules(), run=self.run, clock=self.clock.seconds)
        self.writer = HeldWriter(keeper, self.clock)
        self.gateway = Gateway(
            current=Current(settings, understanding(settings)),
            writer=self.writer,
            notes=Notes(self.writer, self.clock),
            clock=self.clock,
            random=Dice(),
            connect=lambda entry: Line(self, self.smscs[entry.name]),
        )
        self.writer.deliver = self.gateway.batch
        self.writer.on_full = self.gateway.on_full
        self.gateway.startService()
        self.settle()

    def settle(self) -> None:
        """Carry octets until everybody is silent."""
        self.clock.advance(0)
        while sum(cable.turn() for cable in self.cables):
            self.clock.advance(0)
        self.cables = [cable for cable in self.cables if cable.open]

    def pass_time(self, seconds: float, step: float = 0.1) -> None:
        """Let time go by as for a daemon, which looks about every second."""
        for number in range(round(seconds / step)):
            self.clock.advance(step)
            self.settle()
            if number % round(1 / step) == 0:
                self.gateway.look()
                gateway, now = self.gateway, int(self.clock.seconds() * 1000)
                self.writer.put(recovery_job(self.run, now, None, 0, gateway.send_all, bulk=gateway.bulk_room))
                self.settle()

    def text(self, phone: str, text: str) -> Deferred[int]:
        """A phone texts through the first link, and everything that follows at once happens."""
        done = next(iter(self.smscs.values())).send_text(phone, "1069", text)
        self.settle()
        return done

    def notices(self, texts: Sequence[tuple[str, str, str]]) -> None:
        """Broadcasts' texts: link, phone and words of each."""
        now = int(self.clock.seconds() * 1000)
        with self.engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO message_out "
                "(id, link, recipient, text, kind, priority, state, parts, attempts, created_at) "
                "VALUES (?, ?, ?, ?, 'broadcast', 3, 'queued', 1, 0, ?)",
                [(1_000_000 + number, *text, now) for number, text in enumerate(texts)],
            )

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(question)]

    def ended(self) -> dict[tuple[str, str], str]:
        """What our books say of each text, by link and phone."""
        rows = self.ask("SELECT link, recipient, state FROM message_out")
        return {(link, phone): state for link, phone, state in rows}

    def true_ends(self, phones: Sequence[tuple[str, str]]) -> dict[tuple[str, str], set[str]]:
        """What really became of the text to each link and phone: the states that are right for it.

        One that never reached the SMSC is unknown. A long text has failed, or expired, as one of its parts did.
        """
        parts: dict[tuple[str, str], list[str]] = {key: [] for key in phones}
        for name, smsc in self.smscs.items():
            for accepted in smsc.submits.accepted:
                parts[name, "+" + accepted.pdu.destination.digits].append(STATES[accepted.state])
        return {
            key: (set(states) - {"delivered"} or {"delivered"}) if states else {"unknown"}
            for key, states in parts.items()
        }

    def matched(self) -> float:
        """The share of receipts that are some text's."""
        ((every, ours),) = self.ask("SELECT count(*), count(message) FROM delivery_receipt")
        return float(ours / every)


class Line:
    """The endpoint of a link."""

    def __init__(self, simulation: Simulation, smsc: SimulatedSmsc) -> None:
        self._simulation = simulation
        self._smsc = smsc

    def connect(self, factory: Factory) -> Deferred[Any]:
        near: Any = factory.buildProtocol(None)
        self._simulation.cables.append(Cable(near, self._smsc.buildProtocol(None)))
        return succeed(near)
