"""The log: structlog to standard error as JSON or for a console, with numbers and texts masked on the way out."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog
from twisted.logger import ILogObserver, LogLevel, globalLogPublisher

from smsgw.settings.sections import Log

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

# Phone numbers and IMEIs: longer digit runs than any count, amount or time of ours.
_NUMBER = re.compile(r"\+?\d{9,}")
# Keys whose value is what somebody wrote.
_TEXTS = frozenset({"text", "reply", "folded", "short_message"})
_SECRETS = frozenset({"password", "url"})

Event = MutableMapping[str, Any]


def masked(number: str) -> str:
    """A number with its middle hidden: `+8613900000001` becomes `+86139****0001`.

    At most five digits stay in front and four at the end, and at least three are hidden.
    """
    sign, digits = ("+", number[1:]) if number.startswith("+") else ("", number)
    if len(digits) <= 4:
        return sign + "****"
    front = max(0, min(5, len(digits) - 7))
    return f"{sign}{digits[:front]}****{digits[-4:]}"


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
            elif isinstance(value, str) and key != "timestamp" and not self.show_numbers:
                event[key] = masked_in(value)
        return event


def configure(settings: Log, stream: TextIO | None = None) -> None:
    """Make structlog, the standard library's logging and Twisted's log write to one stream (standard error)."""
    stream = stream or sys.stderr
    as_json = settings.format == "json" or (settings.format == "auto" and not stream.isatty())
    render: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    # The traceback is made text before the mask: what an exception says may name a number.
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Mask(settings),
    ]
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[settings.level]),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=render, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)  # of others: only what is wrong


def twisted_failures(event: dict[str, Any]) -> None:
    """Passes on what Twisted finds wrong (an exception nobody caught); its chatter is left out."""
    if event.get("log_level", LogLevel.info) < LogLevel.warn:
        return
    failure = event.get("log_failure")
    detail = {"exception": failure.getTraceback()} if failure is not None else {}
    structlog.get_logger().error("fault in the daemon", said=str(event.get("log_format", "")), **detail)


def observe_twisted() -> None:
    """Send Twisted's failures to our log; call once a process."""
    globalLogPublisher.addObserver(cast(ILogObserver, twisted_failures))
