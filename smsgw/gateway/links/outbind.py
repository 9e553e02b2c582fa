"""Outbind (SMPP 3.4, 2.2.1 and 4.1.7): an SMSC connects to us and asks to be bound to on that connection.

Anybody may connect to a port, so a connection that has not said outbind yet holds nothing up: several wait side by
side, each for as long as `bind_timeout`, and the first that says who it is, rightly, is bound to.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

import structlog
from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.protocol import Factory

from smsgw.gateway.counters import LinkCounters
from smsgw.gateway.links.connection import Connection
from smsgw.settings.sections import Smsc
from smsgw.smpp import events
from smsgw.smpp.pdu import Outbind, Pdu
from smsgw.smpp.status import ESME_RALYBND

log = structlog.get_logger()

WAITING_MAX = 8  # connections without an outbind; more are closed at once


class OutbindListener(Factory):
    """Where connections of an SMSC wait until they have said outbind. It owns them until then."""

    noisy = False

    def __init__(
        self,
        *,
        smsc: Smsc,
        endpoint: Any,
        connection: Callable[[OutbindListener], Connection],
        invited: Callable[[Connection], bool],
        counters: LinkCounters,
    ) -> None:
        """`endpoint` is a Twisted stream server endpoint; `connection` makes one that this listener owns.

        `invited` is told of an outbind that is right, and binds on its connection; False: we are bound already.
        """
        self._smsc = smsc
        self._endpoint = endpoint
        self._connection = connection
        self._invited = invited
        self._counters = counters
        self._port: Any = None
        self._waiting: set[Connection] = set()
        self._said = False  # that an outbind was wrong, since the last one that was right
        self._log = log.bind(link=smsc.link_name, bind=smsc.name)

    # ---- from the bind

    def open(self) -> Deferred[Any]:
        """Listen, if we do not yet. Fails with CannotListenError."""
        if self._port is not None:
            return succeed(None)

        def listening(port: Any) -> None:
            self._port = port
            self._log.info("waits for the SMSC to connect", listen=self._smsc.outbind_listen)

        opening: Deferred[Any] = self._endpoint.listen(self)
        return opening.addCallback(listening)

    def close(self) -> Deferred[Any]:
        """Listen no more, and let nobody wait. Fires when the port is free."""
        for connection in list(self._waiting):
            connection.drop()
        port, self._port = self._port, None
        return succeed(None) if port is None else maybeDeferred(port.stopListening)

    # ---- from Twisted

    def buildProtocol(self, addr: object) -> Connection | None:
        if len(self._waiting) >= WAITING_MAX:
            self._log.debug("too many connections without an outbind", at_most=WAITING_MAX)
            return None
        connection = self._connection(self)
        self._waiting.add(connection)
        return connection

    # ---- from a connection that waits

    def on_pdu(self, connection: Connection, pdu: Pdu, now: float) -> None:
        """Nothing but an outbind can come from an SMSC that is not bound to; the session refuses the rest."""
        assert isinstance(pdu, Outbind)
        wrong = self._wrong_in(pdu)
        if wrong:
            self._counters.outbinds_refused += 1
            line = self._log.debug if self._said else self._log.error
            self._said = True
            line("outbind refused: it is not from our SMSC; correct outbind_system_id or outbind_password", why=wrong)
            connection.drop()
            return
        self._said = False
        self._counters.outbinds += 1
        self._waiting.discard(connection)
        if not self._invited(connection):
            self._waiting.add(connection)
            self._log.warning("outbind while we are bound already")
            connection.session.nack(pdu, ESME_RALYBND)
            connection.drop()

    def _wrong_in(self, pdu: Outbind) -> str:
        """What is not as it should be; an empty setting is not compared."""
        smsc = self._smsc
        if smsc.outbind_system_id and pdu.system_id != smsc.outbind_system_id:
            return f"system_id is {pdu.system_id!r}"
        password = smsc.outbind_password.get_secret_value()
        if password and not hmac.compare_digest(pdu.password.encode("latin-1"), password.encode()):
            return "password is another"
        return ""

    def on_malformed(self, event: events.Malformed) -> None:
        self._counters.malformed += 1

    def on_closing(self, connection: Connection, why: str) -> None:
        timer = {"bind_timeout": "bind", "partial_pdu": "partial"}.get(why)
        if timer is not None:
            self._counters.timeouts[timer] += 1
            self._log.info("a connection without an outbind given up", why=why.replace("_", " "), timer=timer)

    def on_lost(self, connection: Connection, why: str, now: float) -> None:
        self._waiting.discard(connection)

    def on_read(self, now: float) -> None:
        """There is nothing to send."""

    # What only a bind can bring.

    def on_bound(self, connection: Connection, now: float) -> None: ...
    def on_refused(self, connection: Connection, status: int) -> None: ...
    def on_answered(self, event: events.Answered, now: float) -> None: ...
    def on_unanswered(self, event: events.Unanswered, now: float) -> None: ...
    def on_unmatched(self, event: events.Unmatched, now: float) -> None: ...
    def on_proved(self, connection: Connection, until: float) -> None: ...
    def on_unbound(self, connection: Connection, by_peer: bool) -> None: ...
