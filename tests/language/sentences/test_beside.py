"""What stands beside a report: another model's last word, a question, a count, another shop, a price, boxes."""

from __future__ import annotations

import pytest

from tests.language.sentences.world import imei, live, read, told

SET = imei(1)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        # the last word of a name makes it another model's
        ("Customer took 1 n60 pro in black 4499", "sale N60Px1 confirm"),
        ("Nova 60 one, the pro two sold", "sale N60x1 N60Px2 confirm"),
        ("新星60一台，Pro的两台，今日完毕", "sale N60x1 N60Px2 confirm"),
        ("sold aurora 3.5 2, max 1", "sale A350x2 A420x1 confirm"),
        # weekdays in their order, one of them without a sale
        (
            "monday 1 b200 tuesday none wednesday 2 c100",
            "sale B200x1 on=2026-11-23 confirm | sale C100x2 on=2026-11-25 confirm | nil on=2026-11-24 confirm",
        ),
        # a question beside a report is answered beside it
        (f"sold {SET} today, and the stk of c100?", f"sale {SET} confirm | stock model=C100"),
        ("sold 2 a350, price of b200?", "sale A350x2 confirm | price model=B200"),
        ("卖了2台A350，B200多少钱？", "sale A350x2 confirm | price model=B200"),
        # a count that is done is no sale
        ("stocktake done: a350 5 b200 8", "count A350x5 B200x8 confirm"),
        ("count done, a350 5 b200 8", "count A350x5 B200x8 confirm"),
        ("货架上b260还有4台，c150 3台", "count B260x4 C150x3 confirm"),
        ("visited D1001 today: shelf has a350 5, b200 8", "count A350x5 B200x8 dealer=D1001 confirm"),
        # asked for in an answer to what is left
        ("we have 2 a350 left, send 10 more", "order A350x10 confirm"),
        ("A350只剩2台，再发10台", "order A350x10 confirm"),
        ("a350 2 left, please send 10 more", "order A350x10 confirm"),
        # a series of one model
        ("sold 2 glacier", "sale GL7x2 confirm"),
        ("今天卖了两台冰川", "sale GL7x2 confirm"),
    ],
)
def test_it_reads_as_meant(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize(
    "text",
    [
        "Harbour Phones 2 a350 1 c100 sold, Lychee 3 b200",
        "Sunny Mobile sold 2 a350, Lotus 1 b200",
        "京华通讯卖A350 2台，荷花店 B200 3台",
        f"IMEI1 {SET} IMEI2 {imei(2)} one phone dual sim sold",
        "进货3310两箱",
        "订两箱C100",
        "when the a380 comes i want 5 of them",
        "once b200 is here i want 3",
    ],
)
def test_what_may_be_anothers_or_another_number_is_neither_booked_nor_asked(text: str) -> None:
    assert live(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "box arrived with only 8 b200 instead of 10",
        "received 8 b200, not 10",
        "今天到了五台c100，但是单子上写的是六台",
        "收到8台B200，订的是10台",
    ],
)
def test_a_short_delivery_is_a_message_to_a_person(text: str) -> None:
    assert told(text).startswith("feedback")


@pytest.mark.parametrize("text", ["b200 650一台卖了3台", "A350卖了2台 1198一台", "c100 299一台 卖5台"])
def test_a_price_of_one_set_is_no_quantity(text: str) -> None:
    assert [item.quantity for c in live(text) for item in c.items] in ([3], [2], [5])


@pytest.mark.parametrize("text", ["the gl7 is 2499 right?", "is a350 1198?", "冰川7是2499吧？", "A350 1198对吗"])
def test_whether_an_amount_is_the_price_asks_for_the_price(text: str) -> None:
    (command,) = read(text).commands
    assert command.verb == "price"


@pytest.mark.parametrize("text", ["whats in the shop", "what's in stock", "店里有什么", "店里都有啥"])
def test_what_there_is_asks_for_the_stock(text: str) -> None:
    assert read(text).commands[0].verb == "stock"


@pytest.mark.parametrize(
    "text", ["tell all dealers that a420 price drops on monday", "inform all shops new prices", "通知所有店A420降价"]
)
def test_a_message_to_all_without_a_colon_is_told_how_it_is_sent(text: str) -> None:
    assert told(text) == "help topic=broadcast"


@pytest.mark.parametrize("text", ["怎么报销量？要发串号吗", "how do i report, do you want imei", "怎么报"])
def test_how_to_report_is_about_sales(text: str) -> None:
    assert told(text) == "help topic=sale"


@pytest.mark.parametrize(
    "text", ["Missed call: +8613900000600. 1 message", "您有1个未接来电", "You have 2 new voice mails"]
)
def test_what_telephones_say_of_calls_is_not_answered(text: str) -> None:
    assert read(text).outcome == "ignored"
