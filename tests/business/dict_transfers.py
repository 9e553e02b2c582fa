"""Transfers of a test's books: a dictionary, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from smsgw.business.transfers.rules import OPEN, Transfer, TransferSettled, TransferTold


class DictTransfers(dict[str, Transfer]):
    """See `smsgw.business.transfers.rules.Transfers`. `told` is who is told of what became of one."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[TransferTold] = []

    def find(self, reference: str) -> Transfer | None:
        return self.get(reference)

    def waiting(self, receiver: str, now: datetime) -> Sequence[str]:
        return [
            one.reference
            for one in self.values()
            if one.receiver == receiver and one.state == OPEN and one.expires_at > now
        ]

    def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        return [one.reference for one in self.values() if one.state == OPEN and one.expires_at <= now][:limit]

    def settle(self, record: TransferSettled) -> None:
        was = self[record.reference]
        if was.state != OPEN:
            raise AssertionError(f"{record.reference} is settled twice")
        self[record.reference] = replace(was, state=record.state)
