"""Payments that shops told of, of a test's books: a dictionary, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from smsgw.business.payments.rules import MATCHED, OPEN, REJECTED, UNDONE, Advice, AdviceSettled, AdviceTold, Received

if TYPE_CHECKING:
    from tests.business.dict_ledger import DictLedger


class DictPayments(dict[str, Advice]):
    """See `smsgw.business.payments.rules.Payments`. `told` is who is told of one."""

    def __init__(self, ledger: DictLedger) -> None:
        super().__init__()
        self.all = ledger
        self.told: list[AdviceTold] = []

    def find(self, reference: str) -> Advice | None:
        return self.get(reference)

    def waiting(self, region: str | None) -> Sequence[str]:
        return [
            one.reference
            for one in self.values()
            if one.state == OPEN and (region is None or self.all.directory.covers(region, self.all.dealers[one.dealer]))
        ]

    def same(self, dealer: str, amount: int, slip: str | None, paid_on: date) -> str | None:
        for one in self.values():
            alike = (one.dealer, one.amount, one.slip) == (dealer, amount, slip)
            if alike and one.state not in (REJECTED, UNDONE) and (slip is not None or one.paid_on == paid_on):
                return one.reference
        return None

    def matched_to(self, dealer: str, payment: str) -> str | None:
        found = (one for one in self.values() if (one.dealer, one.payment, one.state) == (dealer, payment, MATCHED))
        return next((one.reference for one in found), None)

    def candidates(self, advice: Advice, days: int) -> Sequence[Received]:
        sums: dict[str, int] = {}
        came: dict[str, datetime] = {}
        for at, leg in zip(self.all.posted_at, self.all.postings, strict=True):
            if (leg.dealer, leg.account, leg.kind) == (advice.dealer, "cash", "payment"):
                sums[leg.reference] = sums.get(leg.reference, 0) + leg.amount
                came.setdefault(leg.reference, at)
        return [
            Received(reference, came[reference])
            for reference, amount in sums.items()
            if amount == advice.amount
            and abs((came[reference].date() - advice.paid_on).days) <= days
            and self.matched_to(advice.dealer, reference) is None
        ]

    def settle(self, record: AdviceSettled) -> None:
        was = self[record.reference]
        assert was.state == OPEN, f"{record.reference} is settled twice"
        self[record.reference] = replace(was, state=record.state, payment=record.payment, why=record.why)
