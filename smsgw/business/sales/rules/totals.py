"""What all bookings share: the business date they are for, and the shop's running totals."""

from __future__ import annotations

from datetime import date

from smsgw.business.directory.rules import Dealer
from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.calendar.days import week_start


def totals(books: SalesBooks, dealer: Dealer, today: date) -> tuple[int, int]:
    """The sets sold today and this week (Monday to today) as booked so far."""
    return books.sales.sold_this_week(dealer.code, today, week_start(today))


def with_new(sold: tuple[int, int], number: int, on: date, today: date) -> tuple[int, int]:
    """Totals with `number` more (or fewer) sets of the business date `on`."""
    day, week = sold
    if on == today:
        day += number
    if week_start(today) <= on <= today:
        week += number
    return day, week
