"""TCP ports for the daemons that tests start: each is handed out once, and never by two processes of one run.

A port is chosen some time before it is listened on. What the system would choose for us it may meanwhile give to any
connection, or to the test beside ours; so ours lie below the range that it chooses from (32768 and up on Linux).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from random import SystemRandom

FIRST, LAST = 10_000, 32_000
PROCESSES = 8  # at most, in one run


def _ours() -> Iterator[int]:
    """The ports of this process, round and round, from anywhere: another run on this machine begins elsewhere."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = range(FIRST + worker % PROCESSES, LAST, PROCESSES)
    at = SystemRandom().randrange(len(ports))
    while True:
        yield ports[at % len(ports)]
        at += 1


_ports = _ours()


def free_port() -> int:
    """A TCP port that nobody listens on."""
    for port in _ports:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue  # somebody has it, or had it a moment ago
        return port
    raise AssertionError("the ports go round forever")
