"""IMEIs that come later: sets told by IMEI which a shop may have sold by number before are not sold twice."""

from __future__ import annotations

from typing import TypeAlias

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Record
from smsgw.business.core.reply import Reply
from smsgw.business.directory.rules import Dealer
from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.business.sales.rules.lines import Wanting
from smsgw.business.units.rules.sets_named import Sets

# By IMEI: the sale by number that lacks it.
Filling: TypeAlias = dict[str, Wanting]


def filling(command: Command, good: Sets, dealer: Dealer, books: SalesBooks) -> Filling:
    """Which of these sets may be some that the shop sold by number, the oldest such sale first; mostly none.

    A set dated by its text is one of that day's sales only, and one told for a sale (`command.reference`) of it first.
    """
    wanting = books.sales.wanting(dealer.code)
    if not wanting:
        return {}
    if command.on is not None:
        wanting = [line for line in wanting if line.on == command.on]
    wanting = sorted(wanting, key=lambda line: line.reference != command.reference)
    missing = {(line.reference, line.model): line.missing for line in wanting}
    found: Filling = {}
    for imei, (model, _) in good.items():
        for line in wanting:
            if line.model == model and missing[line.reference, model] > 0:
                missing[line.reference, model] -= 1
                found[imei] = line
                break
    return found


def reverse(reference: str, books: SalesBooks) -> list[Record] | Reply:
    """Nothing more to take back of a sale; a sale by number whose IMEIs have come stands until those are taken back."""
    by = books.sales.filled_by(reference)
    return [] if by is None else Reply("undo_filled", {"reference": reference, "by": by})
