"""Wrong tokens are slowed by the address that they come from, and told in the log with it; right ones never wait."""

from __future__ import annotations

from collections import OrderedDict

import structlog

log = structlog.get_logger()

FREE = 3  # wrong tokens of an address that are answered at once: people mistype
LONGEST = 5.0  # seconds that an answer waits at most
TOLD_EVERY = 100  # wrong tokens of an address, from the first one that waits
FORGOTTEN = 600.0  # seconds without a wrong one after which an address begins anew
_MOST = 10_000  # addresses that are remembered


class Guesses:
    """How many wrong tokens came from each address lately."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, address: str, now: float) -> float:
        """Count a wrong token; for how many seconds its answer is to wait. `now` is in seconds."""
        count, last = self._of.pop(address, (0, now))
        count = count + 1 if now - last < FORGOTTEN else 1
        self._of[address] = (count, now)
        if len(self._of) > _MOST:
            self._of.popitem(last=False)
        if count == FREE + 1 or count % TOLD_EVERY == 0:
            log.warning("wrong tokens come from an address", address=address, count=count)
        return 0.0 if count <= FREE else min(LONGEST, 0.25 * 2 ** min(count - FREE - 1, 10))
