"""Whose wish it is, what is to end and what is to go on, whom a notice is for, which booking is taken back."""

from __future__ import annotations

import pytest

from smsgw.business.core.command import ACCEPTED, CONFIRM, Command, Correction, Item
from tests.language.sentences.world import imei, live, read

SET = imei(7)


def only(text: str) -> Command:
    (command,) = read(text).commands
    return command


@pytest.mark.parametrize(
    "text",
    [
        *(f"A350 {SET}屏幕有亮点,要换", f"C100 {SET}要换屏", f"A350 {SET}需要", f"we need {SET}"),
        *(
            "明天有客户要5台B200",
            "顾客想要2台A350",
            "客户订金收了500,要一台N60P,后天取",
            "tomorrow a customer needs 5 b200",
        ),
        *("customer wants 3 a350", "a customer wants 2 c100 tomorrow"),
    ],
)
def test_what_a_customer_wants_and_a_set_by_its_imei_is_no_order(text: str) -> None:
    assert all(command.verb not in ("order", "order_status") for command in live(text))


@pytest.mark.parametrize("text", [f"A350 {SET}屏幕有亮点,要换", f"C100 {SET}要换屏", f"{SET} dead pixels"])
def test_a_faulty_set_is_a_message_to_a_person(text: str) -> None:
    assert (only(text).verb, only(text).outcome) == ("feedback", CONFIRM)


@pytest.mark.parametrize("text", ["来5台A350", "再来5台A350", "我要5台A350", "customer is waiting, we need 5 a350"])
def test_what_the_shop_asks_for_is_an_order(text: str) -> None:
    assert [(c.verb, c.items[0].model, c.items[0].quantity) for c in read(text).commands] == [("order", "A350", 5)]


@pytest.mark.parametrize(
    "text",
    [
        *("remove me from marketing but I still want order updates", "stop the ads, keep the order texts"),
        *("广告别发了,订单通知还要", "订单通知还要,广告别发了"),
    ],
)
def test_who_keeps_some_texts_is_told_how_to_end_the_others(text: str) -> None:
    assert (only(text).verb, only(text).topic) == ("help", "stop")


@pytest.mark.parametrize(
    "text", ["stop sending me reminders but keep prices", "别再发提醒了，价格通知保留", "不要再发提醒了，订单通知照发"]
)
def test_a_topic_that_is_not_wanted_is_asked_about_alone(text: str) -> None:
    assert (only(text).verb, only(text).topic, only(text).outcome) == ("stop", "reminders", CONFIRM)


@pytest.mark.parametrize("text", ["怎么退订", "如何退订", "how do i unsubscribe", "how to opt out"])
def test_how_to_end_our_texts_is_a_question(text: str) -> None:
    assert (only(text).verb, only(text).topic, only(text).outcome) == ("help", "stop", ACCEPTED)


def test_a_topic_of_no_notices_is_asked_about_in_a_sentence_and_kept_in_a_command() -> None:
    assert (only("start sending me offers").verb, only("start sending me offers").outcome) == ("start", CONFIRM)
    assert (only("START offers").topic, only("START offers").outcome) == ("offers", ACCEPTED)
    assert only("start sending me prices").outcome == ACCEPTED


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(("sale", t) for t in ("undo the last sale", "undo last sale", "cancel my last sale", "撤销上一笔销售")),
        *(("order", t) for t in ("undo my last order", "撤销上一个订单", "cancel the last order")),
        *(("count", t) for t in ("cancel last count", "撤销最后一笔盘点", "undo my last count")),
        *((None, t) for t in ("undo my last one", "撤销上一条")),
    ],
)
def test_the_last_of_a_kind_is_taken_back_and_no_other(kind: str | None, text: str) -> None:
    assert (only(text).verb, only(text).topic) == ("undo", kind)


@pytest.mark.parametrize(
    ("group", "text"),
    [
        *(("OWNERS", t) for t in ("tell all owners: new prices", "通知所有店主：周一新价", "告诉所有老板们：开会")),
        *(("ALL", t) for t in ("tell all shops: new prices", "通知所有门店：周一新价")),
        *(("EAST", t) for t in ("tell all EAST shops: new prices",)),
        *(("CLERKS", t) for t in ("notify all clerks: shop closes at 6", "通知所有店员：六点关门")),
    ],
)
def test_a_notice_is_for_those_whom_it_names(group: str, text: str) -> None:
    assert (only(text).verb, only(text).group, only(text).outcome) == ("broadcast", group, CONFIRM)


