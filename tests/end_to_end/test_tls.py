"""TLS between the daemon and the simulated SMSC on a real port: good, and with the two faults certificates have."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smsgw.simulator.certificate import make_certificate
from tests.end_to_end.house import House
from tests.end_to_end.test_links import PROGRAM, until


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[House]:
    """A house whose link wants TLS, and trusts the certificate in smsc.pem."""
    house = House(tmp_path)
    house.config.write_text(house.config.read_text() + 'tls = true\ntls_ca = "smsc.pem"\n')
    house.furnish(1)
    yield house
    house.close()


def smsc(house: House, scenario: str, certificate: Path) -> subprocess.Popen[str]:
    words = ["smsc", "--scenario", scenario, "--port", str(house.smsc_port), "--certificate", str(certificate)]
    process = subprocess.Popen(
        [*PROGRAM, *words, "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True
    )
    deadline = time.monotonic() + 30
    while not certificate.exists() or b"END" not in certificate.read_bytes():
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    return process


def test_O11_texts_flow_through_tls_to_an_smsc_that_proves_who_it_is(encrypted: House) -> None:
    with smsc(encrypted, "tls", encrypted.folder / "smsc.pem") as friend:
        try:
            encrypted.start()
            until(encrypted, "bound")
            assert friend.stdin is not None and friend.stdout is not None
            friend.stdin.write("+8613900000000 S A350 1\n")
            friend.stdin.flush()
            answer = json.loads(friend.stdout.readline())
            assert encrypted.stop() == 0
        finally:
            friend.kill()
    assert answer["phone"] == "+8613900000000"


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        ("tls_expired", "not valid today, or of an authority that is not in tls_ca"),
        ("tls_wrong_name", "for another name than host, or tls_name"),
        ("tls", "of an authority that is not in tls_ca"),
    ],
)
def test_O11_an_smsc_that_cannot_is_never_bound_to_and_the_operator_is_told_why(
    encrypted: House, scenario: str, why: str
) -> None:
    trusted = encrypted.folder / "smsc.pem"
    if scenario == "tls":  # good, but of an authority that the link doesn't trust
        trusted.write_bytes(make_certificate("good", "127.0.0.1", datetime.now(UTC))[0])
        trusted = encrypted.folder / "other.pem"
    with smsc(encrypted, scenario, trusted) as stranger:
        try:
            encrypted.start()
            error = until(encrypted, "waiting")["binds"][0]["last_error"]
            assert why in error
            assert encrypted.stop() == 0
        finally:
            stranger.kill()
    assert '"bound"' not in encrypted.log.read_text()
