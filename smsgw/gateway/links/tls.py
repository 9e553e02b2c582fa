"""TLS to an SMSC: its certificate is checked unless the settings say otherwise; ours is shown where it wants one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from OpenSSL import SSL, crypto
from service_identity import VerificationError
from twisted.internet.ssl import (
    Certificate,
    CertificateOptions,
    PrivateCertificate,
    TLSVersion,
    optionsForClientTLS,
    platformTrust,
    trustRootFromCertificates,
)
from twisted.python.failure import Failure

from smsgw.errors import SmsgwError
from smsgw.settings.sections import Smsc

_END = b"-----END CERTIFICATE-----"


class TlsFileError(SmsgwError):
    """A certificate or key that cannot be used."""


def tls_options(smsc: Smsc, base: Path) -> Any:
    """What Twisted needs to know for TLS 1.2 or later to this SMSC. Files are relative to `base`.

    Raises TlsFileError for a file of certificates that cannot be used.
    """
    client = _client_certificate(smsc, base)
    if not smsc.tls_verify:
        extra = client.options() if client is not None else None
        return CertificateOptions(
            verify=False,
            raiseMinimumTo=TLSVersion.TLSv1_2,
            privateKey=extra.privateKey if extra is not None else None,
            certificate=extra.certificate if extra is not None else None,
        )
    trust = platformTrust()
    if smsc.tls_ca:
        pems = _read(base / smsc.tls_ca, smsc, "tls_ca").split(_END)[:-1]
        authorities = [_certificate(pem + _END, smsc) for pem in pems]
        if not authorities:
            raise TlsFileError(f"smsc[{smsc.name}].tls_ca: {base / smsc.tls_ca} holds no certificate in PEM form")
        trust = trustRootFromCertificates(authorities)
    return optionsForClientTLS(
        smsc.tls_name or smsc.host,
        trustRoot=trust,
        clientCertificate=client,
        extraCertificateOptions={"raiseMinimumTo": TLSVersion.TLSv1_2},
    )


def reason_of(failure: Failure) -> str:
    """Why a connection was lost, in words that tell what to do where the SMSC's certificate is the reason."""
    if failure.check(VerificationError):
        return "the SMSC's certificate is for another name than host, or tls_name where that is set"
    if failure.check(SSL.Error) and "certificate verify failed" in failure.getErrorMessage():
        return "the SMSC's certificate is not valid today, or of an authority that is not in tls_ca"
    return str(failure.getErrorMessage())


def _certificate(pem: bytes, smsc: Smsc) -> Certificate:
    try:
        return Certificate.loadPEM(pem)
    except (ValueError, crypto.Error) as error:
        raise TlsFileError(f"smsc[{smsc.name}].tls_ca: is no certificate in PEM form: {error}") from error


def _client_certificate(smsc: Smsc, base: Path) -> PrivateCertificate | None:
    if not smsc.tls_certificate:
        return None
    pem = _read(base / smsc.tls_certificate, smsc, "tls_certificate")
    if smsc.tls_key:
        pem += b"\n" + _read(base / smsc.tls_key, smsc, "tls_key")
    try:
        found: PrivateCertificate = PrivateCertificate.loadPEM(pem)
    except (ValueError, crypto.Error) as error:
        raise TlsFileError(
            f"smsc[{smsc.name}].tls_certificate: {base / smsc.tls_certificate} and its key cannot be used: {error}"
        ) from error
    return found


def _read(path: Path, smsc: Smsc, key: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TlsFileError(f"smsc[{smsc.name}].{key}: {path} cannot be read: {error}") from error
