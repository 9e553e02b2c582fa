"""What people write when they have paid: told, or asked where it is said in words; and what is no payment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from smsgw.business.core.command import ACCEPTED, CONFIRM
from smsgw.language.names.amounts import read as read_amount
from tests.language.sample import TODAY, reader

YESTERDAY = TODAY - timedelta(days=1)


def said(text: str) -> list[tuple[object, ...]]:
    return [
        (c.outcome, c.price, c.on, c.slip)
        for c in reader().understand(text, today=TODAY).commands
        if c.verb == "paid" and c.outcome in (ACCEPTED, CONFIRM)
    ]


@pytest.mark.parametrize(
    ("text", "price", "on", "slip"),
    [
        ("PAID 5000", "5000", None, None),
        ("付款 5000", "5000", None, None),
        ("paid 5k today slip 8841", "5000", TODAY, "8841"),
        ("PAID 5,000.50 yesterday TT8841", "5000.50", YESTERDAY, "TT8841"),
        ("今天打款5000", "5000", TODAY, None),
        ("已付5千，回单8841", "5000", None, "8841"),
        ("打款1.2万", "12000", None, None),
        ("昨天转账3万元 流水号 99812", "30000 元", YESTERDAY, "99812"),
        ("paid 5000 usd", "5000 USD", None, None),
        ("paid $5000", "5000 $", None, None),
    ],
)
def test_what_is_plain_is_told(text: str, price: str, on: object, slip: str | None) -> None:
    assert said(text) == [(ACCEPTED, price, on, slip)]


@pytest.mark.parametrize(
    ("text", "price", "on", "slip"),
    [
        ("we transferred 5000 yesterday", "5000", YESTERDAY, None),
        ("payment of 2500 made today ref 7712", "2500", TODAY, "7712"),
        ("I paid 12000 rmb on 15Apr", "12000 CNY", YESTERDAY, None),
        ("PAID 5000 8841", "5000", None, "8841"),
    ],
)
def test_what_is_said_in_words_is_asked(text: str, price: str, on: object, slip: str | None) -> None:
    assert said(text) == [(CONFIRM, price, on, slip)]


@pytest.mark.parametrize(
    "text",
    [
        "will pay 5000 tomorrow",
        "paying 5000 next week",
        "we will have paid 5000 by friday",
        "have not paid 5000 yet",
        "we havent transferred the 5000",
        "did you get the 5000 we paid",
        "has my payment of 5000 arrived?",
        "can i pay 5000 later",
        "customer paid 500 deposit",
        "sold A350 1 paid 1198",
        "paid 5000 for A350 2",
        "maybe paid about 5000",
        "明天付款5000",
        "准备付款5000",
        "还没付款5000",
        "付款5000了吗",
        "5000什么时候付款",
        "客户付了5000订金",
    ],
)
def test_what_was_not_paid_is_never_told(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5k", "5000"),
        ("5.25k", "5250"),
        ("1.2万", "12000"),
        ("1.23456万", "12345.6"),
        ("12万", "120000"),
        ("¥5,000", "5000 ¥"),
        ("0.5k", "500"),
        ("5000 yesterday", "5000"),
        ("5000块钱", "5000 元"),
    ],
)
def test_an_amount_is_read_to_the_cent(text: str, amount: str) -> None:
    found = read_amount(text, 0)
    assert found is not None and found.said == amount
