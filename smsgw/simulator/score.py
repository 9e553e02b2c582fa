"""The score of a load run: what was acknowledged and answered, how soon, what was lost or came twice."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import Any

_HEADS = 20  # different first words of replies that are told


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds at the median, at 90 and 99 %, and the most; all 0.0 of an empty sequence."""
    ordered = sorted(seconds)
    if not ordered:
        return {"p50": 0.0, "p90": 0.0, "p99": 0.0, "max": 0.0}
    places = {"p50": 0.50, "p90": 0.90, "p99": 0.99, "max": 1.0}
    last = len(ordered) - 1
    return {name: round(ordered[min(last, int(share * len(ordered)))] * 1000, 3) for name, share in places.items()}


class Score:
    """Kept per text, by its number from 0. The k-th reply to a phone belongs to the k-th text of that phone.

    Where exact losses and repeats count, give each text a phone of its own.
    """

    def __init__(self, count: int, phones: int) -> None:
        self.count = count
        self.phones = phones
        self.sent_at = array("d", bytes(8 * count))
        self.parts_left = bytearray(count)
        self.ack_seconds = array("d")
        self.reply_seconds = array("d")
        self.replies_of = [0] * phones
        self.refused: Counter[int] = Counter()
        self.heads: Counter[str] = Counter()
        self.sent = self.acked = self.resent = self.given_up = 0
        self.replies = self.duplicates = self.unmatched = 0
        self.submits = self.throttled = self.receipts = 0
        self.binds = self.losses = self.protocol_errors = 0
        self.first_sent = self.last_ack = self.last_reply = 0.0
        self.progress_at = 0.0
        self.destinations: set[bytes] = set()
        self.repeated = 0
        self.first_submit = self.last_submit = 0.0

    def acknowledged(self, text: int, now: float) -> None:
        """A part of a text was acknowledged."""
        left = self.parts_left[text] - 1
        self.parts_left[text] = left
        self.progress_at = now
        if not left:
            self.acked += 1
            self.last_ack = now
            self.ack_seconds.append(now - self.sent_at[text])

    def replied(self, phone: int, text: bytes, now: float) -> None:
        """A reply (its first part) reached a phone, by number."""
        place = self.replies_of[phone]
        self.replies_of[phone] = place + 1
        number = place * self.phones + phone
        if number >= self.count or not self.sent_at[number]:
            self.duplicates += 1
            return
        self.replies += 1
        self.last_reply = self.progress_at = now
        self.reply_seconds.append(now - self.sent_at[number])
        head = text[:12].split(b" ", 1)[0].decode("latin-1")
        if head in self.heads or len(self.heads) < _HEADS:
            self.heads[head] += 1

    def broadcast(self, digits: bytes, now: float) -> None:
        """A text that is not a reply reached a phone that is none of ours."""
        if digits in self.destinations:
            self.repeated += 1
            return
        self.destinations.add(digits)
        self.first_submit = self.first_submit or now
        self.last_submit = self.progress_at = now

    @property
    def complete(self) -> bool:
        """Whether every text has its acknowledgement and its reply."""
        return self.acked + self.given_up >= self.count and self.replies >= self.acked

    def report(self, end: str, cpu_seconds: float) -> dict[str, Any]:
        """Everything as JSON. `lost` are the texts that were acknowledged and have no reply."""
        ack_time = self.last_ack - self.first_sent
        reply_time = self.last_reply - self.first_sent
        submit_time = self.last_submit - self.first_submit
        return {
            "end": end,
            "texts": self.sent,
            "acked": self.acked,
            "unacked": self.sent - self.acked - self.given_up,
            "refused": {f"0x{status:02x}": number for status, number in sorted(self.refused.items())},
            "given_up": self.given_up,
            "resent": self.resent,
            "replies": self.replies,
            "lost": max(0, self.acked - self.replies),
            "duplicates": self.duplicates,
            "unmatched": self.unmatched,
            "submits": self.submits,
            "destinations": len(self.destinations),
            "repeated": self.repeated,
            "submits_per_s": round(len(self.destinations) / submit_time, 1) if submit_time > 0 else 0.0,
            "throttled": self.throttled,
            "receipts": self.receipts,
            "seconds": round(max(ack_time, reply_time, 0.0), 3),
            "acked_per_s": round(self.acked / ack_time, 1) if ack_time > 0 else 0.0,
            "replies_per_s": round(self.replies / reply_time, 1) if reply_time > 0 else 0.0,
            "ack_ms": percentiles(self.ack_seconds),
            "reply_ms": percentiles(self.reply_seconds),
            "reply_heads": dict(self.heads.most_common()),
            "binds": self.binds,
            "connections_lost": self.losses,
            "protocol_errors": self.protocol_errors,
            "driver_cpu_s": round(cpu_seconds, 2),
        }
