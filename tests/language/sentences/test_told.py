"""Sets told by where they lie, by the end of an IMEI, as dictation hears them, of two shops, and goods that came."""

from __future__ import annotations

import pytest

from smsgw.business.core.command import CONFIRM, REJECTED
from tests.language.sentences.world import imei, live, read, told

SET = imei(7)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("a350在架3台 仓库2台", "count A350x5 confirm"),
        ("C150 货架上2台，抽屉里1台", "count C150x3 confirm"),
        ("shelf 4 store 3 c150", "count C150x7 confirm"),
        ("only 1 n60p left in showcase plus 1 in the drawer", "count N60Px2 confirm"),
        ("have in shop c100 x 9, n60p x 1. in storeroom c100 x 4", "count C100x13 N60Px1 confirm"),
        ("book says 8 a350 but i count 6", "count A350x6 confirm"),
        ("你们账上l20 3台 我这只有2台", "count L20x2 confirm"),
        ("系统显示a350有5台，我点了只有4台", "count A350x4 confirm"),
    ],
)
def test_what_lies_in_several_places_and_what_the_book_lacks_is_a_count(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize(
    "text", ["a350 shelf?", "货架上A350和仓库A350哪个是新的", "sold 2 a350 from shelf 1 from store"]
)
def test_a_question_or_a_sale_from_two_places_is_no_count(text: str) -> None:
    assert all(c.verb != "count" for c in live(text))


@pytest.mark.parametrize(
    "text", ["尾号2234的n60卖了", "sold the one ending in 2234", "卖了，串号后四位2234", "n60 last 4 digits 2234 sold"]
)
def test_the_end_of_an_imei_is_that_of_a_set(text: str) -> None:
    (found,) = read(text).commands
    assert (found.verb, found.outcome) == ("sale", REJECTED)
    assert [(p.code, p.token) for p in found.problems] == [("bad_imei", "2234")]


@pytest.mark.parametrize("text", ["尾号2234的没卖", "did i sell the one ending 2234?", "尾号0234的卖了吗"])
def test_the_end_of_an_imei_that_is_denied_or_asked_is_offered_to_nobody(text: str) -> None:
    assert not any(p.code == "bad_imei" for c in read(text).commands for p in c.problems)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("sold to a 350", "sale A350x2 confirm"),
        ("sold won a350 and too b200", "sale A350x1 B200x2 confirm"),
        ("we have sold two of the a three fifty", "sale A350x2 confirm"),
        ("sold n sixty p one", "sale N60Px1 confirm"),
        ("两台a三五零卖了", "sale A350x2 confirm"),
        ("卖a三五零两台三八零一台", "sale A350x2 A380x1 confirm"),
        ("比二百卖了两台", "sale B200x2 confirm"),
        ("卖了三三一零一台", "sale 3310x1 confirm"),
    ],
)
def test_dictation_is_read_and_asked(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize("text", ["Sold, three A three fifty", "sold two b two hundred", "one c one fifty sold"])
def test_number_words_before_a_code_in_words_are_not_guessed(text: str) -> None:
    assert not live(text)
    (found,) = read(text).commands
    assert found.understood is not None and found.understood.items


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("sold to a customer 2 a350", "sale A350x2"),
        ("sold a hundred c100", "sale C100x100"),
        ("b200 650一台卖了3台 便宜了48", "sale B200x3"),
        ("卖了2台C150，优惠50", "sale C150x2"),
        ("十一月二十九日 C150 1台 已售", "sale C150x1 on=2026-11-29 confirm"),
        ("十一月二十八号卖A350两台", "sale A350x2 on=2026-11-28 confirm"),
        ("两个客户 一个买了一台n60p 一个买了两台c100", "sale N60Px1 C100x2 confirm"),
        ("今天来了十个人，成交两单：a350一台、l20一台", "sale A350x1 L20x1 confirm"),
        ("12 customers, sold 2 a420 and 1 l20", "sale A420x2 L20x1"),
    ],
)
def test_numbers_of_people_bills_and_money_are_no_quantities(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize("text", ["10月份的a420漏报两台", "for november: a350 12, b260 8", "9月卖了A350 3台"])
def test_a_months_sales_are_no_days(text: str) -> None:
    assert not live(text)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Sunny Mobile 2 a350 1 c100 sold, Harbour 3 b200", "D1001 A350 2 C100 1|D1002 B200 3"),
        ("D1001 2 a350, D1002 3 b200 sold", "D1001 A350 2|D1002 B200 3"),
        ("阳光通讯卖了2台A350，京华通讯1台C100", "D1004 A350 2|D1010 C100 1"),
        ("sold today\nsunny mobile: a350 2\nwest gate telecom: c100 1", "D1001 A350 2|D1003 C100 1"),
    ],
)
def test_two_shops_in_one_text_are_asked_each_with_its_own(text: str, reading: str) -> None:
    found = live(text)
    assert all((c.verb, c.outcome) == ("sale", CONFIRM) for c in found)
    assert "|".join(f"{c.dealer} {' '.join(f'{i.model} {i.quantity}' for i in c.items)}" for c in found) == reading


@pytest.mark.parametrize("text", ["Harbour 2 a350, Lychee 3 b200", "sold 2 a350 at D1001 and 3 b200 at D1002"])
def test_two_shops_of_which_one_is_unknown_or_not_in_front_are_not_guessed(text: str) -> None:
    assert not live(text)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Harbour Phones took 3 of my 3310", "give 3310x3 dealer=D1002 confirm"),
        ("D1002的人来拿走两台b260", "give B260x2 dealer=D1002 confirm"),
        ("please move 2 b260 from our shop to west gate", "give B260x2 dealer=D1003 confirm"),
        ("给京华通讯匀2台a420过去", "give A420x2 dealer=D1010 confirm"),
        ("can D1010 give me a gl7? customer waiting", "feedback confirm"),
        ("从阳光通讯调了1台a420过来", "feedback confirm"),
        ("能从熊猫那调两台c100给我吗", "feedback confirm"),
        (f"harbour phones sent me {SET}, i got it in hand now", "feedback confirm"),
    ],
)
def test_sets_that_go_to_another_shop_are_given_and_those_of_another_are_for_a_person(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        *((text, "receive confirm") for text in ("货收到，数目对", "parcel arrived, all ok", "货都到了，没问题")),
        ("got the 5 a350", "receive A350x5"),
        ("货到了 少一台", "feedback confirm"),
        (f"新到的机器{SET}录进去", f"register {SET} confirm"),
        (f"received {SET} without any paper, register it", f"register {SET} confirm"),
        (f"{SET} 已到店，帮我登记一下", f"register {SET} confirm"),
    ],
)
def test_goods_that_came_are_received_or_registered(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize(
    "text", ["货没收到", "parcel has not arrived", "货什么时候到", f"dont register {SET}", f"{SET}要登记吗"]
)
def test_goods_that_did_not_come_are_not_received(text: str) -> None:
    assert all(c.verb not in ("receive", "register") for c in live(text))
