"""What people do with price cuts: plan one and see what it would come to, list them, announce one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Connection, select, update

from smsgw.business import registry
from smsgw.business.core.rights import Right
from smsgw.business.core.session import Session, action
from smsgw.business.core.trade import Trade
from smsgw.business.directory.books.regions import Regions, regions
from smsgw.business.directory.tables import dealer as dealers
from smsgw.business.directory.tables import tier as tiers
from smsgw.business.prices.books import PriceRow, lists_of, put_prices
from smsgw.business.prices.rules import EVERYBODYS, FOR_DEALER, FOR_REGION, FOR_TIER, ListKey, Price, price_on
from smsgw.business.protection.books.exposure import Exposed, Planned, exposure, planned_cut
from smsgw.business.protection.tables import price_plan
from smsgw.errors import CONFLICT, NOT_FOUND, refuse
from smsgw.store.instants import iso
from smsgw.store.upserts import upsert
from smsgw.tables import fields
from smsgw.values.money import decimal


class Desk(Protocol):
    """The books of the transaction in which a cut is announced."""

    @property
    def connection(self) -> Connection: ...

    @property
    def trade(self) -> Trade: ...


@action(Right.PLAN_PRICES)
def plan_cut(
    session: Session, model: str, price: str, on: date, key: ListKey = EVERYBODYS, retail: str | None = None
) -> dict[str, Any]:
    """Keep that a model is to cost less on a list from a day on, and say what that comes to at every shop by what it
    has now, as `smsgw price plan --json` prints it. Nobody else hears of it. Raises Refused.

    The same list and day planned again replaces the plan, until it is announced.
    """
    connection = session.connection
    tree = regions(connection, session.trade.timezone)
    _check_list(connection, key, tree)
    known = lists_of(connection, [model]).get(model)
    if known is None:
        refuse(f"there is no model {model} with a price; `smsgw import prices` brings them", NOT_FOUND)
    if on <= session.today:
        refuse(f"{on} has begun; a price is never changed once it is in force, so plan from a later day")
    now = price_on(known, (key, EVERYBODYS), on)
    if now is None:
        refuse(f"{model} costs nobody anything on {on}", NOT_FOUND)
    try:
        dealer_price = fields.money(price, now.currency)
        retail_price = fields.money(retail, now.currency) if retail is not None else now.retail_price
    except fields.BadCell as bad:
        refuse(str(bad))
    if dealer_price > retail_price:
        refuse(f"{price} is more than the retail price, {decimal(retail_price, now.currency)}; say --retail too")
    row = price_plan.c
    where = (row.model == model, row.used_for == key[0], row.code == key[1], row.valid_from == on.isoformat())
    if connection.scalar(select(row.announced_at).where(*where)) is not None:
        refuse(f"the cut of {model} on {on} is announced already", CONFLICT)
    planned = Planned(Price(model, dealer_price, retail_price, now.currency, on), key, session.trade.protection_days)
    found = exposure(connection, planned, tree)
    values = {
        "model": model,
        "used_for": key[0],
        "code": key[1],
        "valid_from": on.isoformat(),
        "dealer_price": dealer_price,
        "retail_price": retail_price,
        "currency": now.currency,
        "planned_at": session.now,
        "planned_by": session.who,
        "days": planned.days,
    }
    upsert(connection, price_plan, [values], ("model", "used_for", "code", "valid_from"))
    told = _told(planned, found)
    session.record("price planned", model, {"from": on.isoformat(), "price": told["price"], "for": told["for"]})
    return told


@action(Right.PLAN_PRICES)
def announce_cut(session: Session, books: Desk, model: str, on: date, key: ListKey = EVERYBODYS) -> dict[str, Any]:
    """Put a planned price on its list: PRICE tells it from now on, and it holds from its day; what it comes to now.
    Raises Refused.
    """
    found = planned_cut(books.connection, model, key, on)
    if not found:
        refuse(f"no cut of {model} on {on} is planned; `smsgw price plan` plans one", NOT_FOUND)
    planned = found[0]
    row = price_plan.c
    where = (row.model == model, row.used_for == key[0], row.code == key[1], row.valid_from == on.isoformat())
    if books.connection.scalar(select(row.announced_at).where(*where)) is not None:
        refuse(f"the cut of {model} on {on} is announced already", CONFLICT)
    if on <= session.today:
        refuse(f"{on} has begun; plan the cut from a later day", CONFLICT)
    named = dict([key])
    price = PriceRow(
        model,
        named.get(FOR_TIER, ""),
        planned.price.dealer_price,
        planned.price.retail_price,
        planned.price.currency,
        on,
        named.get(FOR_REGION, ""),
        named.get(FOR_DEALER, ""),
    )
    put_prices(books.connection, [price])
    registry.tell("priced", books, [price.key], session.at)
    books.connection.execute(
        update(price_plan).where(*where).values(announced_at=session.now, announced_by=session.who)
    )
    told = _told(planned, exposure(books.connection, planned, regions(books.connection, books.trade.timezone)))
    session.record("price announced", model, {"from": on.isoformat(), "price": told["price"], "for": told["for"]})
    return told


@action(Right.PLAN_PRICES)
def list_cuts(session: Session) -> list[dict[str, Any]]:
    """Every planned cut, the one that begins last first, as `smsgw price list --json` has them."""
    row = price_plan.c
    return [
        {
            "model": found.model,
            "from": found.valid_from,
            "for": f"{found.used_for} {found.code}".strip() or "everybody",
            "price": decimal(found.dealer_price, found.currency),
            "retail_price": decimal(found.retail_price, found.currency),
            "currency": found.currency,
            "planned_at": iso(found.planned_at),
            "planned_by": found.planned_by,
            "announced_at": iso(found.announced_at),
            "announced_by": found.announced_by,
        }
        for found in session.connection.execute(
            select(price_plan).order_by(row.valid_from.desc(), row.model, row.used_for, row.code)
        )
    ]


def _check_list(connection: Connection, key: ListKey, tree: Regions) -> None:
    kind, code = key
    known = {
        FOR_DEALER: lambda: connection.scalar(select(dealers.c.code).where(dealers.c.code == code)) is not None,
        FOR_REGION: lambda: code in tree.places,
        FOR_TIER: lambda: connection.scalar(select(tiers.c.code).where(tiers.c.code == code)) is not None,
    }
    if kind in known and not known[kind]():
        refuse(f"there is no {kind} {code}", NOT_FOUND)


def _told(planned: Planned, found: Sequence[Exposed]) -> dict[str, Any]:
    price = planned.price
    by_region: dict[tuple[str, str], list[Exposed]] = {}
    for each in found:
        by_region.setdefault((each.region, each.currency), []).append(each)
    return {
        "model": price.model,
        "from": planned.on.isoformat(),
        "for": " ".join(planned.list).strip() or "everybody",
        "price": decimal(price.dealer_price, price.currency),
        "retail_price": decimal(price.retail_price, price.currency),
        "currency": price.currency,
        "dealers": [
            {"dealer": each.dealer, "off": decimal(each.off, each.currency), **_sums([each], each.currency)}
            for each in found
        ],
        "regions": [
            {"region": region, **_sums(several, currency)} for (region, currency), several in sorted(by_region.items())
        ],
        "total": _sums(found, price.currency),
    }


def _sums(found: Sequence[Exposed], currency: str) -> dict[str, Any]:
    return {
        "held": sum(each.held for each in found),
        "in_transit": sum(each.in_transit for each in found),
        "too_old": sum(each.too_old for each in found),
        "amount": decimal(sum(each.amount for each in found), currency),
        "with_transit": decimal(sum(each.with_transit for each in found), currency),
        "currency": currency,
    }
