"""What becomes of a text that an SMSC did not take, by its class: the one table of attempts, delays and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from smsgw.business.messages.books.outbox import NEVER_TWICE, PRIORITY
from smsgw.gateway.outbound.verdict import VERDICTS, Verdict
from smsgw.settings.sections import Delivery, Smsc
from smsgw.smpp.status import status_number


@dataclass(frozen=True, slots=True)
class Policy:
    """Of one class of texts. Delays are in seconds.

    `again`: what may or may not have been taken is sent once more after `grace`; otherwise it stays unknown, for its
    receipt or for somebody to decide.
    """

    attempts: int
    delay: float
    delay_max: float
    again: bool
    grace: float

    def delay_after(self, attempts: int) -> float:
        """Seconds between the last of so many attempts and the next: doubled each time."""
        # Where doubling stops does not matter beyond the longest delay, but a power of ten thousand would.
        return min(self.delay_max, self.delay * 2.0 ** min(attempts - 1, 32))


def policies(delivery: Delivery) -> dict[str, Policy]:
    """The policy of each class, by the kind that a row of the outbox has."""
    attempts = {"reminder": delivery.reminder_attempts, "broadcast": delivery.broadcast_attempts}
    delays = {"reminder": delivery.reminder_retry_delay, "broadcast": delivery.broadcast_retry_delay}
    return {
        kind: Policy(
            attempts=attempts.get(kind, delivery.attempts),
            delay=delays.get(kind, delivery.retry_delay),
            delay_max=max(delivery.retry_delay_max, delays.get(kind, 0.0)),
            again=kind not in NEVER_TWICE,
            grace=delivery.unknown_grace,
        )
        for kind in PRIORITY
    }


def verdicts(smsc: Smsc) -> Mapping[int, Verdict]:
    """What each status of this SMSC means: the table of all, with what its own settings say."""
    own = {status_number(name): Verdict(meaning) for name, meaning in smsc.statuses.items()}
    return {**VERDICTS, **{number: meaning for number, meaning in own.items() if number}}
