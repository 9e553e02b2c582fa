"""Where the lines of the daemon's log go: to a file descriptor, by a thread of their own, and never in anybody's way.

A pipe that nobody reads, a disk that is full, a reader that is slow: lines are dropped and counted, and whoever logs
notices nothing. When lines can be written again, one says how many are missing.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any, Protocol, TextIO

from smsgw.gateway.counters import LogCounters

Event = MutableMapping[str, Any]

MOST_WAITING = 1 << 20  # octets of lines that wait for a slow reader; more are dropped
LOOK_EVERY = 1.0  # seconds between looks for lines that are due by the clock
_PATIENCE = 0.5  # seconds to wait for a descriptor that takes nothing for the moment, before it is tried again


class Lines(Protocol):
    """What takes the lines of a log."""

    def write(self, line: str) -> None:
        """Take a line, without its end. Never raises and never waits."""

    def lose(self) -> None:
        """A line could not even be made."""


class StreamLines:
    """Writes to a text stream at once: for commands that end soon, and for tests."""

    def __init__(self, stream: TextIO, counters: LogCounters | None = None) -> None:
        self._stream = stream
        self.counters = counters or LogCounters()

    def write(self, line: str) -> None:
        try:
            print(line, file=self._stream, flush=True)
        except (OSError, ValueError):  # a ValueError: the stream is closed
            self.lose()

    def lose(self) -> None:
        self.counters.dropped += 1


class ThreadedLines:
    """Writes to a descriptor in a thread. `due` and `render` are called there; `close` ends it."""

    def __init__(
        self,
        descriptor: int | None,
        counters: LogCounters,
        *,
        due: Callable[[bool], Iterable[Event]],
        render: Callable[[Event], str],
    ) -> None:
        """`due` gives lines that the clock brings (True: the last ones), `render` makes text of one.

        Without a descriptor every line is dropped.
        """
        self.counters = counters
        self._descriptor = descriptor
        self._due = due
        self._render = render
        self._waiting: deque[bytes] = deque()
        self._octets = 0
        self._changed = threading.Condition()
        self._closing = False
        self._torn = False  # what was written last is a part of a line
        self._told = 0  # of the lines dropped, how many were told of
        self._thread = threading.Thread(target=self._work, name="log", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        octets = line.encode("utf-8", "backslashreplace") + b"\n"
        with self._changed:
            if self._closing or self._octets + len(octets) > MOST_WAITING:
                self.counters.dropped += 1
                return
            self._waiting.append(octets)
            self._octets += len(octets)
            self._changed.notify()

    def lose(self) -> None:
        with self._changed:
            self.counters.dropped += 1

    def close(self, seconds: float) -> None:
        """Write what waits, within so many seconds; what is not written then is dropped."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(seconds)

    def _work(self) -> None:
        looked = time.monotonic()
        while True:
            with self._changed:
                if not self._waiting and not self._closing:
                    self._changed.wait(LOOK_EVERY)
                lines = list(self._waiting)
                self._waiting.clear()
                closing = self._closing
            now = time.monotonic()
            if closing or now - looked >= LOOK_EVERY:
                looked = now
                lines += [
                    self._render(event).encode("utf-8", "backslashreplace") + b"\n" for event in self._due(closing)
                ]
            for line in lines:
                self._write(line)
            with self._changed:
                self._octets = sum(map(len, self._waiting))
            if closing and not self._waiting:
                return

    def _write(self, line: bytes) -> None:
        if self._put(line):
            missing = self.counters.dropped - self._told
            if missing:
                self._told += missing
                event = {"level": "warning", "event": "log lines were dropped", "lines": missing}
                self._put(self._render(event).encode() + b"\n")
        else:
            self.lose()

    def _put(self, line: bytes) -> bool:
        """Write a line; whether all of it was."""
        if self._descriptor is None:
            return False
        left = memoryview(b"\n" + line if self._torn else line)
        while left:
            try:
                written = os.write(self._descriptor, left)
            except BlockingIOError:
                if self._closing:
                    return False
                select.select([], [self._descriptor], [], _PATIENCE)
                continue
            except OSError:
                return False
            left = left[written:]
            self._torn = bool(left)
        return True