@pytest.mark.parametrize("text", ["tell all tier A shops: new prices", "tell all EAST owners: new prices"])
def test_a_notice_for_others_is_for_nobody_yet(text: str) -> None:
    assert (only(text).verb, only(text).topic) == ("help", "broadcast")


@pytest.mark.parametrize(
    "text", ["remind east shops to report", "remind the EAST shops that have not reported", "催一下EAST没报的"]
)
def test_a_region_is_reminded_alone(text: str) -> None:
    assert (only(text).verb, only(text).region, only(text).outcome) == ("remind", "EAST", CONFIRM)


def test_an_unknown_region_reminds_nobody() -> None:
    assert all(c.verb != "remind" or c.region for c in live("催一下西北没报的"))
    assert only("remind D1002 to report").dealers == ("D1002",)


@pytest.mark.parametrize(
    ("verb", "text"),
    [
        *(("nil", t) for t in ("Yest D1002 no sales", "D1002 no sales today", "D1002 nothing sold today")),
        *(("count", t) for t in ("visited D1002, stock b200 4 c100 12", "D1002 库存：B200 4 C100 12")),
    ],
)
def test_a_report_is_that_of_the_shop_that_it_names(verb: str, text: str) -> None:
    assert (only(text).verb, only(text).dealer) == (verb, "D1002")


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "换成英文"), ("en", "中文看不懂，请发英文"), ("zh", "看不懂英文，发中文"), ("zh", "chinese please")],
)
def test_the_language_is_the_one_that_is_asked_for(language: str, text: str) -> None:
    assert (only(text).verb, only(text).language) == ("language", language)


@pytest.mark.parametrize("text", ["卖A350 2台 1198一台", "A350卖了2台 899一台", "卖了A350两台，1198一台"])
def test_a_price_beside_a_sale_is_no_quantity(text: str) -> None:
    assert [(c.verb, c.items[0].quantity, len(c.items)) for c in live(text)] == [("sale", 2, 1)]


@pytest.mark.parametrize("text", ["1001里的B200不要了,其他照发", "O1001的B200不要了", "remove the B200 from O1001"])
def test_an_order_without_one_of_its_lines_is_asked_about_as_that_order(text: str) -> None:
    assert (only(text).verb, only(text).reference, only(text).outcome) == ("fix", "O1001", CONFIRM)
    assert only(text).correction == Correction((Item("B200", 0),))


def test_a_sale_that_was_none_is_told_how_to_take_one_back() -> None:
    assert (only("we have not sold 5 c100, that was a mistake").topic) == "undo"


A350_AND_B200 = (("A350", 4), ("B200", 7))


@pytest.mark.parametrize(
    "text",
    [
        "counted the shelf just now - 4 a350 7 b200",
        "stock take: a350 4, b200 7",
        "did the stock take a350 4 b200 7",
        "count done: A350 4, B200 7",
        "just finished counting: 4 a350, 7 b200",
        "in stock we have 4 a350 and 7 b200",
        "stock count A350 4, B200 7",
        "盘点 A350 4台 B200 7台",
        "刚盘完店里:A350 4台,B200 7台",
        "库存盘点 A350 4 B200 7",
        "清点库存 A350 4 B200 7",
        "盘点结果 A350 4台 B200 7台",
    ],
)
def test_who_has_counted_is_read_as_a_count(text: str) -> None:
    command = only(text)
    assert (command.verb, tuple((item.model, item.quantity) for item in command.items)) == ("count", A350_AND_B200)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("COUNT START", "count_open"),
        ("盘点 开始", "count_open"),
        ("COUNT END", "count_close"),
        ("盘点结束", "count_close"),
    ],
)
def test_a_count_set_by_set_begins_and_ends(text: str, verb: str) -> None:
    assert (only(text).verb, only(text).outcome) == (verb, "accepted")
