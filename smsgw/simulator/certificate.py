"""Certificates that a simulated SMSC shows: a good one of its own making, one that is over, one for another name."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KINDS = ("good", "expired", "wrong_name")
OTHER_NAME = "another.example"
DAYS = timedelta(days=30)


def make_certificate(kind: str, host: str, now: datetime) -> tuple[bytes, bytes]:
    """A certificate and its key, both as PEM. It is its own authority: who is to trust it must be given it.

    `kind` is one of KINDS, or ValueError; `host` is the name or address the ESME connects to, `now` has a time zone.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of certificate {kind!r}; there are {', '.join(KINDS)}")
    name = OTHER_NAME if kind == "wrong_name" else host
    begins, ends = (now - 2 * DAYS, now - DAYS) if kind == "expired" else (now - DAYS, now + DAYS)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([_general_name(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), private


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
