"""SUM: the sales of a day, a week, a month, of a shop or a region, beside the period before."""

from __future__ import annotations

import pytest

from tests.business.conversation.test_conversation import stocked, text
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OTHER_OWNER, OWNER, PROMOTER, WEST_OWNER, DictLedger


def sold() -> DictLedger:
    """D1001 sold five today and two yesterday (a Tuesday), D1002 one today, D2001 in the west four."""
    books = stocked()
    for phone, said in (
        (OWNER, "S A350 3 B200 2"),
        (OWNER, "S A350 2 yesterday"),
        (OTHER_OWNER, "销售 B200 1"),
        (WEST_OWNER, "S A380 4"),
    ):
        text(books, phone, said)
    return books


@pytest.mark.parametrize(
    ("phone", "said", "answered"),
    [
        (OWNER, "SUM", "D1001 today: 5 sold (A350 3, B200 2). Yesterday 2."),
        (OWNER, "SUM WEEK", "D1001 this week: 7 sold (A350 5, B200 2). Last week 0."),
        (CLERK, "汇总 月", "D1001本月:售7(A350 5,B200 2)。上月0。"),
        (OWNER, "SUM A350 WEEK", "D1001 this week: 5 x A350 sold. Last week 0."),
        (OWNER, "how many a350 did i sell this week", "D1001 this week: 5 x A350 sold. Last week 0."),
        (OWNER, "SUM @D1002", "D1002 is not your shop. Nothing done. Leave it out to act for your own."),
        (FIELD, "SUM @D1002", "D1002 today: 1 sold (B200 1). Yesterday 0."),
        (FIELD, "SUM", "EAST today: 6 sold by 2 shops. Yesterday 2. Best: D1001 5, D1002 1. A350 3, B200 3"),
        (MANAGER, "SUM WEST", "WEST today: 4 sold by 1 shops. Yesterday 0. Best: D2001 4. A380 4"),
        (FIELD, "SUM WEST", "WEST is not in your area. Nothing done."),
        (HQ, "SUM", "All regions today: 10 sold by 3 shops. Yesterday 2. Best: D1001 5, D2001"),
        (
            HQ,
            "rank the dealers by sales",  # of the month, where none is named
            "All regions this month: 12 sold by 3 shops. Last month 0. Best: D1001 7, D2001",
        ),
        (PROMOTER, "SUM", "SUM is for owners, clerks, field staff, managers. Nothing done. Your commands: HELP"),
    ],
)
def test_sales_of_a_period_are_told_to_whom_they_concern(phone: str, said: str, answered: str) -> None:
    told = text(sold(), phone, said)
    assert told.startswith(answered)


def test_a_period_without_sales_says_so() -> None:
    assert text(stocked(), OWNER, "SUM") == "D1001 today: nothing sold. Yesterday 0."
