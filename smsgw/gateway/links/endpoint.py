"""Where a bind connects to: TCP, or TLS over it; or where it waits for the SMSC to connect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.endpoints import HostnameEndpoint, TCP4ServerEndpoint, TCP6ServerEndpoint, wrapClientTLS

from smsgw.settings.sections import Smsc


def endpoint(smsc: Smsc, base: Path, reactor: Any) -> Any:
    """The Twisted endpoint of an entry. Files are relative to `base`.

    That is a client endpoint, or a server endpoint where the SMSC connects to us. Raises TlsFileError for a file of
    certificates that cannot be read.
    """
    if smsc.outbind is not None:
        host, port = smsc.outbind
        kind = TCP6ServerEndpoint if ":" in host else TCP4ServerEndpoint
        listening: Any = kind(reactor, port, interface=host)
        return listening
    tcp: Any = HostnameEndpoint(reactor, smsc.host.encode("ascii"), smsc.port, timeout=smsc.connect_timeout)
    if not smsc.tls:
        return tcp
    from smsgw.gateway.links.tls import tls_options  # a tenth of a second that a link without TLS need not wait

    return wrapClientTLS(tls_options(smsc, base), tcp)
