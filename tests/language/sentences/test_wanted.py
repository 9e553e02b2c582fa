"""What is asked about a model, what is done at the desk, which day is asked about, and whose sale it is."""

from __future__ import annotations

from datetime import date

import pytest

from smsgw.business.core.command import CONFIRM, Command
from tests.language.sentences.world import live, read, told


def only(text: str, today: date | None = None) -> Command:
    (command,) = (read(text) if today is None else read(text, today)).commands
    return command


@pytest.mark.parametrize(
    "text",
    [
        *("does l20 have nfc", "customer asks does l20 have nfc", "is the n60 waterproof?", "does a350 support 5g?"),
        *("how many gb is the a350", "what colours does a350 come in", "do you have a350 in black?"),
        *("客人问a420有没有紫色", "a350有什么颜色", "n60p内存多大", "冰川7防水吗", "A350是双卡吗"),
    ],
)
def test_what_a_model_can_do_and_its_colours_are_asked_of_a_person(text: str) -> None:
    assert (only(text).verb, only(text).outcome, only(text).text) == ("feedback", CONFIRM, text)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("sold 2 a350 black", "sale A350x2"),
        ("how many black a350 left", "stock model=A350"),
        ("黑色的a350还有几台", "stock model=A350 confirm"),
        ("卖了2台黑色A350", "sale A350x2"),
    ],
)
def test_a_colour_beside_a_report_or_a_question_of_the_stock_changes_nothing(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize(
    ("about", "text"),
    [
        *(("dealers", t) for t in ("set limit of D1003 to 30000", "freeze D1004, no more orders until paid")),
        *(("dealers", t) for t in ("把阳光通讯的额度提到20万", "请给我提高额度", "can you raise my limit")),
        *(("contacts", t) for t in ("owner of sunny mobile changed number to 13911112222", "我换了手机号")),
        *(("prices", t) for t in ("price of b200 should be 589 from 1 jan", "明天起b200全国降50")),
        *(("tickets", t) for t in ("how many tickets are open", "有多少投诉没处理")),
        *(("broadcast", t) for t in ("write to D1004: please pay invoice by friday", "转告阳光通讯来开会")),
    ],
)
def test_what_is_done_at_the_desk_is_known(about: str, text: str) -> None:
    found = only(text)
    assert (found.verb, found.outcome) == ("feedback", CONFIRM)
    assert found.understood is not None and found.understood.token == about


@pytest.mark.parametrize(
    "text",
    [
        *("Sir my commission has not come for november", "kids played with the phone, please ignore it all"),
        *(
            "ive told you everything for november, confirm?",
            "今天没空，明天再把合同给你送来看看",
            "小孩拿我手机乱发的，前面的都不算哈",
        ),
    ],
)
def test_a_sentence_that_nobody_understands_may_be_for_a_person(text: str) -> None:
    assert (only(text).verb, only(text).outcome) == ("feedback", CONFIRM)


@pytest.mark.parametrize("text", ["hm", "so what", "wrong number sorry, this is for the bank", "随便发的", "早晨"])
def test_a_few_words_and_a_wrong_number_are_for_nobody(text: str) -> None:
    assert only(text).verb is None


@pytest.mark.parametrize(
    ("period", "on", "text"),
    [
        *((None, date(2026, 12, 1), t) for t in ("what did we sell on tuesday", "周二卖了多少")),
        *((None, date(2026, 11, 2), t) for t in ("what did we sell on 2 nov", "11月2号卖了多少")),
        *(("month", None, t) for t in ("whats my best selling model", "C100和C150哪个好卖")),
        *(("day", None, t) for t in ("what did we sell today", "今天卖了多少")),
        (None, date(2026, 12, 3), "昨天卖了多少"),
    ],
)
def test_a_question_about_sales_is_answered_for_its_time(period: str | None, on: date | None, text: str) -> None:
    found = only(text, date(2026, 12, 4))
    assert (found.verb, found.period, found.on) == ("summary", period, on)


@pytest.mark.parametrize(
    "text", ["阳光通讯今天报了没", "why didn't sunny mobile report today", "has sunny mobile reported?"]
)
def test_whether_one_shop_has_reported_is_told_by_its_sales(text: str) -> None:
    assert (only(text).verb, only(text).dealer) == ("summary", "D1004" if "阳光" in text else "D1001")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("monday 1 b200 tuesday none wednesday 2 c100", {23, 24, 25}),
        ("mon 2 a350, tue 1 a350, wed 3 c100", {23, 24, 25}),
        ("周一2台A350，周二1台B200，周三没卖", {23, 24, 25}),
        ("sat 1 b260 sun 2 b260 mon 1 c100", {28, 29, 30}),
        ("friday 1 b260, monday 2 c100", {27, 30}),
    ],
)
def test_weekdays_of_a_list_go_on_in_their_order(text: str, days: set[int]) -> None:
    assert {c.on.day for c in read(text, date(2026, 12, 1)).commands if c.on is not None} == days


@pytest.mark.parametrize(
    "text",
    [
        "隔壁修手机的老张帮客户拿了两台c100，钱给了，算我们卖的",
        "隔壁老王帮忙卖了两台C100，算我们的",
        "my neighbour sold 2 c100 for me, count it as ours",
    ],
)
def test_what_others_sold_for_the_shop_is_its_own_sale(text: str) -> None:
    assert [(c.verb, c.outcome, c.items[0].model, c.items[0].quantity) for c in live(text)] == [
        ("sale", CONFIRM, "C100", 2)
    ]


@pytest.mark.parametrize("text", ["隔壁卖了两台c100", "neighbour shop sold 2 c100"])
def test_what_others_sold_is_theirs(text: str) -> None:
    assert not live(text)


@pytest.mark.parametrize(
    "text", ["what happens if i send it twice by mistake", "发错了会怎样", "what happens if I send it wrong"]
)
def test_what_happens_when_something_is_sent_wrong_is_told_with_undo(text: str) -> None:
    assert (only(text).verb, only(text).topic) == ("help", "undo")


@pytest.mark.parametrize("text", ["定货C150 5", "定购C150 5台", "定货 C150 5台"])
def test_an_order_in_other_hanzi_is_one(text: str) -> None:
    assert told(text).startswith("order C150x5")


@pytest.mark.parametrize(
    "text",
    [
        *("请假一天，明天不去店里", "our shop will be closed 24-26 Dec for renovation", "are you open on sunday"),
        *("我们明天停业", "国庆你们上班吗"),
    ],
)
def test_who_is_away_and_when_we_are_there_is_for_a_person(text: str) -> None:
    assert (only(text).verb, only(text).outcome) == ("feedback", CONFIRM)


@pytest.mark.parametrize(
    "text", ["上午来了个阿姨，试了半天n60，最后嫌贵，买了台c150走的", "大家都试过了N60，不错", "客户试完N60走了"]
)
def test_a_hanzi_inside_a_story_is_no_verb(text: str) -> None:
    assert only(text).verb != "test"


def test_how_something_is_sent_back_is_told_with_the_return() -> None:
    assert (only("怎么把卖不动的n60p退给你们").verb, only("怎么把卖不动的n60p退给你们").topic) == ("help", "return")
