"""A capture of a link's PDUs to a file, for a limited time, with every password blanked."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from smsgw.gateway.clock import Clock, Timer
from smsgw.gateway.links.pcap import Flow, Place, file_header
from smsgw.smpp.framing import Framer
from smsgw.smpp.pdu import BindReceiver, BindTransceiver, BindTransmitter, Outbind

log = structlog.get_logger()

SIZE_MAX = 100_000_000  # octets at which a capture ends before its time
HEADER = 16
# The PDUs with a password, after the system_id (SMPP 3.4, 4.1 and 4.1.7.1).
SECRET = frozenset(kind.command_id for kind in (BindReceiver, BindTransceiver, BindTransmitter, Outbind))


def blanked(pdu: bytes) -> bytes:
    """A PDU with the octets of its password, if it has one, replaced by as many asterisks."""
    if len(pdu) <= HEADER or int.from_bytes(pdu[4:8], "big") not in SECRET:
        return pdu
    name_ends = pdu.find(b"\0", HEADER)
    # Where the system_id has no end nobody can say where the password is: all of it, then.
    start = HEADER if name_ends < 0 else name_ends + 1
    end = pdu.find(b"\0", start)
    if end < 0:
        end = len(pdu)
    return pdu[:start] + b"*" * (end - start) + pdu[end:]


class Capture:
    """Writes what taps bring until `seconds` are over, the file is too large, or it cannot be written."""

    def __init__(self, path: Path, seconds: float, clock: Clock, ended: Callable[[str], None]) -> None:
        """Creates the file, for its owner alone. `ended` is called once, with what went wrong or nothing.

        Raises: OSError, also where the file is there already.
        """
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._clock = clock
        self._ended = ended
        self._size = 0
        self.pdus = 0
        self.open = True
        self._timer: Timer = clock.callLater(seconds, self.end)
        self.write(file_header())

    def write(self, data: bytes) -> None:
        """Records for the file."""
        if not self.open:
            return
        try:
            self._file.write(data)
        except OSError as error:
            self.end(f"the file cannot be written: {error.strerror}")
            return
        self._size += len(data)
        if self._size > SIZE_MAX:
            self.end(f"ended before its time: the file has {self._size} octets")

    def end(self, why: str = "") -> None:
        """Close the file. Twice is once."""
        if not self.open:
            return
        self.open = False
        if self._timer.active():
            self._timer.cancel()
        try:
            self._file.close()
        except OSError as error:
            why = why or f"the file cannot be written: {error.strerror}"
        self._ended(why)

    def tap(self, transport: Any, partial: bytes = b"") -> Tap:
        """For one connection, by its transport; `partial` is what has been read of a PDU that is not whole yet."""
        ours, theirs = transport.getHost(), transport.getPeer()
        return Tap(self, (ours.host, ours.port), (theirs.host, theirs.port), self._clock, partial)


class Tap:
    """Listens on one connection."""

    def __init__(self, capture: Capture, ours: Place, theirs: Place, clock: Clock, partial: bytes) -> None:
        self._capture = capture
        self._flow = Flow(ours, theirs)
        self._clock = clock
        self._framers = {True: Framer(), False: Framer()}
        self._framers[False].feed(partial)

    def outgoing(self, data: bytes) -> None:
        """Octets were written."""
        self._took(data, True)

    def incoming(self, data: bytes) -> None:
        """Octets were read."""
        self._took(data, False)

    def _took(self, data: bytes, outgoing: bool) -> None:
        capture = self._capture
        if not capture.open:
            return
        now, framer = self._clock.seconds(), self._framers[outgoing]
        # A record for each PDU: whatever comes after a broken one cannot be told apart, and may hold a password.
        for pdu in framer.feed(data):
            capture.pdus += 1
            capture.write(self._flow.records(blanked(pdu), now, outgoing))
