"""The window: requests sent and not yet answered, by sequence number, each with the time at which we stop waiting.

It also gives out the sequence numbers (5.1.4), because the next one must not be a number still waited for.
"""

from __future__ import annotations

from typing import NamedTuple

from smsgw.smpp.errors import WindowFull
from smsgw.smpp.pdu import Pdu

LAST_SEQUENCE = 0x7FFFFFFF


class Outstanding(NamedTuple):
    """One request under way. `tag` is the submitter's own; `expires` is a time of the session's clock, in seconds."""

    request: Pdu
    tag: object
    expires: float


class Window:
    """At most `size` requests under way, `timeout` seconds each; numbers from `first` on."""

    def __init__(self, size: int, timeout: float, first: int = 1) -> None:
        self.size = size
        self.timeout = timeout
        self.reserved: set[int] = set()  # numbers of the session's own requests: outside the window, but taken
        self._open: dict[int, Outstanding] = {}  # in the order of sending, so of expiry too
        self._next = first

    def __len__(self) -> int:
        return len(self._open)

    def room(self) -> int:
        """How many more requests may be sent now."""
        return self.size - len(self._open)

    def check(self) -> None:
        """Raises WindowFull when there is no place for another request."""
        if len(self._open) >= self.size:
            raise WindowFull(f"{self.size} requests are outstanding")

    def number(self) -> int:
        """The next sequence number: 1 … 0x7FFFFFFF and again from 1, none that is waited for."""
        number = self._next
        while number in self._open or number in self.reserved:
            number = number % LAST_SEQUENCE + 1
        self._next = number % LAST_SEQUENCE + 1
        return number

    def add(self, sequence: int, request: Pdu, tag: object, now: float) -> None:
        """`request` is sent under this number. `check` was asked before."""
        self._open[sequence] = Outstanding(request, tag, now + self.timeout)

    def get(self, sequence: int) -> Outstanding | None:
        """The request under this number, which stays."""
        return self._open.get(sequence)

    def take(self, sequence: int) -> Outstanding | None:
        """The request under this number, which is waited for no longer."""
        return self._open.pop(sequence, None)

    def take_expired(self, now: float) -> list[tuple[int, Outstanding]]:
        """Takes out every request whose time is over, oldest first, with its number."""
        found = []
        for sequence, each in self._open.items():
            if each.expires > now:
                break
            found.append((sequence, each))
        for sequence, _ in found:
            del self._open[sequence]
        return found

    def postpone(self, seconds: float) -> None:
        """Wait longer for every request under way."""
        for sequence, each in self._open.items():
            self._open[sequence] = each._replace(expires=each.expires + seconds)

    def drain(self) -> list[Outstanding]:
        """Takes out all requests, oldest first: the connection is gone and no answer can come."""
        found = list(self._open.values())
        self._open.clear()
        return found

    def earliest(self) -> float | None:
        """When the next request expires."""
        for each in self._open.values():
            return each.expires
        return None
