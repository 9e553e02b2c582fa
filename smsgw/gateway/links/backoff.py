"""How long a link waits before it tries again: exponentially longer, with jitter and a cap, by what went wrong."""

from __future__ import annotations

from collections.abc import Callable

from smsgw.smpp import status

# Nothing we do will help until a person changes something here or there: try again, but slowly.
CREDENTIALS = frozenset({status.ESME_RINVPASWD, status.ESME_RINVSYSID, status.ESME_RINVSYSTYP})


class Backoff:
    """Delays in seconds for one bind. `random` gives a number from 0 to 1.

    minimum, maximum    the first delay after something went wrong, and the longest
    credentials_wait    after a refusal that only a person can put right
    already_bound_wait  at least so long when the SMSC has yet to notice that our last connection is gone
    """

    def __init__(
        self,
        minimum: float,
        maximum: float,
        random: Callable[[], float],
        *,
        credentials_wait: float = 60.0,
        already_bound_wait: float = 5.0,
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        self.credentials_wait = credentials_wait
        self.already_bound_wait = already_bound_wait
        self._random = random
        self._failures = 0

    def after_failure(self) -> float:
        """No connection, no answer, or one that was lost."""
        return self._jittered(self._next())

    def after_refusal(self, code: int) -> float:
        """The bind was refused with this command_status."""
        if code in CREDENTIALS:
            self._failures += 1
            return self._jittered(self.credentials_wait)
        delay = self._next()
        if code == status.ESME_RALYBND:
            delay = max(delay, self.already_bound_wait)
        return self._jittered(delay)

    def succeeded(self) -> None:
        """The link carried texts, or has been up for long enough to call it well."""
        self._failures = 0

    def _next(self) -> float:
        delay: float = self.minimum * 2.0 ** min(self._failures, 30)
        self._failures += 1
        return min(delay, self.maximum)

    def _jittered(self, delay: float) -> float:
        """Up to a fifth less, so that many links lost together do not come back together."""
        return delay * (1 - 0.2 * self._random())
