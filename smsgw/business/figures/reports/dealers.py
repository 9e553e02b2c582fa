"""A dealer as it is shown: stock, sales and account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from smsgw.business.core.showing import Asked, Shown
from smsgw.business.directory.tables import dealer, region
from smsgw.business.orders.books import balance
from smsgw.business.sales.tables import sales_day
from smsgw.business.stock.tables import stock_level
from smsgw.calendar.days import business_date, month_start, week_start
from smsgw.store.driver import Driver
from smsgw.values.money import decimal


def show_dealer(connection: Connection, code: str, now: datetime, timezone: str) -> dict[str, Any] | None:
    """A dealer's stock, sales (today, this week from Monday, this month) and account; None where there is none.

    `timezone` is the deployment's, for dealers and regions without one.
    """
    found = connection.execute(select(dealer).where(dealer.c.code == code)).first()
    if found is None:
        return None
    today = business_date(now, found.timezone or _zone(connection, found.region) or timezone)
    levels = connection.execute(
        select(stock_level.c.model, stock_level.c.quantity)
        .where(stock_level.c.dealer == code)
        .order_by(stock_level.c.model)
    )
    stock = {model: quantity for model, quantity in levels}  # noqa: C416 - a row is not a pair to a type checker

    def sold(since: str) -> int:
        return int(
            connection.scalar(
                select(func.coalesce(func.sum(sales_day.c.quantity), 0)).where(
                    sales_day.c.dealer == code, sales_day.c.sold_on.between(since, today.isoformat())
                )
            )
            or 0
        )

    return {
        "code": found.code,
        "name": found.name,
        "region": found.region,
        "tier": found.tier,
        "stock": stock,
        "sold": {
            "today": sold(today.isoformat()),
            "week": sold(week_start(today).isoformat()),
            "month": sold(month_start(today).isoformat()),
        },
        "balance": _money(connection, code, found.currency, found.credit_limit, today),
    }


def _zone(connection: Connection, code: str | None) -> str | None:
    """The time zone of a region, else of the one it lies in."""
    seen: set[str] = set()
    while code and code not in seen:
        seen.add(code)
        found = connection.execute(select(region.c.timezone, region.c.parent).where(region.c.code == code)).first()
        if found is None:
            return None
        if found.timezone:
            return str(found.timezone)
        code = found.parent
    return None


def _money(connection: Connection, code: str, currency: str, limit: int, today: date) -> dict[str, str]:
    found = balance(Driver(connection).ask, code, currency, today)
    lent: dict[str, str] = {}
    if found.lent_until is not None:
        lent = {"lent": decimal(found.lent, currency), "lent_until": found.lent_until.isoformat()}
    return {
        "currency": currency,
        "owed": decimal(found.owed, currency),
        "limit": decimal(limit, currency),
        "open_orders": decimal(found.open_orders, currency),
        "free": decimal(limit + found.lent - found.owed - found.open_orders, currency),
        "overdue": decimal(found.overdue, currency),
        **lent,
    }


def _find(connection: Connection, asked: Asked) -> dict[str, Any] | None:
    return show_dealer(connection, asked.key.upper(), asked.now, asked.timezone)


SHOWN = {"dealer": Shown("A dealer: stock, sales, balance.", "CODE", _find)}
