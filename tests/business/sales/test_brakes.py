"""A sale far beyond the book, or beyond what the shop ever sold, is asked back; one that is usual is booked."""

from __future__ import annotations

from datetime import date

import pytest

from smsgw.business.core.command import Command
from smsgw.business.core.trade import Trade
from tests.business.dict_ledger import OWNER, DictLedger, sample
from tests.business.say import items, keys, say


def booked(books: DictLedger, model: str, quantity: int, **more: object) -> bool:
    """Whether a sale is booked without a question."""
    return keys(say(books, OWNER, items("sale", (model, quantity), **more))) != ["absurd_sale"]


def counted(quantity: int) -> DictLedger:
    """A shop with so many A350 in its book and nothing sold yet."""
    books = sample()
    say(books, OWNER, items("count", ("A350", quantity)))
    return books


@pytest.mark.parametrize(("book", "sold"), [(0, 11), (0, 50), (10, 100), (5, 16), (200, 211)])
def test_a_sale_far_beyond_the_book_is_asked(book: int, sold: int) -> None:
    assert not booked(counted(book), "A350", sold)


@pytest.mark.parametrize(("book", "sold"), [(0, 3), (0, 10), (10, 20), (50, 50)])
def test_a_sale_near_the_book_is_booked(book: int, sold: int) -> None:
    assert booked(counted(book), "A350", sold)


def test_a_sale_beyond_what_the_shop_ever_sold_is_asked_though_the_book_has_it() -> None:
    books = counted(200)
    assert not booked(books, "A350", 51)
    assert booked(books, "A350", 50)
    assert booked(books, "A350", 49, on=date(2026, 4, 14))
    assert booked(books, "A350", 99)


def test_a_shop_that_sells_so_many_without_counting_is_not_asked_each_time() -> None:
    books = sample()
    for day in range(1, 6):
        assert booked(books, "A350", 9, on=date(2026, 4, day))
    assert booked(books, "A350", 40)
    assert not booked(books, "B200", 40)


def test_the_settings_move_the_brakes() -> None:
    books = sample()
    books._trade = Trade(beyond_book_unasked=100, sale_unasked=1000)
    assert booked(books, "A350", 100)


def test_a_yes_books_what_was_asked() -> None:
    books = sample()
    say(books, OWNER, items("sale", ("A350", 50)))
    say(books, OWNER, Command("yes"))
    assert sum(line.quantity for line in books.lines) == 50
