"""The log: structlog to standard error as JSON or for a console, with numbers and texts masked on the way out.

It never stops anybody: what cannot be written is dropped and counted (`log_lines`), and what repeats is told once a
minute (`log_repeats`).
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, TextIO, cast

import structlog
from twisted.logger import ILogObserver, LogLevel, globalLogBeginner

from smsgw.gateway.counters import LogCounters
from smsgw.gateway.log_lines import Lines, StreamLines, ThreadedLines
from smsgw.gateway.log_repeats import Repeats
from smsgw.language.reading.pins import hide_in
from smsgw.settings.sections import Log
from smsgw.values import harmless
from smsgw.values.phones import masked

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

# Phone numbers and IMEIs: longer digit runs than any count, amount or time of ours.
_NUMBER = re.compile(r"\+?\d{9,}")
# Keys whose value is what somebody wrote.
_TEXTS = frozenset({"text", "reply", "folded", "short_message"})
_SECRETS = frozenset({"password", "url"})

Event = MutableMapping[str, Any]


def masked_in(text: str) -> str:
    """A sentence with every number in it masked."""
    return _NUMBER.sub(lambda found: masked(found.group()), text)


class Mask:
    """A structlog processor that hides numbers and texts unless the settings show them; passwords always."""

    def __init__(self, settings: Log) -> None:
        self.show_numbers = settings.show_numbers
        self.show_texts = settings.show_texts

    def __call__(self, logger: Any, method: str, event: Event) -> Event:
        for key, value in event.items():
            if key in _SECRETS:
                event[key] = "***"
            elif key in _TEXTS and not self.show_texts:
                event[key] = f"({len(value)} characters)" if isinstance(value, (str, bytes)) else "(hidden)"
            elif isinstance(value, str) and key != "timestamp":
                said = hide_in(value) if key in _TEXTS else value
                shown = harmless.show_lines(said) if key == "exception" else harmless.show(said)
                event[key] = shown if self.show_numbers else masked_in(shown)
        return event


_RENDER_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)


def _render_json(logger: Any, method: str, event: Event) -> str:
    """The line of an event as JSON; what is not seen in it, in whatever value, is escaped."""
    return harmless.show_json(str(_RENDER_JSON(logger, method, event)))


class Made:
    """A log that has been configured: how a line becomes text, and what was held back of those that repeat."""

    def __init__(self, settings: Log, *, as_json: bool, colours: bool, lines: Callable[[Made], Lines]) -> None:
        """`lines` gives what takes them."""
        self.repeats = Repeats()
        # The traceback is made text before the mask: what an exception says may name a number.
        self._last: list[Any] = [
            structlog.processors.format_exc_info,
            Mask(settings),
            _render_json
            if as_json
            else structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback),
        ]
        self.lines = lines(self)
        structlog.configure(
            processors=[
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                self.repeats,
                *self._last,
            ],
            wrapper_class=_never_raising(LEVELS[settings.level], self.lines),
            logger_factory=lambda *arguments: _Line(self.lines),
            cache_logger_on_first_use=False,
        )
        root = logging.getLogger()
        root.handlers[:] = [_OfLibraries()]
        root.setLevel(logging.WARNING)  # of others: only what is wrong

    def render(self, event: Event) -> str:
        """The text of a line that comes by the clock."""
        event.setdefault("timestamp", datetime.now(UTC).isoformat().replace("+00:00", "Z"))
        rendered: Any = event
        for processor in self._last:
            rendered = processor(None, "", rendered)
        return str(rendered)


def configure(settings: Log, stream: TextIO) -> None:
    """Make structlog, the standard library's logging and Twisted's log write to a stream."""
    terminal = stream.isatty()
    Made(settings, as_json=_as_json(settings, terminal), colours=terminal, lines=lambda made: StreamLines(stream))


def start(settings: Log, counters: LogCounters) -> ThreadedLines:
    """The log of a daemon, on standard error in a thread of its own; to be closed at the end of the process."""
    # Python has no standard error where the process was started without one.
    descriptor = sys.stderr.fileno() if sys.stderr is not None else None
    terminal = descriptor is not None and os.isatty(descriptor)
    found: list[ThreadedLines] = []

    def lines(made: Made) -> Lines:
        found.append(ThreadedLines(descriptor, counters, due=made.repeats.due, render=made.render))
        return found[0]

    Made(settings, as_json=_as_json(settings, terminal), colours=terminal, lines=lines)
    return found[0]


def _as_json(settings: Log, terminal: bool) -> bool:
    return settings.format == "json" or (settings.format == "auto" and not terminal)


class _Line:
    """What structlog hands a line to, whatever its level."""

    def __init__(self, lines: Lines) -> None:
        self._write = lines.write

    def __getattr__(self, level: str) -> Callable[[str], None]:
        return self._write


def _never_raising(level: int, lines: Lines) -> Any:
    """structlog's logger, with the promise that a line which cannot be made hurts nobody but itself."""
    base: Any = structlog.make_filtering_bound_logger(level)

    class Logger(base):  # type: ignore[misc]  # structlog makes the class as it runs
        def _proxy_to_logger(self, method_name: str, event: str | None = None, **event_kw: Any) -> Any:
            try:
                return super()._proxy_to_logger(method_name, event, **event_kw)
            except Exception:  # noqa: BLE001 - whoever logs is at work on something that matters more
                lines.lose()

    return Logger


class _OfLibraries(logging.Handler):
    """Lines of the standard library's logging, said by ours."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            said = record.getMessage()
        except Exception:  # noqa: BLE001 - as above, and the fault is a library's
            said = str(record.msg)
        more = {"exc_info": record.exc_info} if record.exc_info else {}
        structlog.get_logger().log(record.levelno, said, logger=record.name, **more)


def twisted_failures(event: dict[str, Any]) -> None:
    """Passes on what Twisted finds wrong (an exception nobody caught); its chatter is left out."""
    if event.get("log_level", LogLevel.info) < LogLevel.warn:
        return
    failure = event.get("log_failure")
    detail: dict[str, Any] = {}
    if failure is not None:
        detail["exc_info"] = (failure.type, failure.value, failure.getTracebackObject())
    structlog.get_logger().error("fault in the daemon", said=str(event.get("log_format", "")), **detail)


@cache
def observe_twisted() -> None:
    """Send Twisted's failures to our log, and nowhere else; a second call of a process changes nothing."""
    # Until this is said, Twisted keeps all that it logs in memory, and prints what is critical by itself.
    globalLogBeginner.beginLoggingTo(
        [cast(ILogObserver, twisted_failures)], discardBuffer=True, redirectStandardIO=False
    )
