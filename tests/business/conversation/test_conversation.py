"""From text to text: what people of both languages send, and word for word what they are answered."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw.business.dialogue import answer
from smsgw.business.shipping.rules import ShipmentLine, ship
from smsgw.language.grammar.grammar import Grammar
from smsgw.language.grammar.words import Words
from smsgw.language.names.lexicon import Lexicon
from smsgw.language.reading.reader import Reader
from smsgw.language.replies.replies import Replies
from smsgw.sms.length import fits
from tests.business.dict_ledger import CLERK, FIELD, OTHER_OWNER, OWNER, STRANGER, DictLedger, imei, sample
from tests.business.say import well_formed

GRAMMAR = Grammar()
REPLIES = Replies.load(vocabulary=Words(GRAMMAR))
LEXICON = Lexicon.build(
    [
        ("A350", "Aurora 3.5", ["曙光3.5"]),
        ("A380", "Aurora 3.8", []),
        ("B200", "Borealis 200", ["北极光200"]),
        ("C100", "Comet 100", []),
    ],
    ["D1001", "D1002", "D2001"],
    ["EAST", "WEST"],
)
READER = Reader(LEXICON, own_reply=REPLIES.own_reply, grammar=GRAMMAR)


def sets(number: int) -> str:
    return imei("86012345", number)


def stocked() -> DictLedger:
    """The sample network, D1001 with twelve A350 shipped on 1 April."""
    books = sample()
    for number in range(1, 13):
        books.begin()
        books.apply(ship(ShipmentLine("SH1", "D1001", sets(number), "A350", date(2026, 4, 1)), books))
    return books


def text(books: DictLedger, phone: str, said: str) -> str:
    books.begin(phone)
    reading = READER.understand(said, today=date(2026, 4, 15))
    books.folded = reading.folded
    decision = answer(reading, phone, books)
    reply = REPLIES.render(decision.replies, decision.language)
    assert fits(reply, 2)
    assert fits(reply, 1) or len(reading.commands) > 1
    assert books.faults() == []
    return reply


CONVERSATIONS: dict[str, list[tuple[str, str, str]]] = {
    "a sale, the same text again, the same set again, and taken back": [
        (OWNER, f"S {sets(1)}", "OK S1001: 1 sold at D1001 (A350 x1). Today 1, week 1. Wrong? UNDO S1001"),
        (OWNER, f"S {sets(1)}", "Already saved as S1001 at 10:13, not counted twice. Wrong? UNDO S1001"),
        (OWNER, f"S {sets(1)} RO", f"Nothing saved: {sets(1)} sold before (S1001 15Apr)."),
        (CLERK, f"销售 {sets(1)}", f"未保存:{sets(1)}已售过(S1001 4月15日)。"),
        (OWNER, "UNDO", "OK S1001: undone, 1 taken back at D1001. Today 0, week 0."),
        (CLERK, f"销售{sets(1)}", "已收S1002:D1001售A350×1。今日1台,本周1台。有误回:撤销 S1002"),
    ],
    "some sets of a list are bad": [
        (OWNER, f"S {sets(1)}", "OK S1001: 1 sold at D1001 (A350 x1). Today 1, week 1. Wrong? UNDO S1001"),
        (
            OWNER,
            f"sale {sets(2)},{sets(3)} {sets(1)} 86012345000",
            "OK S1002: 2 sold at D1001. Not saved: #3 ..0012 sold before (S1001 15Apr), "
            "#4 ..5000 has 11 digits, not 15. Resend only these 2. Wrong? UNDO S1002",
        ),
    ],
    "a misspelt verb is asked, and run by yes": [
        (OWNER, f"SLAE {sets(4)}", f"Did you mean: SALE {sets(4)}? Nothing is saved yet. Reply YES S1001 or NO"),
        (OWNER, "yes pls", "OK S1001: 1 sold at D1001 (A350 x1). Today 1, week 1. Wrong? UNDO S1001"),
    ],
    "sets without IMEI": [
        (OWNER, "S A350 3", "OK S1001: A350 x3 sold at D1001, IMEIs due 22Apr. Today 3, week 3. Wrong? UNDO S1001"),
        (
            OWNER,
            "S A350 3",
            "Already saved as S1001 at 10:13, not counted twice. Really again? Add RO: SALE A350 3 RO",
        ),
        (OWNER, "S A350 3 RO", "OK S1002: A350 x3 sold at D1001, IMEIs due 22Apr. Today 6, week 6. Wrong? UNDO S1002"),
    ],
    "a stock-take": [
        (
            OWNER,
            "COUNT B200 5",
            "OK K1001: D1001 B200 5 (book 0, +5). Not counted: A350 (book 12). Send COUNT A350 n",
        ),
        (CLERK, "盘点 A350 11 B200 5", "已收K1002:D1001 A350盘11(账12),B200盘5(相符)。有误回:撤销 K1002"),
        (OWNER, "COUNT B200 1200", "B200 1200? The book has 5. Not saved. If right, reply YES K1003"),
        (OWNER, "STK", "D1001 has A350 11, B200 5. In all 16."),
    ],
    "an order, placed, told and taken back": [
        (
            OWNER,
            "ORD A350 20 B200 10",
            "Draft O1001: A350 x20, B200 x10 = 26200.00. Credit left 61800.00. Reply YES 1001 by 10:43, or NO 1001",
        ),
        (OWNER, "YES", "OK O1001: placed 10:14, 26200.00, approved. Credit left 61800.00. How far it is: ORD 1001"),
        (OWNER, "ORD 1001", "O1001 of 15Apr: approved, 0 of 30 shipped, 26200.00 (A350 x20, B200 x10)"),
        (
            OWNER,
            "BAL",
            "D1001: owe 12000.00, limit 100000.00, open orders 26200.00, free 61800.00, overdue 0.00. 15Apr 10:16",
        ),
        (OWNER, "UNDO O1001", "OK O1001: order cancelled, nothing shipped. 26200.00 is free again."),
    ],
    "an order in Chinese, dropped": [
        (OTHER_OWNER, "订货 A350 3", "订单O1001:A350×3,共3120。余额度46880。10:43前回:是 1001 或 否 1001"),
        (OTHER_OWNER, "否", "O1001已放弃,未下单。"),
        (OTHER_OWNER, "余额", "D1002:欠0,额度50000,未结单0,可用50000,逾期0。4月15日 10:15"),
    ],
    "several commands in one text": [
        (
            OWNER,
            "STK A350\nNIL; P B200",
            "A350: D1001 has 12, 0 sold in 7 days. 15Apr 10:13\n"
            "OK N1001: zero sales for D1001 15Apr.\n"
            "B200: dealer 620.00, retail 698.00 from 01Jan.",
        ),
    ],
    "a short IMEI and a slip": [
        (
            OWNER,
            f"S {sets(5)[-5:]}",
            f"{sets(5)[-5:]} is not a valid IMEI. You have {sets(5)} (A350) in stock. That one? "
            "Not saved yet. Reply YES S1001",
        ),
        (OWNER, "1", "OK S1001: 1 sold at D1001 (A350 x1). Today 1, week 1. Wrong? UNDO S1001"),
    ],
    "what cannot be read teaches how": [
        (
            OWNER,
            "hello",
            "Hello! This number takes reports and questions by text, for example SALE A350 2. All commands: HELP",
        ),
        (OWNER, "ORD", "ORD model qty. Example: ORD A350 2. Nothing saved yet."),
        (OWNER, "ORD A350 B200 10", "How many A350? Nothing was saved. Example: ORD A350 5 B200 10"),
        (
            OWNER,
            "IMEI 13900000001",
            "13900000001 is a phone number, not an IMEI. Dial *#06# on the set to see its IMEI. Nothing saved.",
        ),
        (OWNER, "S 8601234500002", "8601234500002 has 13 digits, an IMEI has 15. Dial *#06# to see it. Nothing saved."),
        (OWNER, "P Q999", "Q999 is not a model we know. Nothing saved. STOCK shows the codes of your models."),
        (CLERK, "你好", "您好!本号码接收短信上报和查询,如:销售 A350 2。全部指令回:帮助"),
        (CLERK, "价格", "价格 型号,例:价格 A350。尚未保存。"),
        (
            OWNER,
            "ORD model qty",
            "That is the example from the card. Put your own in its place: ORD model qty. Nothing was saved.",
        ),
    ],
    "whose a verb is": [
        (OWNER, "APP 7731", "APP is for managers. Nothing done. Your commands: HELP"),
        (CLERK, "订货 A350 3", "订货仅限店主,业务员,经理使用,未执行。您的指令回:帮助"),
        (OWNER, "VISIT D1001", "VISIT is for field staff, managers. Nothing done. Your commands: HELP"),
        (FIELD, "STK A350", "For which shop? Nothing done. Add its code, as in: STOCK A350 @D1001"),
        (FIELD, "STK A350 @D1001", "A350: D1001 has 12, 0 sold in 7 days. 15Apr 10:17"),
        (FIELD, "STK @D2001", "D2001 is not in your area. Nothing done."),
    ],
    "strangers": [
        (
            STRANGER,
            f"S {sets(1)}",
            "This phone is not registered. Nothing saved. Please ask your area manager to register it for your shop.",
        ),
        (STRANGER, f"销售 {sets(1)}", "本机未注册,未保存。请联系区域经理为您的店登记本机。"),
        (
            STRANGER,
            f"IMEI {sets(1)}",
            f"{sets(1)} is a genuine A350. Not sold yet: the warranty starts on the day of sale.",
        ),
    ],
    "silence": [
        (OWNER, "OK S1001: 1 sold at D1001 (A350 x1). Today 1, week 1. Wrong? UNDO S1001", ""),
        (OWNER, "For which shop? Nothing done. Add its code, as in: STOCK A350 @D1001", ""),
        (CLERK, "D1001有A350 11,B200 5。共16台。", ""),
        (
            OWNER,
            "STOP",
            "No more notices or reminders from us. Your own commands still work and are answered. START to resume.",
        ),
        (OWNER, "STOP", ""),
    ],
    "languages": [
        (OWNER, "LANG ZH", "已改用中文回复。英文请回:语言 EN"),
        (OWNER, "LAST", "本机尚无记录。指令说明请发:帮助"),
        (OWNER, "语言 英文", "We will answer in English. For Chinese send LANG ZH"),
    ],
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_goes_word_for_word(name: str) -> None:
    books = stocked()
    for phone, said, expected in CONVERSATIONS[name]:
        assert text(books, phone, said) == expected


def test_ten_sets_of_one_long_text_are_told_in_one_part() -> None:
    books = stocked()
    reply = text(books, OWNER, "S " + " ".join(sets(n) for n in range(1, 11)))
    assert reply == "OK S1001: 10 sold at D1001 (A350 x10). Today 10, week 10. Wrong? UNDO S1001"
    assert books.stock.levels("D1001")["A350"].quantity == 2


def test_help_of_every_verb_and_language_fits_and_shows_a_right_example() -> None:
    books = stocked()
    for phone, word in ((OWNER, "HELP"), (CLERK, "帮助")):
        assert fits(text(books, phone, word), 1)
        for verb in ("SALE", "COUNT", "订货", "UNDO", "STOCK"):
            assert fits(text(books, phone, f"{word} {verb}"), 1)


TEXTS = [said for lines in CONVERSATIONS.values() for _, said, _ in lines if said]
PHONES = [OWNER, CLERK, FIELD, OTHER_OWNER, STRANGER]


@st.composite
def sloppy(draw: st.DrawFn) -> str:
    """A text of the conversations, with a slip in it or another text behind it; now and then anything at all."""
    said = draw(st.sampled_from(TEXTS))
    match draw(st.integers(0, 4)):
        case 0:
            return said
        case 1:
            at = draw(st.integers(0, len(said)))
            return said[:at] + draw(st.sampled_from(["", "1", "X", " ", "销", "@D1001 ", ";"])) + said[at + 1 :]
        case 2:
            return said + "\n" + draw(st.sampled_from(TEXTS))
        case 3:
            return said.swapcase()
        case _:
            return draw(st.text(max_size=40))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(PHONES), sloppy()), max_size=8))
def test_whatever_is_sent_the_answer_fits_and_the_books_agree(course: list[tuple[str, str]]) -> None:
    books = stocked()
    for phone, said in course:
        books.begin(phone)
        reading = READER.understand(said, today=date(2026, 4, 15))
        books.folded = reading.folded
        decision = answer(reading, phone, books)
        assert all(well_formed(reply) for reply in decision.replies)
        assert tuple(books.applied) == decision.records
        assert fits(REPLIES.render(decision.replies, decision.language), 2)
        assert books.faults() == []


def test_of_several_questions_one_without_arguments_is_named_by_its_verb() -> None:
    books = stocked()
    assert "Did you mean: NIL?" in text(books, OWNER, "zero sale because of rain")
    text(books, OWNER, "ORD A350 3")
    assert "N1001 (NIL)" in text(books, OWNER, "yes")


def test_a_question_that_is_read_with_doubt_is_answered() -> None:
    assert text(stocked(), OWNER, "no credit").startswith("D1001: owe")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("feedback the box was wet", "OK C1001: noted."),
        ("complaint: the box was wet", "OK C1001: noted."),
        ("ORD A350 3; 定单 1001", "O1001 of 15Apr: a draft"),
    ],
)
def test_what_people_say_for_a_verb_is_known(said: str, answered: str) -> None:
    assert answered in text(stocked(), OWNER, said)
