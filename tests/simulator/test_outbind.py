"""The simulated SMSC connects to its ESME, says outbind, and comes back when the connection is gone."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock

from smsgw.simulator.caller import Caller
from smsgw.simulator.scenario import scenario
from smsgw.simulator.settings import SmscSettings
from smsgw.simulator.smsc import Smsc
from smsgw.smpp.codec import decode
from smsgw.smpp.pdu import Outbind
from tests.simulator.esme import Wire


class Line:
    """A client endpoint without anything behind it."""

    def __init__(self) -> None:
        self.refuses = True
        self.attempts = 0
        self.wires: list[Wire] = []

    def connect(self, factory: Factory) -> Deferred[Any]:
        self.attempts += 1
        if self.refuses:
            return fail(ConnectionRefusedError())
        protocol: Any = factory.buildProtocol(None)
        self.wires.append(Wire())
        protocol.makeConnection(self.wires[-1])
        return succeed(protocol)


def test_it_connects_until_somebody_is_there_says_outbind_and_comes_back() -> None:
    clock, line = Clock(), Line()
    smsc = Smsc(clock, SmscSettings(own_id="smsc", outbind_password="knock"), scenario("outbind"))
    Caller(smsc, line.connect).start()
    clock.advance(1)
    assert (line.attempts, len(smsc.peers)) == (2, 0)
    line.refuses = False
    clock.pump([1, 1, 1])
    assert (line.attempts, len(smsc.peers)) == (3, 1)
    said = decode(bytes(line.wires[0].octets))
    assert isinstance(said, Outbind)
    assert (said.system_id, said.password) == ("smsc", "knock")
    smsc.peers[0].connectionLost()
    clock.advance(1)
    assert (line.attempts, len(smsc.peers)) == (4, 1)
    smsc.stop()
    smsc.peers.clear()
    clock.advance(5)
    assert line.attempts == 4
