"""Claims of a test's books: a dictionary, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from smsgw.business.protection.rules import states
from smsgw.business.protection.rules.claims import Claim, ClaimSettled, ClaimTold


class DictProtection(dict[str, Claim]):
    """See `smsgw.business.protection.rules.claims.Protection`. `told` is who is told of what became of one."""

    def __init__(self, ledger: Any) -> None:
        super().__init__()
        self.all = ledger
        self.told: list[ClaimTold] = []
        self.planners: dict[tuple[str, date], str] = {}

    def find(self, reference: str) -> Claim | None:
        return self.get(reference)

    def claimed(self, imei: str, cut_on: date) -> str | None:
        return next(
            (
                one.reference
                for one in self.values()
                if one.state in states.LIVE and one.cut_on == cut_on and imei in one.imeis
            ),
            None,
        )

    def sold_on(self, imei: str, references: Sequence[str]) -> Mapping[str, date]:
        return {reference: self.all.headers[reference].on for reference in references if reference in self.all.headers}

    def candidates(self, dealer: str, since: datetime) -> Mapping[str, str]:
        """Every set that was ever at the shop: what it is not protected for is said of each."""
        return {
            imei: self.all.units[imei].model
            for imei, trail in self.all.events.items()
            if any(event.dealer == dealer for event in trail)
        }

    def planned_by(self, model: str, on: date) -> Sequence[str]:
        who = self.planners.get((model, on))
        return [who] if who is not None else []

    def waiting(self, region: str | None) -> Sequence[str]:
        return [
            one.reference
            for one in self.values()
            if one.state == states.OPEN
            and (region is None or self.all.directory.covers(region, self.all.dealers[one.dealer]))
        ]

    def settle(self, record: ClaimSettled) -> None:
        self[record.reference] = replace(self[record.reference], state=record.state)
