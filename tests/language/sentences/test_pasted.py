"""What is pasted from a chat or a day's report, bounds that are no numbers, and words that are a yes alone."""

from __future__ import annotations

import pytest

from smsgw.business.core.command import ACCEPTED
from tests.language.sentences.world import live, read, told

LIST = "sale A350x2 C100x1"


@pytest.mark.parametrize(
    "text",
    [
        *("sold 5+ c100", "sold c100 5+", "~5 c100 sold", "sold >5 c100", "sold 10+ a350 and 2 b200", "卖了5+台C100"),
        *("C100卖了5+", "卖了～5台C100", "ord 20+ a350", "订货A350 20+"),
    ],
)
def test_a_number_with_the_sign_of_a_bound_is_none(text: str) -> None:
    assert live(text) == []


@pytest.mark.parametrize(
    "text", ["sold A350 2+C100 1", "sold A350 2 + C100 1", "卖A350 2台+C100 1台", "sold a350 2, c100 1 ~"]
)
def test_a_sign_between_two_models_joins_them(text: str) -> None:
    assert told(text) == LIST


@pytest.mark.parametrize(
    "text",
    ["[10:32] Ming: sold 2 a350 1 c100", "[10:32 AM] Ah Ming: sold 2 a350, 1 c100", "10:32 小明：卖了2台A350 1台C100"],
)
def test_time_and_name_of_a_chat_are_no_part_of_a_report(text: str) -> None:
    assert told(text) == LIST


@pytest.mark.parametrize(
    "text",
    [
        "DAILY REPORT\nDate: 30/11/2026\nA350: 2\nB200: 0\nC100: 1\nTotal: 3",
        "Daily Report 30/11\nShop name: Sunny Mobile\nA350 - 2\nB200 - NIL\nC100 - 1\nTotal sales 3",
        "今日日报\n店名：Sunny Mobile\n上报日期：11月30日\nA350 2\nB200 0\nC100 1\n总销量 3",
    ],
)
def test_a_pasted_report_of_the_day_is_its_lines(text: str) -> None:
    (command,) = live(text)
    assert {item.model: item.quantity for item in command.items} == {"A350": 2, "C100": 1}
    assert not command.problems


@pytest.mark.parametrize("text", ["we sold 3 c100s", "we moved 3 c100s", "3 c100s gone", "sold 3 c100s, others nil"])
def test_models_in_the_plural(text: str) -> None:
    (command,) = live(text)
    assert {item.model: item.quantity for item in command.items} == {"C100": 3}


@pytest.mark.parametrize(
    "text", ["sold 2 a350, rest nil", "卖了2台A350，其他没有", "a350 2 sold bal nil", "卖A350两台，其余无"]
)
def test_none_of_the_rest_says_nothing_of_what_was_sold(text: str) -> None:
    assert [(c.verb, c.items[0].quantity) for c in live(text)] == [("sale", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "that's right",
        "thats correct",
        "yes that is right",
        "ok sure",
        "没错",
        "行吧",
        "好啊",
        "好吧",
        "就这样",
        "对啊",
        "可以的",
    ],
)
def test_words_that_are_a_yes_and_nothing_else(text: str) -> None:
    (command,) = read(text).commands
    assert (command.verb, command.outcome) == ("yes", ACCEPTED)


@pytest.mark.parametrize("text", ["sold 2 a350 1 c100 thats it", "卖了2台A350 1台C100，就这样"])
def test_the_same_words_end_a_report(text: str) -> None:
    assert told(text) == LIST
