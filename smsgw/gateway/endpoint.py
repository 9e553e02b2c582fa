"""Where a bind connects to: TCP, or TLS over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS

from smsgw.settings import Smsc


def endpoint(smsc: Smsc, base: Path, reactor: Any) -> Any:
    """The Twisted endpoint of an entry. Files are relative to `base`.

    Raises TlsFileError for a file of certificates that cannot be read.
    """
    tcp: Any = HostnameEndpoint(reactor, smsc.host.encode("ascii"), smsc.port, timeout=smsc.connect_timeout)
    if not smsc.tls:
        return tcp
    from smsgw.gateway.tls import tls_options  # a tenth of a second that a link without TLS need not wait

    return wrapClientTLS(tls_options(smsc, base), tcp)
