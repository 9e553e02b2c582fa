"""TLS: no octet of a bind reaches an SMSC that does not prove who it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.ssl import CertificateOptions, PrivateCertificate
from twisted.internet.task import Clock
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.test.iosim import connect, makeFakeClient, makeFakeServer

from smsgw.gateway.links.tls import TlsFileError, reason_of, tls_options
from smsgw.settings.sections import Smsc
from smsgw.simulator.certificate import KINDS, make_certificate

# Twisted hands pyOpenSSL objects that it is asked not to.
pytestmark = pytest.mark.filterwarnings("ignore:Passing pyOpenSSL:DeprecationWarning")


def certificate(folder: Path, name: str, host: str, *, expired: bool = False) -> Path:
    """A self-signed certificate and its key in one PEM file."""
    path = folder / name
    path.write_bytes(b"".join(make_certificate("expired" if expired else "good", host, datetime.now(UTC))))
    return path


class Says(Protocol):
    """Says something at once, as a bind is said; remembers what it hears and how it ended."""

    def __init__(self, words: bytes) -> None:
        self.words = words
        self.heard = b""
        self.over = False
        self.why = ""

    def connectionMade(self) -> None:
        if self.words:
            self.transport.write(self.words)  # type: ignore[union-attr,call-arg]

    def dataReceived(self, data: bytes) -> None:
        self.heard += data

    def connectionLost(self, reason: Any = None) -> None:
        self.over = True
        self.why = reason_of(reason)


def talk(client_options: Any, server_options: Any) -> tuple[Says, Says]:
    """A client and a server over TLS in memory; both after everything is said."""
    client, server = Says(b"bind"), Says(b"")
    clock = Clock()
    wrapped = [
        TLSMemoryBIOFactory(options, is_client, Factory.forProtocol(lambda each=each: each), clock).buildProtocol(None)
        for options, is_client, each in ((client_options, True, client), (server_options, False, server))
    ]
    ends = wrapped[1], makeFakeServer(wrapped[1]), wrapped[0], makeFakeClient(wrapped[0])
    pump = connect(*ends, debug=False)
    for _ in range(20):
        clock.advance(0)
        pump.flush()
    return client, server


def server_of(pem: Path) -> CertificateOptions:
    options: CertificateOptions = PrivateCertificate.loadPEM(pem.read_bytes()).options()
    return options


def smsc(**fields: Any) -> Smsc:
    return Smsc(tls=True, host="smsc.example", **fields)


def test_O11_an_smsc_with_a_certificate_of_a_trusted_authority_is_told_the_bind(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "server.pem", "smsc.example")
    client, server = talk(tls_options(smsc(tls_ca="server.pem"), tmp_path), server_of(pem))
    assert server.heard == b"bind"
    assert not client.over


@pytest.mark.parametrize(
    ("host", "expired", "trusted"),
    [("smsc.example", False, False), ("other.example", False, True), ("smsc.example", True, True)],
    ids=["unknown authority", "wrong host", "expired"],
)
def test_O11_an_smsc_that_cannot_prove_itself_is_told_nothing(
    tmp_path: Path, host: str, expired: bool, trusted: bool
) -> None:
    pem = certificate(tmp_path, "server.pem", host, expired=expired)
    options = tls_options(smsc(tls_ca="server.pem" if trusted else ""), tmp_path)
    client, server = talk(options, server_of(pem))
    assert server.heard == b""
    assert client.over
    why = "for another name than host" if host != "smsc.example" else "not valid today, or of an authority"
    assert client.why.startswith(f"the SMSC's certificate is {why}")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("host", ["smsc.example", "127.0.0.1", "::1"])
def test_O11_the_certificates_of_the_simulated_smsc_are_what_they_are_called(
    tmp_path: Path, kind: str, host: str
) -> None:
    certificate_, key = make_certificate(kind, host, datetime.now(UTC))
    (tmp_path / "ca.pem").write_bytes(certificate_)
    (tmp_path / "server.pem").write_bytes(certificate_ + key)
    options = tls_options(Smsc(tls=True, host=host, tls_ca="ca.pem"), tmp_path)
    assert talk(options, server_of(tmp_path / "server.pem"))[1].heard == (b"bind" if kind == "good" else b"")


def test_the_name_in_the_certificate_may_be_set_apart_from_the_host(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "server.pem", "other.example")
    options = tls_options(smsc(tls_ca="server.pem", tls_name="other.example"), tmp_path)
    assert talk(options, server_of(pem))[1].heard == b"bind"


def test_verification_can_be_switched_off(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "server.pem", "other.example", expired=True)
    assert talk(tls_options(smsc(tls_verify=False), tmp_path), server_of(pem))[1].heard == b"bind"


@pytest.mark.parametrize("verify", [True, False])
def test_our_own_certificate_is_shown_to_an_smsc_that_wants_one(tmp_path: Path, verify: bool) -> None:
    pem = certificate(tmp_path, "server.pem", "smsc.example")
    certificate(tmp_path, "ours.pem", "smsgw")
    ours = PrivateCertificate.loadPEM((tmp_path / "ours.pem").read_bytes())
    wants = PrivateCertificate.loadPEM(pem.read_bytes()).options(ours)
    fields = {"tls_ca": "server.pem", "tls_verify": verify}
    assert talk(tls_options(smsc(**fields), tmp_path), wants)[1].heard == b""
    assert talk(tls_options(smsc(**fields, tls_certificate="ours.pem"), tmp_path), wants)[1].heard == b"bind"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"tls_ca": "nowhere.pem"}, "tls_ca: "),
        ({"tls_ca": "key.pem"}, "holds no certificate"),
        ({"tls_ca": "bad.pem"}, "is no certificate in PEM form"),
        ({"tls_certificate": "bad.pem"}, "and its key cannot be used"),
        ({"tls_certificate": "nowhere.pem"}, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, fields: dict[str, str], said: str) -> None:
    (tmp_path / "key.pem").write_text("nothing")
    (tmp_path / "bad.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(TlsFileError, match=said) as caught:
        tls_options(smsc(**fields), tmp_path)
    assert "smsc[operator-a]" in str(caught.value)
