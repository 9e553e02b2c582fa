"""A simulated operator inside this process: its SMSC on a real port, served by a reactor in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from twisted.internet import reactor as the_reactor
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import CannotListenError
from twisted.internet.ssl import PrivateCertificate
from twisted.internet.threads import blockingCallFromThread

from smsgw.errors import SmsgwError
from smsgw.simulator.caller import Caller
from smsgw.simulator.certificate import make_certificate
from smsgw.simulator.scenario import PLAIN, Scenario
from smsgw.simulator.settings import SmscSettings
from smsgw.simulator.smsc import Smsc

reactor: Any = the_reactor  # its methods come from the platform's own kind


class Operator:
    """Serves while it is entered; once only in the life of a process, as reactors do.

    `on_message(phone, sender, text)` is called in the reactor's thread when a whole text has reached a phone. The
    certificate of a scenario with TLS is written to the file `certificate`.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        settings: SmscSettings | None = None,
        scenario: Scenario = PLAIN,
        on_message: Callable[[str, str, str], None] | None = None,
        certificate: Path | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.certificate = certificate
        self.smsc = Smsc(reactor, settings, scenario, on_message)
        self._thread = threading.Thread(target=reactor.run, kwargs={"installSignalHandlers": False}, daemon=True)

    def __enter__(self) -> Operator:
        """Listen, or connect where the scenario says outbind; `port` then is the real one.

        Raises SmsgwError when the port is taken.
        """
        started = threading.Event()
        reactor.callWhenRunning(started.set)
        self._thread.start()
        started.wait()
        if self.smsc.scenario.outbind:
            endpoint: Any = HostnameEndpoint(reactor, self.host.encode("ascii"), self.port)
            self._ask(Caller(self.smsc, endpoint.connect).start)
            return self
        try:
            if self.smsc.scenario.tls:
                listening = self._ask(reactor.listenSSL, self.port, self.smsc, self._tls_options(), interface=self.host)
            else:
                listening = self._ask(reactor.listenTCP, self.port, self.smsc, interface=self.host)
        except CannotListenError as error:
            self._end()
            raise SmsgwError(f"port {self.port} of {self.host} cannot be had: {error.socketError}") from None
        self.port = listening.getHost().port
        return self

    def _tls_options(self) -> Any:
        certificate, key = make_certificate(self.smsc.scenario.tls, self.host, datetime.now(UTC))
        if self.certificate is not None:
            try:
                self.certificate.write_bytes(certificate)
            except OSError as error:
                self._end()
                raise SmsgwError(f"{self.certificate} cannot be written: {error.strerror}") from None
        return PrivateCertificate.loadPEM(certificate + key).options()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ask(self.smsc.stop)
        self._end()

    def _end(self) -> None:
        reactor.callFromThread(reactor.stop)
        self._thread.join()

    def _ask(self, call: Callable[..., Any], *args: Any, **more: Any) -> Any:
        return blockingCallFromThread(reactor, call, *args, **more)

    def send(self, phone: str, to: str, text: str) -> None:
        """A phone sends a text; this returns at once."""
        reactor.callFromThread(self.smsc.send_text, phone, to, text)

    def receivers(self) -> int:
        """How many connections are bound to receive."""
        return len(self._ask(lambda: self.smsc.receiving))
