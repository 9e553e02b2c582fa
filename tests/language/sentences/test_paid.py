"""What was paid and when, what comes, rivals and their prices, boxes, and orders without a number."""

from __future__ import annotations

import pytest

from smsgw.business.core.command import BOXES, CONFIRM, REJECTED, RIVAL
from tests.language.sentences.world import live, read, told


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("sold b200 for 650", "sale B200x1 confirm"),
        ("sold b200 @650 gave discount", "sale B200x1 confirm"),
        ("sold 2 b200 at 650", "sale B200x2"),
        ("sold 1 b200 for 650", "sale B200x1"),
        ("sold 120 c100", "sale C100x120"),
        ("一共卖了壹拾贰台c100", "sale C100x12"),
        ("俩a420 仨l20 都是今天的", "sale A420x2 L20x3 confirm"),
    ],
)
def test_what_was_paid_is_no_number_of_sets(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *(("3 days ago sold 1 a350", 27), ("sold 1 a350 two days ago", 28), ("a week ago sold 1 a350", 23)),
        *(("两天前卖了1台A350", 28), ("3天前卖A350一台", 27), ("一个星期前卖了1台A350", 23)),
    ],
)
def test_a_day_so_long_ago_is_that_day(text: str, day: int) -> None:
    (found,) = live(text)
    assert (found.verb, found.outcome, found.on.day if found.on else None) == ("sale", CONFIRM, day)


@pytest.mark.parametrize("text", ["when will c100 arrive", "C100什么时候到", "when is c100 coming"])
def test_when_a_model_comes_is_answered_by_its_stock_and_what_is_on_its_way(text: str) -> None:
    assert [(c.verb, c.model) for c in read(text).commands if c.verb == "stock"] == [("stock", "C100")]


@pytest.mark.parametrize("text", ["redmi note 13 sold 4", "oppo a3卖2", "卖了华为两台"])
def test_another_makers_sets_are_told_to_be_none_of_ours(text: str) -> None:
    (found,) = read(text).commands
    assert found.outcome == REJECTED and found.understood is not None and found.understood.missing == RIVAL


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vivo y28 is 1099 at the store opposite", ("vivo", "y28", "1099")),
        ("荣耀x50在红灯笼旁边的店卖1299", ("荣耀", "x50", "1299")),
        ("honor x9 at 1699 in shop beside ours", ("honor", "x9", "1699")),
    ],
)
def test_the_price_of_another_makers_model_is_asked_to_be_noted(text: str, said: tuple[str, str, str]) -> None:
    (found,) = read(text).commands
    assert (found.verb, found.outcome) == ("market", CONFIRM)
    assert (found.brand, found.text, found.price) == said


@pytest.mark.parametrize("text", ["10 boxes of c100 pls", "进货3310两箱", "订C100 3箱"])
def test_boxes_are_asked_for_the_number_of_sets(text: str) -> None:
    assert not live(text)
    (found,) = read(text).commands
    assert found.understood is not None and found.understood.missing == BOXES


@pytest.mark.parametrize(
    ("verb", "text"),
    [
        *(("cancel", t) for t in ("取消昨天的订单", "cancel yesterdays order")),
        *(("approve", t) for t in ("approve everything that waits", "全部批准")),
    ],
)
def test_an_order_without_its_number_is_asked_for_it(verb: str, text: str) -> None:
    (found,) = read(text).commands
    assert (found.verb, found.outcome) == (verb, REJECTED)


@pytest.mark.parametrize(
    "text", ["last month we did 5 gl7 right?", "上个月卖了5台GL7对吧", "this week we sold 3 a350 right?"]
)
def test_whether_so_many_were_sold_in_a_time_is_a_question(text: str) -> None:
    assert not live(text)
    assert {c.verb for c in read(text).commands} == {"summary"}


@pytest.mark.parametrize("text", ["西湖店要1台a350，我让小李送去了", "门口那家要两台C100，刚送过去了"])
def test_what_was_wanted_and_handed_over_is_offered_as_no_order(text: str) -> None:
    assert not live(text)
    (found,) = read(text).commands
    assert found.understood is not None and not found.understood.verb
