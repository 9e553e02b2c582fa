"""Sets exchanged, returned in part, put right by their place, counted again as a total, and answers in a chat."""

from __future__ import annotations

from datetime import date

import pytest

from smsgw.business.conversation.rules.corrections import corrected
from smsgw.business.core.command import CONFIRM, Command, Correction, Item
from smsgw.language.sentences.machines import machine
from tests.language.sentences.world import live, read, told


@pytest.mark.parametrize(
    "text",
    [
        "customer swapped the A350 for a B200",
        "exchanged 1 a350 with 1 b200",
        "客户把A350换成了B200",
        "客户拿a350换了台b200",
    ],
)
def test_an_exchange_is_a_return_and_a_sale_both_asked(text: str) -> None:
    assert told(text) == "return A350x1 confirm | sale B200x1 confirm"


@pytest.mark.parametrize(
    "text",
    [
        "can i swap 2 a350 for b200?",
        "please exchange a350 to b200",
        "swap my a350 stock for b200",
        "customer exchanged his samsung for a350",
        "exchange a350 for b200 in order 1001",
    ],
)
def test_an_exchange_that_is_asked_for_or_of_another_maker_books_nothing(text: str) -> None:
    assert not live(text)


@pytest.mark.parametrize(
    "text", ["A350 sold 4 of which 1 returned", "卖了4台A350，其中1台退了", "sold 4 a350, 1 of them returned"]
)
def test_what_came_back_of_a_sale_is_not_sold_and_is_named(text: str) -> None:
    (command,) = read(text).commands
    assert (command.verb, command.items, command.outcome) == ("sale", (Item("A350", 3),), CONFIRM)
    assert [p.detail for p in command.problems] == ["left_out"]


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("sold 3 a350, total 3 a350 today", "sale A350x3 confirm"),
        ("sold 3 a350. total a350 today 3", "sale A350x3 confirm"),
        ("卖了3台a350，今天一共3台a350", "sale A350x3 confirm"),
        ("卖了a350 2台 b200 1台 总共a350 2台 b200 1台", "sale A350x2 B200x1 confirm"),
        ("sold 2 a350 1 b200 total 3", "sale A350x2 B200x1"),
        ("共卖8台A350", "sale A350x8"),
    ],
)
def test_a_total_that_names_the_models_again_counts_nothing_twice(text: str, reading: str) -> None:
    assert told(text) == reading


def test_a_total_of_a_model_that_is_another_books_nothing() -> None:
    assert not live("sold 3 a350, total 5 a350") and not live("卖了3台a350，一共5台a350")


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Boss: how many today?\nMe: sold 2 a350 1 b200", "sale A350x2 B200x1 confirm"),
        ("老板：今天卖了几台？\n我：卖了2台A350", "sale A350x2 confirm"),
        ("你今天卖了多少？ 卖了a350两台", "sale A350x2 confirm"),
        ("how was today? sold 3 a350", "sale A350x3 confirm"),
    ],
)
def test_a_chat_that_begins_with_a_question_is_asked_by_what_answers_it(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize(
    "text", ["how many did you sell? 3 a350?", "can i report tomorrow? sold 2 b200", "要是卖了呢？卖3台a350"]
)
def test_a_question_that_nothing_answers_books_nothing(text: str) -> None:
    assert not live(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the second one was a b260", 2),
        ("sorry the first one is b260", 1),
        ("the other one was b260", 2),
        ("第二台是B260", 2),
        ("第一台其实是B260", 1),
    ],
)
def test_one_of_several_is_put_right_by_its_place(text: str, place: int) -> None:
    (command,) = read(text).commands
    assert (command.verb, command.outcome) == ("fix", CONFIRM)
    assert command.correction is not None and command.correction.place == place
    assert command.correction.right == (Item("B260", -1),)


@pytest.mark.parametrize(
    ("was", "place", "now"),
    [
        ((Item("A350", 2),), 2, (Item("A350", 1), Item("B260", 1))),
        ((Item("A350", 1), Item("C100", 1)), 2, (Item("A350", 1), Item("B260", 1))),
        ((Item("A350", 1), Item("B260", 1)), 1, (Item("B260", 2),)),
        ((Item("A350", 1),), 2, None),
        ((Item("A350", 2), Item("C100", 2)), 2, None),
        ((Item("B260", 2),), 1, None),
    ],
)
def test_one_set_by_its_place_is_of_another_model(
    was: tuple[Item, ...], place: int, now: tuple[Item, ...] | None
) -> None:
    found = corrected(Command("sale", items=was), Correction((Item("B260", -1),), place=place))
    assert (found.items if found is not None else None) == now


