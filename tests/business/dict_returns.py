"""Returns of a test's books: a dictionary, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from smsgw.business.returns.rules import states
from smsgw.business.returns.rules.cases import ReturnArrived, ReturnCase, ReturnReasoned, ReturnSettled, ReturnTold
from smsgw.business.returns.rules.reasons import Reason, reasons


class DictReturns(dict[str, ReturnCase]):
    """See `smsgw.business.returns.rules.cases.Returns`. `told` is who is told of what became of one."""

    def __init__(self, ledger: Any) -> None:
        super().__init__()
        self.all = ledger
        self.told: list[ReturnTold] = []
        self.credits: dict[str, int] = {}
        self.by_sale: dict[tuple[str, str], str] = {}  # sale and IMEI: the return that took the line back

    def find(self, reference: str) -> ReturnCase | None:
        return self.get(reference)

    def of_unit(self, imei: str) -> str | None:
        mine = [one for one in self.values() if one.state != states.UNDONE and imei in [s.imei for s in one.lines]]
        return mine[-1].reference if mine else None

    def replaced(self, imei: str) -> str | None:
        return next((line.imei for one in self.values() for line in one.lines if line.replaced_by == imei), None)

    def swaps(self, imei: str) -> Mapping[str, str]:
        pairs = [(one.reference, s.imei, s.replaced_by) for one in self.values() for s in one.lines if s.replaced_by]
        return {reference: new if old == imei else old for reference, old, new in pairs if imei in (old, new)}

    def shipped(self, shipment: str, dealer: str) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for imei, trail in self.all.events.items():
            if any((e.reference, e.dealer, e.kind) == (shipment, dealer, "shipped") for e in trail):
                model = self.all.units[imei].model
                found[model] = found.get(model, 0) + 1
        return found

    def ordered_price(self, shipment: str, dealer: str, model: str) -> int | None:
        return None

    def waiting(self, region: str | None) -> Sequence[str]:
        return [
            one.reference
            for one in sorted(self.values(), key=lambda one: (one.due_on, int(one.reference[1:])))
            if one.state == states.OPEN
            and (region is None or self.all.directory.covers(region, self.all.dealers[one.dealer]))
        ]

    def reasons(self) -> Mapping[int, Reason]:
        return reasons(())

    def settle(self, record: ReturnSettled) -> None:
        was = self[record.reference]
        if was.state != states.OPEN:
            raise AssertionError(f"{record.reference} is settled twice")
        new = dict(record.replacements)
        lines = tuple(replace(line, replaced_by=new.get(line.imei)) for line in was.lines)
        self[record.reference] = replace(was, state=record.state, lines=lines)
        self.credits[record.reference] = sum(amount for _, amount in record.credits)

    def arrive(self, record: ReturnArrived) -> None:
        was = self[record.reference]
        lines = tuple(replace(s, depot=record.depot) if s.imei in record.imeis else s for s in was.lines)
        self[record.reference] = replace(was, lines=lines)

    def reason(self, record: ReturnReasoned) -> None:
        self[record.reference] = replace(self[record.reference], reason=record.reason)
