"""How fast a link may submit: never more than so many in any one-second window."""

from __future__ import annotations

from collections import deque

# The window is a little longer than a second, so that what the network squeezes together still fits the operator's.
MARGIN = 1.01


class Throttle:
    """A sliding window over the times of past submits; pure, the time is passed in.

    `rate` is submits a second (0: no limit). A rate below one counts over the longer window in which one is allowed.
    Because it is the window that slides, no second, wherever it begins, holds more than `rate` submits.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._count = max(1, int(rate))
        self._period = MARGIN * max(1.0, 1 / rate) if rate else 0.0
        self._times: deque[float] = deque(maxlen=self._count)

    def ready_at(self, now: float) -> float:
        """The earliest time at which the next submit is allowed; `now` or before: at once."""
        if not self.rate or len(self._times) < self._count:
            return now
        return self._times[0] + self._period

    def took(self, now: float) -> None:
        """A submit was written at `now`."""
        if self.rate:
            self._times.append(now)