@pytest.mark.parametrize(
    "text", ["有一台是昨天的", "其中一台是昨天的", "one of them was yesterday", "里面有2台是昨天卖的"]
)
def test_some_of_what_was_sent_were_of_another_day(text: str) -> None:
    (command,) = read(text).commands
    assert (command.verb, command.outcome) == ("fix", CONFIRM)
    assert command.correction is not None and command.correction.dated
    assert command.correction.on == date(2026, 11, 29)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("sorry wrong shop", "undo confirm"),
        ("不好意思报错店了", "undo confirm"),
        ("delivered but not received", "feedback confirm"),
        ("系统显示已送达但没收到货", "feedback confirm"),
        ("order 1001 delivered but not received", "feedback confirm"),
        ("customer cancelled one a350", "return A350x1 confirm"),
        ("客人退订1台A350", "return A350x1 confirm"),
        ("sum last friday", "summary on=2026-11-27"),
    ],
)
def test_other_words_on_what_was_sent(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize("text", ["好的下单", "够就下", "ok place the order", "有货就下单"])
def test_words_of_going_ahead_agree_to_a_draft(text: str) -> None:
    (command,) = read(text).commands
    assert command.outcome == "rejected" and command.bare is not None
    assert command.bare.agrees and command.bare.verb == "order"


@pytest.mark.parametrize(("text", "dealer"), [("harbour", "D1002"), ("sunny", "D1001"), ("京华", "D1010")])
def test_half_the_name_of_a_shop_alone_is_the_shop(text: str, dealer: str) -> None:
    (command,) = read(text).commands
    assert command.bare is not None and command.bare.dealer == dealer and command.bare.doubtful


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("sold 3 a350.. sorry 2 a350 and 1 b200", "sale A350x2 B200x1 confirm"),
        ("sold 3 a350, oops 1 c100 and 2 a350", "sale C100x1 A350x2 confirm"),
        (
            "Sold 2 C100 today. Still have 7 C100 and 3 A350. Need 10 A350 pls",
            "sale C100x2 confirm | count C100x7 A350x3 confirm | order A350x10 confirm",
        ),
        ("卖C100两台,柜里剩七台,另外帮我备十台A350", "sale C100x2 confirm | order A350x10 confirm"),
        ("c100 c100 c100 a350 今天卖的就这几台", "sale C100x3 A350x1 confirm"),
    ],
)
def test_what_is_put_right_or_told_of_other_things_is_not_added_up(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize(
    "text",
    [
        "as of sunday nite we r holding 11 n60 n 4 b260, includes 2 n60 reserved 4 customer",
        "对门手机店今儿卖疯了,12台N60,咱店眼巴巴看着",
        "no no no that was stock not sale!!",
        "你们仓有多少lumen 20我全要了",
        "1755那台客人又不要了,报过的去掉",
        "a350 3 + 2 = 5 sold (3 am, 2 pm)",
    ],
)
def test_nothing_is_proposed_of_what_others_sold_of_a_part_or_of_a_name(text: str) -> None:
    assert not live(text)


@pytest.mark.parametrize(
    "text",
    [
        "Your OTP is 482913. Do not share it with anyone. -HDFC Bank",
        "【丰巢】凭取件码83920114取件,2号柜",
        "验证码 220918，请勿泄露",
    ],
)
def test_codes_that_machines_send_are_not_answered(text: str) -> None:
    assert machine(text)


@pytest.mark.parametrize("text", ["otp not coming to customer", "客户问验证码怎么收不到", "what is the code of a350"])
def test_who_asks_about_codes_is_no_machine(text: str) -> None:
    assert not machine(text)


def test_the_number_of_a_bill_is_no_quantity_of_a_story() -> None:
    (command,) = read("Customer Prakash took A350 for his old mother bill no 2231").commands
    assert command.understood is None or command.understood.quantity is None
