"""What is wrong with a bind: kept for people, and told in the log when it is news rather than at each attempt."""

from __future__ import annotations

from typing import Any

from smsgw.gateway.clock import Clock
from smsgw.gateway.counters import LinkCounters

CREDENTIALS_ADVICE = (
    "bind refused: the SMSC does not accept system_id, password or system_type; correct them in smsgw.toml"
)


class FaultLog:
    """Of one bind. `line` is its logger."""

    def __init__(self, line: Any, clock: Clock, counters: LinkCounters) -> None:
        self.why = ""  # what is wrong now, for people
        self.last_error = ""  # what was wrong last, also when all is well again
        self.last_error_at: float | None = None  # in seconds of the clock
        self._log = line
        self._clock = clock
        self._counters = counters
        self._said = ""
        self._credentials_said = False  # since the last bind that stood

    def clear(self) -> None:
        """The bind stands: all is well."""
        self._said = self.why = ""
        self._credentials_said = False

    def say(self, event: str, why: str) -> None:
        """One line for each change of what is wrong, not one for each attempt."""
        line = self._log.warning if self._is_news(event, why) else self._log.debug
        line(event, why=why)

    def expired(self, timer: str, seconds: float, event: str, why: str) -> None:
        """A timer ran out: one line each time, a warning where that is news."""
        self._counters.timeouts[timer] += 1
        line = self._log.warning if self._is_news(event, why) else self._log.info
        line(event, why=why, timer=timer, seconds=seconds)

    def credentials(self, why: str) -> None:
        """One line until a bind stands, however the attempts in between fail: somebody has to correct something."""
        self._is_news(CREDENTIALS_ADVICE, why)
        line = self._log.debug if self._credentials_said else self._log.error
        self._credentials_said = True
        line(CREDENTIALS_ADVICE, why=why)

    def _is_news(self, event: str, why: str) -> bool:
        self.why = self.last_error = f"{event}: {why}" if why else event
        self.last_error_at = self._clock.seconds()
        news = self.why != self._said
        self._said = self.why
        return news
