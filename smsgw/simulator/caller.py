"""An SMSC that connects to its ESME and says outbind (SMPP 3.4, 2.2.1), again and again until it is bound to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory

from smsgw.simulator.smsc import Smsc

AGAIN_AFTER = 1.0  # seconds between two looks whether we are connected


class Caller:
    """Keeps one connection up. `connect` is that of a Twisted client endpoint; stopping the SMSC stops it, too."""

    def __init__(self, smsc: Smsc, connect: Callable[[Factory], Deferred[Any]]) -> None:
        self._smsc = smsc
        self._connect = connect
        self._calling = False

    def start(self) -> None:
        if not self._smsc.peers and not self._calling:
            self._calling = True
            self._connect(self._smsc).addBoth(self._over)
        self._smsc.later(AGAIN_AFTER, self.start)

    def _over(self, result: object) -> None:
        """Connected, or nobody there: the next look will see."""
        self._calling = False
