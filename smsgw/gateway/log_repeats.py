"""Complaints that repeat: the first is told in full, then one line a minute says how often it came again.

What fails once a second, or once a text, would else fill a disk with the same traceback.
"""

from __future__ import annotations

import re
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]

EVERY = 60.0  # seconds between two lines of one kind
EXPLAIN_EVERY = 3_600.0  # seconds between two tracebacks of one kind
KINDS = 500  # that are remembered; the one that was told longest ago is forgotten
_LOUD = frozenset({"warning", "error", "critical"})
# What tells kinds apart: who it is about, and the reason but for the numbers in it.
_WHO = ("link", "bind", "what", "part", "path", "kind", "logger")
_WHY = ("why", "said")
_DIGITS = re.compile(r"\d+")


class _Kind:
    __slots__ = ("explained_at", "held", "last", "told_at")

    def __init__(self) -> None:
        self.told_at = self.explained_at = -EXPLAIN_EVERY
        self.held = 0
        self.last: Event | None = None


class Repeats:
    """A structlog processor, after the one that says the level; it drops what was told within the minute.

    `due` gives what was held back, once its minute is over. Both may be called in any thread.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._kinds: OrderedDict[tuple[object, ...], _Kind] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, logger: Any, method: str, event: Event) -> Event:
        if event.get("level") not in _LOUD:
            return event
        error = _error_of(event)
        with self._lock:
            now = self._seconds()
            kind = self._kind(event, error)
            if now - kind.told_at < EVERY:
                kind.held += 1
                kind.last = _brief(event, error)
                raise structlog.DropEvent
            kind.told_at = now
            if kind.held:
                event["repeated"], kind.held, kind.last = kind.held, 0, None
            if error is not None:
                if now - kind.explained_at < EXPLAIN_EVERY:
                    return _brief(event, error)
                kind.explained_at = now
            return event

    def due(self, all_of_them: bool = False) -> list[Event]:
        """The last of each kind that was held back for a minute (or at all), with the count of them as `repeated`."""
        found: list[Event] = []
        with self._lock:
            now = self._seconds()
            for kind in self._kinds.values():
                if kind.last is not None and (all_of_them or now - kind.told_at >= EVERY):
                    kind.last["repeated"] = kind.held
                    found.append(kind.last)
                    kind.told_at, kind.held, kind.last = now, 0, None
        return found

    def _kind(self, event: Event, error: BaseException | None) -> _Kind:
        key = (
            event.get("event"),
            event["level"],
            type(error),
            *(event.get(name) for name in _WHO),
            *(_DIGITS.sub("#", str(event.get(name, "")))[:200] for name in _WHY),
        )
        kind = self._kinds.pop(key, None) or _Kind()
        self._kinds[key] = kind
        if len(self._kinds) > KINDS:
            self._kinds.popitem(last=False)
        return kind


def _error_of(event: Event) -> BaseException | None:
    """The exception that a line tells of, however it was given."""
    given = event.get("exc_info")
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def _brief(event: Event, error: BaseException | None) -> Event:
    """A line without its traceback, which was told before."""
    brief = dict(event)
    brief.pop("exc_info", None)
    if error is not None:
        first = (str(error).splitlines() or [""])[0]
        brief["error"] = f"{type(error).__name__}: {first}"
    return brief
