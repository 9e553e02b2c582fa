"""Conversations: consent, corrections, days, taking back and stale questions, each with what the books must hold."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.business.conversation.talk import SETS, Books, Talk

TODAY, YESTERDAY, SATURDAY, FRIDAY = "2026-11-30", "2026-11-29", "2026-11-28", "2026-11-27"

# The texts of one owner, minutes apart; what the shop has sold by day, and ordered.
TALKS: dict[str, tuple[list[str], dict[str, dict[str, int]], dict[str, int]]] = {
    # ---- consent
    "thanks is no yes": (["order 5 3310", "thanks"], {}, {}),
    "收到 is no yes": (["订货 3310 5台", "收到"], {}, {}),
    "thanks, then a yes": (["order 5 3310", "thank you", "YES"], {}, {"3310": 5}),
    "a second yes": (["order 5 3310", "yes", "ok"], {}, {"3310": 5}),
    "好的 after a booking": (["卖C100 2台", "好的"], {TODAY: {"C100": 2}}, {}),
    "got it after a booking": (["sold 2 c100", "got it thanks"], {TODAY: {"C100": 2}}, {}),
    # ---- corrections of a question
    "不是3台是2台": (["昨天卖了3台C100", "不是3台是2台", "是"], {YESTERDAY: {"C100": 2}}, {}),
    "not 3, 2": (["sold 3 c100 yesterday", "not 3, 2", "yes"], {YESTERDAY: {"C100": 2}}, {}),
    "2 not 3": (["sold 3 c100 yesterday", "2 not 3", "yes"], {YESTERDAY: {"C100": 2}}, {}),
    "yes but": (["sold 4 n60p on saturday", "yes but 3", "yes"], {SATURDAY: {"N60P": 3}}, {}),
    "是的不过": (["上周六卖了4台N60P", "是的，不过是3台", "是"], {SATURDAY: {"N60P": 3}}, {}),
    "of two models": (
        ["yesterday sold 2 a350 and 3 c100", "c100 was 1", "yes"],
        {YESTERDAY: {"A350": 2, "C100": 1}},
        {},
    ),
    "the other day": (["sold 2 a380 yesterday", "no it was saturday", "yes"], {SATURDAY: {"A380": 2}}, {}),
    "draft made anew": (["order 10 b200", "make it 15", "yes"], {}, {"B200": 15}),
    "改成": (["订货 B200 10台", "改成8台", "是的"], {}, {"B200": 8}),
    "more on the draft": (["order 5 b200", "add 10 3310", "yes"], {}, {"B200": 5, "3310": 10}),
    "yes and also": (["sold 4 a350 yesterday", "yes and also 1 c100", "yes"], {YESTERDAY: {"A350": 4, "C100": 1}}, {}),
    "对，还有": (["昨天卖了4台A350", "对，还有1台C100", "是"], {YESTERDAY: {"A350": 4, "C100": 1}}, {}),
    "yes plus more of it": (["order 5 b200", "yes plus 10 3310", "yes"], {}, {"B200": 5, "3310": 10}),
    "it's ok leave it": (["4 a350 sold i think", "it's ok leave it", "yes"], {}, {}),
    "never mind, do send it": (["order 5 b200", "never mind, do send it", "yes", "yes"], {}, {"B200": 5}),
    "dont stop": (["dont stop", "yes"], {}, {}),
    "dont undo": (["sold 2 c100", "dont undo S1001", "yes"], {TODAY: {"C100": 2}}, {}),
    "a correction alone books nothing": (["昨天卖了3台C100", "不是3台，2台"], {}, {}),
    # ---- corrections of a booking
    "sorry 2": (["sold 3 a380", "sorry 2", "yes"], {TODAY: {"A380": 2}}, {}),
    "写错了": (["卖A380 3台", "写错了，是2台", "是"], {TODAY: {"A380": 2}}, {}),
    "i meant": (["sold 3 a350", "i meant a380", "yes"], {TODAY: {"A380": 3}}, {}),
    "错了，是C100": (["卖了1台B200", "错了，是C100", "是的"], {TODAY: {"C100": 1}}, {}),
    "A380 not A350": (["sold 1 a350 2 c100", "a380 not a350", "yes"], {TODAY: {"A380": 1, "C100": 2}}, {}),
    "one of two": (["sold 2 a350 1 c100", "sorry c100 was 3", "ok"], {TODAY: {"A350": 2, "C100": 3}}, {}),
    "out of two": (["sold 2 a350 1 c100", "remove the c100", "yes"], {TODAY: {"A350": 2}}, {}),
    "昨天的": (["卖C100 2台", "不好意思，是昨天的", "是"], {YESTERDAY: {"C100": 2}}, {}),
    "that was friday": (["sold 2 c100", "sorry that was last friday", "yes"], {FRIDAY: {"C100": 2}}, {}),
    "an older booking that has it": (
        ["sold 1 c100", "sold 2 a350", "c100 was 3", "yes"],
        {TODAY: {"C100": 3, "A350": 2}},
        {},
    ),
    "by reference": (["sold 1 c100", "sold 2 a350", "FIX S1001 C100 4", "yes"], {TODAY: {"C100": 4, "A350": 2}}, {}),
    "by IMEI": ([f"s {SETS[0]}", f"sorry wrong, it was {SETS[1]}", "yes"], {TODAY: {"A350": 1}}, {}),
    "back again": (["Sold 4 C100", "no sorry 3", "no no 4 was right", "yes"], {TODAY: {"C100": 4}}, {}),
    "corrected twice": (["sold 4 c100", "sorry 3", "sorry 2", "yes"], {TODAY: {"C100": 2}}, {}),
    "no to the correction": (["sold 4 c100", "sorry 3", "no"], {TODAY: {"C100": 4}}, {}),
    "a placed order": (["order 10 b200", "yes", "sorry 12", "yes"], {}, {"B200": 12}),
    "which of two is not guessed": (["sold 2 a350 3 c100", "sorry 5", "yes"], {TODAY: {"A350": 2, "C100": 3}}, {}),
    "nothing there": (["sorry 2", "yes"], {}, {}),
    "another's number is not it": (["sold 3 a350", "not 5, 2", "yes"], {TODAY: {"A350": 3}}, {}),
    # ---- taking back
    "delete that": (["sold 2 a380", "oops wrong, delete that", "yes"], {}, {}),
    "delete, no leave it": (["sold 2 a380", "delete that sale", "no leave it"], {TODAY: {"A380": 2}}, {}),
    "作废": (["卖了3台A350", "刚才那条作废，客人没付钱", "是的"], {}, {}),
    "上一条发错了": (["卖了3台A350", "卖了1台C100", "上一条发错了", "是"], {TODAY: {"A350": 3}}, {}),
    "the question that is newer": (
        ["sold 1 c100", "sold 2 a350 yesterday", "delete that", "yes"],
        {TODAY: {"C100": 1}},
        {},
    ),
    "several references": (["sold 1 c100", "sold 2 a350", "sold 3 b200", "UNDO S1001 S1003"], {TODAY: {"A350": 2}}, {}),
    "by digits": (["sold 1 c100", "undo 1001"], {}, {}),
    "cancel my last report": (["sold 1 c100", "pls cancel my last report", "yes"], {}, {}),
    "cancel order": (["order 5 3310", "yes", "cancel order 1001"], {}, {}),
    "订单不要了": (["订货 3310 5台", "是", "订单1001不要了", "是"], {}, {}),
    "先别订": (["订8台B200", "等等先别订，我问下老婆", "好的谢谢"], {}, {}),
    "取消 of a draft": (["订货 B200 8台", "取消", "是"], {}, {}),
    "hold on": (["order 8 b200", "hold on, asking my wife", "ok thanks"], {}, {}),
    # ---- what came between
    "a booking between": (["昨天卖了2台C100", "s c100 2", "yes"], {TODAY: {"C100": 2}}, {}),
    "and the yes again": (
        ["昨天卖了2台C100", "s c100 2", "yes", "yes"],
        {TODAY: {"C100": 2}, YESTERDAY: {"C100": 2}},
        {},
    ),
    "what was not understood between": (["order 10 b200", "dont order 10 b200", "yes"], {}, {}),
    "a look at the stock is not between": (["order 10 b200", "stock b200", "yes"], {}, {"B200": 10}),
    "named, it is answered": (["order 10 b200", "sold 1 c100", "yes 1001"], {TODAY: {"C100": 1}}, {"B200": 10}),
    # ---- not sure, totals, demo sets, what is left
    "think, yes but": (["think we sold 3 a350 yesterday", "yes but 2", "yes"], {YESTERDAY: {"A350": 2}}, {}),
    "好像": (["前天新星60Pro好像走了4台", "对，不过应该是3台", "是的"], {SATURDAY: {"N60P": 3}}, {}),
    "probably": (["probably sold 2 c100 yesterday", "yes"], {YESTERDAY: {"C100": 2}}, {}),
    "not sure and no yes": (["i think we sold 3 a350 today", "no"], {}, {}),
    "a total that is off": (
        ["Sales today A350 2, A380 1. Total 4", "A380 was 2", "yes"],
        {TODAY: {"A350": 2, "A380": 2}},
        {},
    ),
    "合计不对": (["今天卖了A350 2台 C100 1台 合计4台", "不对，C100是2台", "是"], {TODAY: {"A350": 2, "C100": 2}}, {}),
    "样机不算": (["拿1台A380做样机摆柜台，不算卖的。卖了C100两台", "是的"], {TODAY: {"C100": 2}}, {}),
    "and what is left": (["sold 2 c100, how many left?", "yes"], {TODAY: {"C100": 2}}, {}),
    "卖了，还剩": (["C100卖了两台，还剩几台？", "是"], {TODAY: {"C100": 2}}, {}),
    "dashes": (["sold today\nA350 -\nA380 2\nN60P -", "yes"], {TODAY: {"A380": 2}}, {}),
    # ---- what was asked, and another day
    "how many": (["sold a350", "two"], {TODAY: {"A350": 2}}, {}),
    "a no came between": (["sold a350", "no", "2"], {}, {}),
    "a part of another day": (
        ["卖c100 1 b200 2", "b200那两台是昨天卖的", "是"],
        {TODAY: {"C100": 1}, YESTERDAY: {"B200": 2}},
        {},
    ),
    "make the": (["ord c100 2 b200 10", "make the c100 3 pls", "yes"], {}, {"C100": 3, "B200": 10}),
    # ---- several days, other makers
    "two days": (["昨天卖A350一台，今天卖A350两台", "是"], {YESTERDAY: {"A350": 1}, TODAY: {"A350": 2}}, {}),
    "other makers": (["two Huawei, three Xiaomi, one Aurora 3.8 sold", "yes"], {TODAY: {"A380": 1}}, {}),
}


@pytest.mark.parametrize("name", TALKS)
def test_the_books_hold_what_was_meant(name: str, engine: Engine) -> None:
    texts, sales, orders = TALKS[name]
    talk = Talk(engine)
    answers = [talk.say(text) for text in texts]
    found = talk.books()
    assert found == Books(sales, orders), answers


STOPS = ("STOP", "退订", "回T退订", "STOPALL", "opt out", "REMOVE ME", "QUIT", "END", "revoke", "TD")
POLITE = ("OK", "好的", "嗯", "收到", "对", "thanks", "YES", "ok thank you", "好的谢谢", "noted")


@pytest.mark.parametrize(("stop", "then"), [*((stop, "OK") for stop in STOPS), *(("STOP", then) for then in POLITE)])
def test_what_one_says_politely_does_not_undo_a_stop(stop: str, then: str, engine: Engine) -> None:
    talk = Talk(engine)
    talk.say(stop)
    assert talk.books().stopped
    talk.say(then)
    assert talk.books().stopped
    talk.say("UNSTOP")
    assert not talk.books().stopped


def test_a_question_and_its_answer_say_the_day_in_words(engine: Engine) -> None:
    talk = Talk(engine)
    assert "SALE C100 1, yesterday 29Nov?" in talk.say("forgot to tell you, sold 1 c100 yesterday")
    assert "sold at V0001 yesterday 29Nov" in talk.say("yes")
    assert "S1001 C100 x1 of yesterday 29Nov" in talk.say("last")
    assert "SALE A350 1, Sat 28Nov; SALE B200 2, today 30Nov?" in talk.say("sold A350 1 on saturday and B200 2 today")


def test_the_same_in_chinese(engine: Engine) -> None:
    talk = Talk(engine, "zh")
    assert "销售 C100 1,昨天11月29日?" in talk.say("昨天卖了1台C100")
    assert "昨天11月29日售C100×1" in talk.say("是")
    assert "S1001 C100 x1(昨天11月29日的)" in talk.say("最近")
    assert "S1001原为C100×1,昨天11月29日,改为C100×1,今天11月30日?" in talk.say("不对，是今天的")


def test_a_question_shows_every_model_that_a_yes_would_book(engine: Engine) -> None:
    talk = Talk(engine)
    asked = talk.say("forgot, yesterday sold a350 1 a380 2 b200 3 c100 4 n60p 5 3310 6")
    assert "SALE A350 1 A380 2 B200 3 C100 4 N60P 5 3310 6, yesterday 29Nov?" in asked


def test_before_and_after_are_shown_and_nothing_is_changed_before_the_yes(engine: Engine) -> None:
    talk = Talk(engine)
    talk.say("sold 2 a350 1 c100")
    assert talk.say("c100 was 3").startswith("S1001 was A350 x2, C100 x1. Make it A350 x2, C100 x3?")
    assert talk.books().sales == {TODAY: {"A350": 2, "C100": 1}}
    assert talk.say("yes") == (
        "OK S1001: taken back.\n"
        "OK S1002: A350 x2, C100 x3 sold at V0001, IMEIs due 07Dec. Today 5, week 5. Wrong? UNDO S1002"
    )
    assert talk.say("sorry 2").startswith("S1002 is A350 x2, C100 x3. What of it is right?")
    assert "Take back S1002 (A350 x2, C100 x3, today 30Nov)?" in talk.say("作废")


def test_a_correction_is_made_whole_or_not_at_all(engine: Engine) -> None:
    talk = Talk(engine)
    talk.say(f"s {SETS[0]}")
    talk.say(f"s {SETS[1]}")
    assert "Make it" in talk.say(f"FIX S1001 {SETS[2]}")
    talk.say(f"s {SETS[2]}")  # sold meanwhile, so that the correction can be booked no more
    assert "sold before (S1004" in talk.say("yes 1003")
    assert talk.books().sales == {TODAY: {"A350": 3}}
    assert "OK S1001: undone" in talk.say("undo s1001")  # it was never taken back


def test_a_correction_of_what_was_undone_meanwhile_books_nothing(engine: Engine) -> None:
    talk = Talk(engine)
    talk.say("sold 2 a350")
    talk.say("sorry 3")
    talk.say("undo s1001")
    talk.say("yes")
    talk.say("yes")
    assert talk.books() == Books()
