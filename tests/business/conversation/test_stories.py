"""What is answered to stories, to numbers in doubt, to days, and to what is done at the desk."""

from __future__ import annotations

import pytest

from tests.business.conversation.test_so_far import network, said_to
from tests.business.dict_ledger import HQ, MANAGER, OTHER_OWNER, OWNER


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("day before yesterday one l20", "Example: SALE L20 1 11/28", "示例:销售 L20 1 11/28"),
        ("上周日一台3310", "Example: SALE 3310 1 11/29", "示例:销售 3310 1 11/29"),
        ("28/11 n60 1", "Example: SALE N60 1 11/28", "示例:销售 N60 1 11/28"),
        ("sale of 1 a350 dated 31/11", 'with "31/11": nothing was done', "但有“31/11”:未执行"),
    ],
)
def test_an_example_keeps_the_day_that_was_told(text: str, english: str, chinese: str) -> None:
    assert english in said_to(network(), OWNER, text)
    assert chinese in said_to(network(), OTHER_OWNER, text)


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("sold a350 1 at 11/30 pm 8", "How many A350: 1/8?", "A350是几台:1/8?"),
        ("Counting again, a420 was 6 not 5 and l20 is 3", "How many A420: 6/5/3?", "A420是几台:6/5/3?"),
        ("sold 5+ C100", "How many C100?", "C100要几台?"),
    ],
)
def test_numbers_that_may_be_the_quantity_are_named(text: str, english: str, chinese: str) -> None:
    assert english in said_to(network(), OWNER, text)
    assert chinese in said_to(network(), OTHER_OWNER, text)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("First guy wanted gl7 but we had no black so he left. second guy took a420 home", "SALE A420 1"),
        ("power cut from 9 to 3 so only one a350 and that was before the cut", "SALE A350 1"),
        ("两个姑娘逛了半天n60嫌贵，晚上又来个老头看上c150", "SALE C150 1"),
    ],
)
def test_a_story_is_answered_with_how_to_tell_its_sale_and_how_to_tell_a_person(text: str, example: str) -> None:
    answer = said_to(network(), OWNER, text)
    assert example in answer and "MSG" in answer, answer
    chinese = said_to(network(), OTHER_OWNER, text)
    assert example.replace("SALE", "销售") in chinese and "反馈" in chinese, chinese


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("set limit of D1003 to 30000", "smsgw import dealers FILE"),
        ("owner of sunny mobile changed number to 13911112222", "smsgw import contacts FILE"),
        ("明天起b200全国降50", "smsgw import prices FILE"),
        ("有多少投诉没处理", "smsgw ticket list"),
        ("our new office is at the second floor of the mall", "smsgw help"),
    ],
)
def test_headquarters_are_told_the_command_of_the_desk(text: str, command: str) -> None:
    for phone in (HQ, MANAGER):
        assert command in said_to(network(), phone, text)


def test_a_shop_that_asks_for_the_same_is_asked_whether_a_person_is_to_be_told() -> None:
    assert "MSG can you raise my limit" in said_to(network(), OWNER, "can you raise my limit")


@pytest.mark.parametrize(("text", "token"), [("请假", "请假"), ("早茶喝好了", "早茶喝好了"), ("谢绝参观", "谢绝参观")])
def test_a_word_that_is_not_understood_is_quoted_whole(text: str, token: str) -> None:
    assert f"“{token}" in said_to(network(), OTHER_OWNER, text)
