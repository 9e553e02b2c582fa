"""Stock-takes of a test's books: dictionaries, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from smsgw.business.core.decision import Record
from smsgw.business.counts.rules import (
    OPEN,
    UNDECIDED,
    UNDONE,
    Count,
    CountDecided,
    Counted,
    CountList,
    CountTold,
    Listed,
    ListEnded,
    ListOpened,
    SetsListed,
)

if TYPE_CHECKING:
    from tests.business.dict_ledger import DictLedger


class DictCounts:
    """See `smsgw.business.counts.rules.Counts`. `told` is who is told of what became of one."""

    def __init__(self, ledger: DictLedger) -> None:
        self.all = ledger
        self.lists: dict[str, CountList] = {}
        self.sets: dict[str, dict[str, datetime]] = {}
        self.counts: dict[str, Count] = {}
        self.told: list[CountTold] = []

    def open_list(self, dealer: str) -> CountList | None:
        return next((one for one in self.lists.values() if (one.dealer, one.state) == (dealer, OPEN)), None)

    def open_list_of(self, phone: str) -> CountList | None:
        mine = [one for one in self.lists.values() if (one.phone, one.state) == (phone, OPEN)]
        return max(mine, key=lambda one: one.opened_at, default=None)

    def list(self, reference: str) -> CountList | None:
        return self.lists.get(reference)

    def listed(self, reference: str, imeis: Iterable[str] | None = None) -> Sequence[Listed]:
        known = self.sets[reference]
        wanted = sorted(known) if imeis is None else [imei for imei in imeis if imei in known]
        return [Listed(imei, known[imei]) for imei in wanted]

    def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        return [one.reference for one in self.lists.values() if one.state == OPEN and one.expires_at <= now][:limit]

    def find(self, reference: str) -> Count | None:
        found = self.counts.get(reference)
        if found is None:
            return None
        return replace(found, lines=tuple(line for line in self.all.count_lines if line.reference == reference))

    def undecided(self, region: str | None) -> Sequence[str]:
        return [
            one.reference
            for one in self.counts.values()
            if one.state in UNDECIDED
            and (region is None or self.all.directory.covers(region, self.all.dealers[one.dealer]))
        ]

    def book(self, record: Record, phone: str | None) -> None:
        match record:
            case ListOpened(reference, dealer, expires):
                if self.open_list(dealer) is not None:
                    raise AssertionError(f"{dealer} has two open lists")
                self.lists[reference] = CountList(reference, dealer, phone, OPEN, self.all.now, expires, 0)
                self.sets[reference] = {}
            case SetsListed(reference, imeis, expires):
                known = self.sets[reference]
                for imei in imeis:
                    known.setdefault(imei, self.all.now)
                self.lists[reference] = replace(self.lists[reference], expires_at=expires, sets=len(known))
            case ListEnded(reference, state, result):
                was = self.lists[reference]
                if was.state != OPEN:
                    raise AssertionError(f"{reference} is ended twice")
                self.lists[reference] = replace(was, state=state, result=result)
            case Counted(reference, dealer, state, sets, _):
                self.counts[reference] = Count(reference, dealer, state, (), sets)
            case CountDecided(reference, state, _, _):
                if self.counts[reference].state not in UNDECIDED:
                    raise AssertionError(f"{reference} is decided twice")
                self.counts[reference] = replace(self.counts[reference], state=state)
            case CountTold():
                self.told.append(record)

    def undo(self, reference: str) -> None:
        if reference in self.counts:
            self.counts[reference] = replace(self.counts[reference], state=UNDONE)
