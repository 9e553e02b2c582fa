"""Brakes: a sale by quantity that is far beyond what a shop holds, or beyond what it ever sold, is asked back."""

from __future__ import annotations

from datetime import date, timedelta

from smsgw.business.sales.rules.ledger import SalesBooks
from smsgw.business.stock.rules import sold_lately


def unusual(model: str, quantity: int, book: int, *, dealer: str, today: date, books: SalesBooks) -> bool:
    """Whether so many sets of a model are asked back before they are booked as sold.

    They are where the book would fall more than `beyond_book_unasked` sets below zero and the shop sold no more in 30
    days than what is missing; and where they are more than `sale_unasked` and than the shop sold in all the time for
    which a sale may be dated back. A small number costs two comparisons.
    """
    trade = books.trade
    missing = quantity - max(book, 0)
    if missing > trade.beyond_book_unasked and missing > sold_lately(books, dealer, today).get(model, 0):
        return True
    if quantity <= trade.sale_unasked:
        return False
    ever = books.sales.sold(dealer, today - timedelta(days=trade.back_days), today)
    return quantity > ever.get(model, 0)
