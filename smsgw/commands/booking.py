"""What all bookings share: the business date they are for, and the shop's running totals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from smsgw.retail.decision import Reply
from smsgw.retail.ledger import Ledger
from smsgw.retail.model import Dealer
from smsgw.retail.times import week_start


def date_refused(on: date, today: date, books: Ledger) -> Reply | None:
    """The answer to a date that nothing can be booked for: one to come, or one long gone."""
    if on > today:
        return Reply("date_future", {"on": on})
    days = books.trade.back_days
    if (today - on).days > days:
        return Reply("date_old", {"on": on, "days": days})
    return None


def totals(books: Ledger, dealer: Dealer, today: date) -> tuple[int, int]:
    """The sets sold today and this week (Monday to today) as booked so far."""
    week = sum(books.sold(dealer.code, week_start(today), today).values())
    return sum(books.sold(dealer.code, today, today).values()), week


def sold_lately(books: Ledger, dealer: Dealer, today: date) -> Mapping[str, int]:
    """The sets sold in the last 30 days, by model: what a shop usually moves."""
    return books.sold(dealer.code, today - timedelta(days=30), today)


def with_new(sold: tuple[int, int], number: int, on: date, today: date) -> tuple[int, int]:
    """Totals with `number` more (or fewer) sets of the business date `on`."""
    day, week = sold
    if on == today:
        day += number
    if week_start(today) <= on <= today:
        week += number
    return day, week
