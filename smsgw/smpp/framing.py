"""Cutting a stream of octets into PDUs by their command_length (SMPP 3.4, 3.2), however the stream arrives."""

from __future__ import annotations

from smsgw.smpp.errors import PduError
from smsgw.smpp.status import ESME_RINVCMDLEN

# A message_payload may have 65,535 octets (5.3.2.32); the rest of a PDU needs less than a kilobyte.
FRAME_LIMIT = 80 * 1024
_HEADER = 16


class Framer:
    """Collects octets, hands out whole PDUs.

    A command_length below 16 or above the limit means that the stream is lost: nobody can say where the next PDU
    begins. `broken` then holds the PduError (RINVCMDLEN) and everything that comes later is thrown away. The PDUs
    before it are handed out first, so that the way the stream was cut changes nothing.
    """

    def __init__(self, limit: int = FRAME_LIMIT) -> None:
        self.limit = limit
        self.broken: PduError | None = None
        self._rest = bytearray()
        self._wanted = 4  # with fewer octets than this in _rest there is nothing new to find out

    @property
    def pending(self) -> int:
        """Octets of a PDU that is not whole yet."""
        return len(self._rest)

    @property
    def rest(self) -> bytes:
        """The octets of a PDU that is not whole yet."""
        return bytes(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        """The PDUs that are whole now, in their order, each with its header."""
        if self.broken is not None:
            return []
        if self._rest:
            self._rest += data
            if len(self._rest) < self._wanted:
                return []
            data = bytes(self._rest)
            self._rest.clear()
        frames: list[bytes] = []
        at, end = 0, len(data)
        wanted = 4
        while end - at >= 4:
            length = int.from_bytes(data[at : at + 4], "big")
            if not _HEADER <= length <= self.limit:
                if length > self.limit and end - at < _HEADER:
                    wanted = _HEADER  # the header can be trusted: wait for its sequence number
                    break
                self.broken = self._refusal(length, data[at : at + _HEADER])
                return frames
            if end - at < length:
                wanted = length
                break
            frames.append(data[at : at + length])
            at += length
        if at < end:
            self._rest += data[at:]
        self._wanted = wanted
        return frames

    def _refusal(self, length: int, header: bytes) -> PduError:
        if length < _HEADER:
            return PduError(ESME_RINVCMDLEN, 0, 0, "command_length", 0, f"is {length}, a header alone has 16 octets")
        command_id = int.from_bytes(header[4:8], "big")
        sequence = int.from_bytes(header[12:16], "big")
        reason = f"is {length}, more than the {self.limit} octets we take"
        return PduError(ESME_RINVCMDLEN, sequence, command_id, "command_length", 0, reason)
