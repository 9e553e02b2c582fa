"""Receipts of a test's books: a dictionary, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smsgw.business.receipts.rules.arrivals import Receipt, Sent
from smsgw.business.units.rules.states import events_in_force

if TYPE_CHECKING:
    from tests.business.dict_ledger import DictLedger


class DictReceipts(dict[str, Receipt]):
    """See `smsgw.business.receipts.rules.arrivals.Receipts`."""

    def __init__(self, ledger: DictLedger) -> None:
        super().__init__()
        self.all = ledger

    def find(self, reference: str) -> Receipt | None:
        return self.get(reference)

    def sent(self, dealer: str, shipments: Sequence[str]) -> Sequence[Sent]:
        found = []
        for imei in sorted(self.all.events):
            standing = events_in_force(self.all.events[imei])
            for place, event in enumerate(standing):
                if event.kind == "shipped" and event.dealer == dealer and event.reference in shipments:
                    unit = self.all.units[imei]
                    told = any(later.reference in self for later in standing[place:])
                    found.append(Sent(imei, unit.model, unit.state, unit.holder, event.reference or "", told))
        return found
