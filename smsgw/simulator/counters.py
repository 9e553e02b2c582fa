"""What a simulated SMSC has seen and done, as numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Counters:
    """All since the simulator began. A text is one message of a phone, however many parts it took."""

    connections: int = 0
    binds: int = 0
    binds_refused: int = 0
    unbinds: int = 0
    losses: int = 0  # connections that ended without an unbind
    submits: int = 0
    accepted: int = 0
    throttled: int = 0  # beyond `throughput` or `window`, whatever else the scenario does
    refused: int = 0  # by the scenario, or because a submit was wrong
    not_answered: int = 0
    largest_window: int = 0  # submits waiting for their answer, at most
    replies: int = 0  # whole texts that reached a phone
    receipts: int = 0  # acknowledged ones
    texts: int = 0  # sent by phones
    deliveries: int = 0  # deliver_sm of texts acknowledged, parts counted each
    resent: int = 0  # deliver_sm that went again: refused, unanswered, redelivered
    given_up: int = 0  # deliver_sm with a final refusal
    malformed: int = 0  # what we could not read
    unmatched: int = 0  # responses to nothing

    def as_dict(self) -> dict[str, int]:
        """The numbers by name."""
        return asdict(self)
