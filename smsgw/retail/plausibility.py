"""Numbers that are asked back: a quantity out of all proportion to what the shop has and sells."""

from __future__ import annotations

# What any shop may report without being asked.
UNASKED = 200
_TIMES = 10


def absurd_count(counted: int, book: int, sold: int) -> bool:
    """Whether a stock-take of a model is asked back, given the book and the sets sold in the last 30 days.

    A shop that never had the model may count up to 200; any shop up to ten times what it holds and sells in a month.
    """
    usual = max(book, 0) + max(sold, 0)
    return counted > UNASKED and counted > _TIMES * usual


def absurd_sale(quantity: int, book: int, sold: int) -> bool:
    """Whether a sale by quantity is asked back: more than 200, and more than the book and ten months' sales."""
    return quantity > UNASKED and quantity > max(book, 0) + _TIMES * max(sold, 0)
