"""Sequence numbers as no SMSC should give them and some do: 0, the last one again, beyond 0x7fffffff."""

from __future__ import annotations

import random
import struct
from collections import deque

from smsgw.smpp.framing import Framer

_RESPONSE = 0x80000000
_HIGHEST = 0x7FFFFFFF  # SMPP 3.4 section 5.1.4
_KEPT = 10_000  # numbers given whose answer may still come


class OddSequences:
    """Between a session and its connection: gives our messages other numbers, and answers the numbers they are to have.

    `commands` are the requests that this is done to. Of several that have one number the first is answered first.
    """

    def __init__(self, draw: random.Random, commands: frozenset[int]) -> None:
        self._draw = draw
        self._commands = commands
        self._framer = Framer()
        self._given: dict[tuple[int, int], deque[int]] = {}
        self._order: deque[tuple[int, int]] = deque()
        self._last = 0

    def leaving(self, data: bytes) -> bytes:
        """Whole PDUs as they go out."""
        pieces = []
        for frame in Framer().feed(data):
            command, sequence = struct.unpack_from(">I4xI", frame, 4)
            if command in self._commands:
                sequence, own = self._odd(), sequence
                self._remember((command | _RESPONSE, sequence), own)
            pieces.append(frame[:12] + sequence.to_bytes(4, "big") + frame[16:])
        return b"".join(pieces)

    def arriving(self, data: bytes) -> bytes:
        """Octets as they come, cut anywhere; what is not whole yet is kept until it is."""
        pieces = []
        for frame in self._framer.feed(data):
            command, sequence = struct.unpack_from(">I4xI", frame, 4)
            waiting = self._given.get((command, sequence))
            if waiting:
                sequence = waiting.popleft()
            pieces.append(frame[:12] + sequence.to_bytes(4, "big") + frame[16:])
        return b"".join(pieces)

    def _odd(self) -> int:
        kind = self._draw.randrange(3)
        if kind == 0:
            self._last = 0
        elif kind == 1:
            self._last = self._draw.randint(_HIGHEST + 1, 0xFFFFFFFF)
        return self._last

    def _remember(self, key: tuple[int, int], own: int) -> None:
        self._given.setdefault(key, deque()).append(own)
        self._order.append(key)
        if len(self._order) > _KEPT:
            old = self._given[self._order.popleft()]
            if old:
                old.popleft()
