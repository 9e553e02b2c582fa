"""What the command line shows of units, dealers, orders and totals, as plain values that become JSON."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Connection

from smsgw.business.directory.tables import contact, dealer, region
from smsgw.business.messages.reports import messages, show_message
from smsgw.business.messages.tables import IN_STATES, OUT_STATES, message_in, message_out
from smsgw.business.orders.books import balance
from smsgw.business.orders.rules import APPROVED, CONFIRMED, REJECTED, STATES
from smsgw.business.orders.tables import order_event, order_line, sales_order
from smsgw.business.sales.tables import sale_line, sales_day
from smsgw.business.stock.tables import stock_level
from smsgw.business.units.rules.states import UNIT_STATES
from smsgw.business.units.tables import unit, unit_event
from smsgw.calendar.days import business_date, month_start, week_start
from smsgw.store.driver import Driver
from smsgw.store.instants import iso
from smsgw.values.money import decimal

__all__ = ["messages", "show_dealer", "show_message", "show_order", "show_unit", "stats"]


def show_unit(connection: Connection, imei: str) -> dict[str, Any] | None:
    """A unit by its first or second IMEI, with its trail; None where there is none."""
    found = connection.execute(select(unit).where(or_(unit.c.imei == imei, unit.c.imei2 == imei))).first()
    if found is None:
        return None
    events = connection.execute(select(unit_event).where(unit_event.c.imei == found.imei).order_by(unit_event.c.seq))
    return {
        "imei": found.imei,
        "model": found.model,
        "state": found.state,
        "holder": found.holder,
        "origin": found.origin,
        "imei2": found.imei2,
        "events": [
            {
                "at": iso(event.happened_at),
                "kind": event.kind,
                "dealer": event.dealer,
                "reference": event.reference,
                "message": event.message,
            }
            for event in events
        ],
    }


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
    return {
        "currency": currency,
        "owed": decimal(found.owed, currency),
        "limit": decimal(limit, currency),
        "open_orders": decimal(found.open_orders, currency),
        "free": decimal(limit - found.owed - found.open_orders, currency),
        "overdue": decimal(found.overdue, currency),
    }


def show_order(connection: Connection, reference: str) -> dict[str, Any] | None:
    """An order with its lines, and who decided it where it waited for approval; None where there is none."""
    found = connection.execute(select(sales_order).where(sales_order.c.reference == reference)).first()
    if found is None:
        return None
    lines = connection.execute(
        select(order_line).where(order_line.c.order_reference == reference).order_by(order_line.c.line)
    )
    return {
        "reference": found.reference,
        "dealer": found.dealer,
        "state": found.state,
        "lines": [
            {
                "model": line.model,
                "quantity": line.quantity,
                "price": decimal(line.price, found.currency),
                "shipped": line.shipped,
            }
            for line in lines
        ],
        "total": decimal(found.total, found.currency),
        "currency": found.currency,
        "at": iso(found.created_at),
        **_decided(connection, reference),
    }


def _decided(connection: Connection, reference: str) -> dict[str, Any]:
    """The step that followed when an order waited for approval, unless the dealer took it back."""
    steps = connection.execute(
        select(order_event.c.state, order_event.c.happened_at, order_event.c.why, contact.c.name)
        .outerjoin(contact, contact.c.id == order_event.c.contact)
        .where(order_event.c.order_reference == reference)
        .order_by(order_event.c.seq)
    ).all()
    for before, after in pairwise(steps):
        if before.state == CONFIRMED and after.state in (APPROVED, REJECTED):
            decided = {"state": after.state, "at": iso(after.happened_at), "by": after.name, "why": after.why}
            return {"decided": decided}
    return {}


def stats(connection: Connection) -> dict[str, Any]:
    """How many texts, units and orders there are in each state, and how many live sale lines."""

    def by_state(table: Any, states: tuple[str, ...]) -> dict[str, int]:
        counted = dict.fromkeys(states, 0)
        for state, number in connection.execute(select(table.c.state, func.count()).group_by(table.c.state)):
            counted[state] = number
        return counted

    sales = connection.scalar(select(func.count()).select_from(sale_line).where(sale_line.c.reversed_at.is_(None)))
    return {
        "inbound": by_state(message_in, IN_STATES),
        "outbound": by_state(message_out, OUT_STATES),
        "sales": sales,
        "units": by_state(unit, UNIT_STATES),
        "orders": by_state(sales_order, STATES),
    }
