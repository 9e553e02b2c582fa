"""What a price cut would come to: of the sets that shops have now, by shop, before anybody hears of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, exists, func, select

from smsgw.business.directory.books.regions import Regions
from smsgw.business.directory.tables import dealer
from smsgw.business.prices.books import lists_of
from smsgw.business.prices.rules import ListKey, Price, lists_for, price_on
from smsgw.business.protection.rules.eligibility import BRINGS
from smsgw.business.protection.tables import price_plan
from smsgw.business.units.rules.states import IN_A_SHOP, IN_TRANSFER, SHIPPED
from smsgw.business.units.tables import activation, unit, unit_event
from smsgw.calendar.days import midnight


@dataclass(frozen=True, slots=True)
class Planned:
    """A cut as somebody plans it: a price of one list from a day on, for sets that shops have had for `days` at most
    (0: however long). Prices in minor units."""

    price: Price
    list: ListKey
    days: int

    @property
    def on(self) -> date:
        return self.price.valid_from


@dataclass(frozen=True, slots=True)
class Exposed:
    """What a cut comes to at one shop: `off` each set, `held` of them, `in_transit` on their way besides, and `too_old`
    ones for which nothing is due. Minor units."""

    dealer: str
    region: str
    currency: str
    off: int
    held: int
    in_transit: int
    too_old: int

    @property
    def amount(self) -> int:
        return self.off * self.held

    @property
    def with_transit(self) -> int:
        return self.off * (self.held + self.in_transit)


def exposure(
    connection: Connection, planned: Planned, tree: Regions, shops: Collection[str] | None = None
) -> list[Exposed]:
    """What a cut comes to at every shop that it is for, or at these alone, by what they have now; by their codes.

    Sets that are in use already are none of them.
    """
    model, key = planned.price.model, planned.list
    lists = {of: list(rows) for of, rows in lists_of(connection, [model]).get(model, {}).items()}
    lists[key] = [row for row in lists.get(key, []) if row.valid_from != planned.on] + [planned.price]
    sets = _sets(connection, model, shops)
    row = dealer.c
    wanted = select(row.code, row.region, row.tier, row.currency, row.timezone).where(row.code.in_(sorted(sets)))
    found = []
    for shop in connection.execute(wanted.order_by(row.code)):
        off = _off(lists, lists_for(shop.code, tree.above(shop.region), shop.tier), planned.on, shop.currency)
        if off <= 0:
            continue
        zone = shop.timezone or tree.zone(shop.region)
        found.append(_exposed(shop, off, sets[shop.code], planned, zone))
    return found


def planned_cut(
    connection: Connection, model: str, key: ListKey | None = None, on: date | None = None
) -> list[Planned]:
    """The cuts of a model that are planned, of one list or from one day alone, the one that begins last first."""
    plan = price_plan.c
    wanted = select(price_plan).where(plan.model == model).order_by(plan.valid_from.desc(), plan.used_for, plan.code)
    if key is not None:
        wanted = wanted.where(plan.used_for == key[0], plan.code == key[1])
    if on is not None:
        wanted = wanted.where(plan.valid_from == on.isoformat())
    return [
        Planned(
            Price(row.model, row.dealer_price, row.retail_price, row.currency, date.fromisoformat(row.valid_from)),
            (row.used_for, row.code),
            row.days,
        )
        for row in connection.execute(wanted)
    ]


def _off(lists: Mapping[ListKey, Sequence[Price]], keys: Sequence[ListKey], on: date, currency: str) -> int:
    before, after = price_on(lists, keys, on - timedelta(days=1)), price_on(lists, keys, on)
    if before is None or after is None or before.currency != currency or after.currency != currency:
        return 0
    return before.dealer_price - after.dealer_price


def _sets(connection: Connection, model: str, shops: Collection[str] | None) -> dict[str, list[tuple[str, int]]]:
    """By shop, the state of each set of a model for sale there and since when it has it (milliseconds)."""
    in_use = exists(select(activation.c.imei).where(activation.c.imei == unit.c.imei))
    brought = and_(unit_event.c.imei == unit.c.imei, unit_event.c.kind.in_(sorted(BRINGS)))
    wanted = (
        select(unit.c.holder, unit.c.state, func.max(unit_event.c.happened_at))
        .join(unit_event, brought)
        .where(unit.c.model == model, unit.c.state.in_((*IN_A_SHOP, IN_TRANSFER)), unit.c.holder.is_not(None), ~in_use)
        .group_by(unit.c.imei, unit.c.holder, unit.c.state)
    )
    if shops is not None:
        wanted = wanted.where(unit.c.holder.in_(sorted(shops)))
    found: dict[str, list[tuple[str, int]]] = {}
    for holder, state, since in connection.execute(wanted):
        found.setdefault(holder, []).append((state, int(since)))
    return found


def _exposed(shop: Any, off: int, sets: Sequence[tuple[str, int]], planned: Planned, zone: str) -> Exposed:
    cut = midnight(planned.on, zone)
    oldest = midnight(planned.on - timedelta(days=planned.days), zone) if planned.days else None
    held = in_transit = too_old = 0
    for state, since in sets:
        if since >= cut:
            continue
        if oldest is not None and since < oldest:
            too_old += 1
        elif state == SHIPPED:
            in_transit += 1
        else:
            held += 1
    return Exposed(shop.code, shop.region, shop.currency, off, held, in_transit, too_old)
