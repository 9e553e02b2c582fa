"""Sales on hold of a test's books: a dictionary, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from smsgw.business.core.decision import Record
from smsgw.business.sales.rules.holds import (
    OPEN,
    HoldBegun,
    HoldReasoned,
    HoldReminded,
    HoldSettled,
    HoldTold,
    SaleHold,
)


class DictHolds(dict[str, SaleHold]):
    """See `smsgw.business.sales.rules.holds.Holds`. `told` is who is told of one, `reminded` of which."""

    def __init__(self, ledger: Any) -> None:
        super().__init__()
        self.all = ledger
        self.told: list[HoldTold] = []
        self.reminded: list[str] = []

    def find(self, reference: str) -> SaleHold | None:
        return self.get(reference)

    def _open(self) -> list[SaleHold]:
        return [one for one in self.values() if one.state == OPEN]

    def open_of(self, imei: str, dealer: str) -> str | None:
        mine = [one for one in self._open() if one.dealer == dealer and imei in [line.imei for line in one.lines]]
        return mine[0].reference if mine else None

    def waiting(self, region: str | None) -> Sequence[str]:
        dealers, covers = self.all.dealers, self.all.directory.covers
        return [one.reference for one in self._open() if region is None or covers(region, dealers[one.holder])]

    def silent(self, until: datetime, limit: int) -> Sequence[str]:
        return [
            one.reference for one in self._open() if one.expires_at <= until and one.reference not in self.reminded
        ][:limit]

    def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        return [one.reference for one in self._open() if one.expires_at <= now][:limit]

    def book(self, record: Record) -> None:
        match record:
            case HoldBegun(hold):
                self[hold.reference] = hold
            case HoldReasoned(reference, reason, words, expires_at):
                self[reference] = replace(self[reference], reason=reason, words=words, expires_at=expires_at)
            case HoldReminded(reference):
                self.reminded.append(reference)
            case HoldSettled(reference, was, state):
                if self[reference].state != was:
                    raise AssertionError(f"{reference} is {self[reference].state}, not {was}")
                self[reference] = replace(self[reference], state=state)
            case HoldTold():
                self.told.append(record)
