"""Sets that are lost, wherever they were, and found again: what it books of the set and of the shop's stock."""

from __future__ import annotations

from smsgw.business.core.decision import Record
from smsgw.business.core.trade import Trade
from smsgw.business.stock import rules as stock
from smsgw.business.stock.rules import Level, StockMoved
from smsgw.business.units.rules import states as units
from smsgw.business.units.rules.states import Unit, UnitMoved


def lose(unit: Unit, level: Level, trade: Trade) -> list[Record]:
    """The records by which a set is lost; `level` is what its shop holds of the model. Raises IllegalMove.

    Where the book has fewer sets than are known by IMEI, one of them was told to be short before, and is this one: the
    book stays. Else it has one set less.
    """
    records: list[Record] = [_moved(unit, units.KIND_LOST, unit.holder)]
    if unit.holder is not None and units.in_stock(unit.state, trade):
        short_already = level.quantity < level.units
        taken = 0 if short_already else -1
        records.append(StockMoved(unit.holder, unit.model, taken, -1, stock.LOST, unit.imei))
    return records


def find_in_shop(unit: Unit, dealer: str) -> list[Record]:
    """The records by which a lost set is in a shop's stock. Raises IllegalMove."""
    return [
        _moved(unit, units.KIND_FOUND, dealer),
        StockMoved(dealer, unit.model, 1, 1, stock.FOUND, unit.imei),
    ]


def find_in_depot(unit: Unit, depot: str) -> list[Record]:
    """The record by which a lost set lies in a depot. Raises IllegalMove."""
    return [_moved(unit, units.KIND_ARRIVED, depot)]


def _moved(unit: Unit, kind: str, place: str | None) -> UnitMoved:
    """No booking stands behind it: the set itself is its reference."""
    state, holder = units.move(unit.state, unit.holder, kind, place)
    return UnitMoved(unit.imei, unit.model, kind, place, state, holder, unit.origin, unit.imei)
