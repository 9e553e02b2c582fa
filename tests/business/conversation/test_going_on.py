"""Bare texts: what was asked is answered, a question goes on with another subject; a new text is never an answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from smsgw.business.conversation.rules.records import Booked
from smsgw.business.dialogue import answer
from smsgw.business.orders.rules import OrderDrafted
from smsgw.business.stock.rules import StockMoved
from tests.business.conversation.test_conversation import REPLIES
from tests.business.conversation.test_so_far import network
from tests.business.dict_ledger import MANAGER, OTHER_OWNER, OWNER, DictLedger
from tests.language.sentences.world import MONDAY, reader

SUNDAY, FRIDAY, SATURDAY = date(2026, 11, 29), date(2026, 11, 27), date(2026, 11, 28)


def shop() -> DictLedger:
    """The sample network, each shop with a book of every model."""
    books = network()
    books.begin()
    books._now += MONDAY - books.now.date()
    for code in books.products:
        books.apply([StockMoved(dealer, code, 20, 0, "opening", "OPEN") for dealer in ("D1001", "D1002")])
    return books


def said(books: DictLedger, phone: str, text: str, minutes: float = 1) -> str:
    books.begin(phone, after=timedelta(minutes=minutes))
    reading = reader().understand(text, today=MONDAY)
    books.folded = reading.folded
    decision = answer(reading, phone, books)
    return REPLIES.render(decision.replies, decision.language)


def sold(books: DictLedger) -> dict[tuple[date, str], int]:
    """The live sales by day and model."""
    found: dict[tuple[date, str], int] = {}
    for line in books._live_lines():
        found[line.on, line.model] = found.get((line.on, line.model), 0) + line.quantity
    return found


COUNTS: dict[str, tuple[list[str], dict[str, int]]] = {
    "no 5": (["COUNT GL7 4", "no 5", "yes"], {"GL7": 5}),
    "看错了，是3": (["盘点 a350 4", "看错了，是3", "是"], {"A350": 3}),
    "c150也是3": (["盘点 c100 3", "c150也是3", "是"], {"C100": 3, "C150": 3}),
    "and c150 3": (["count c100 3", "and c150 3", "yes"], {"C100": 3, "C150": 3}),
    "asked only": (["count c100 3", "sorry 4"], {"C100": 3}),
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_count_is_put_right_and_goes_on(name: str) -> None:
    texts, levels = COUNTS[name]
    books = shop()
    answers = [said(books, OWNER, text) for text in texts]
    found = {model: level.quantity for model, level in books.stock.levels("D1001").items() if level.quantity != 20}
    assert found == levels, answers


# Texts of an owner, and what the shop has sold on that Monday; (day, model) where it was another day.
ANSWERS: dict[str, tuple[list[str], dict[tuple[date, str], int]]] = {
    "how many": (["sold a350", "two"], {(MONDAY, "A350"): 2}),
    "几台": (["卖了a350", "两台"], {(MONDAY, "A350"): 2}),
    "how many, with courtesy": (["sold c100", "just 1 pls"], {(MONDAY, "C100"): 1}),
    "how many of which": (["sold c100", "c100 3"], {(MONDAY, "C100"): 3}),
    "how many, one by one": (["卖了c100和b200", "两台", "一台"], {(MONDAY, "C100"): 2, (MONDAY, "B200"): 1}),
    "the day stays": (["sold a350 yesterday", "2", "yes"], {(SUNDAY, "A350"): 2}),
    "which model": (["sold 3 today", "c100"], {(MONDAY, "C100"): 3}),
    "什么型号": (["卖了3台", "冰川7"], {(MONDAY, "GL7"): 3}),
    "what happened": (["b200 2", "sold"], {(MONDAY, "B200"): 2}),
    "what, then how many": (["c100", "sale", "3"], {(MONDAY, "C100"): 3}),
    "which of a series": (["sold nova x2", "the pro"], {(MONDAY, "N60P"): 2}),
    "a number that is put right is asked": (["sold a350", "3 no 4"], {}),
    "and then it is so": (["sold a350", "3 no 4", "yes"], {(MONDAY, "A350"): 4}),
    "不 四台": (["卖了a350", "三台 不 四台", "是"], {(MONDAY, "A350"): 4}),
    "more of what was sold is asked": (["sold 2 a350", "and 1 c100"], {(MONDAY, "A350"): 2}),
    "and is booked then": (["sold 2 a350", "and 1 c100", "yes"], {(MONDAY, "A350"): 2, (MONDAY, "C100"): 1}),
    "a number put right before the model": (["sold 3 no 4 a350", "yes"], {(MONDAY, "A350"): 4}),
    "no wait": (["sold 3 c100", "sold 2 no wait 3 b200", "yes"], {(MONDAY, "C100"): 3, (MONDAY, "B200"): 3}),
    "哦不": (["卖了2台 哦不 3台 b200", "是"], {(MONDAY, "B200"): 3}),
    "no before another model puts nothing right": (["sold 3 a350 no 2 b200", "yes"], {}),
    # ---- another day
    "那两台是昨天卖的": (
        ["卖c100 1 b200 2", "b200那两台是昨天卖的", "是", "是"],
        {(MONDAY, "C100"): 1, (SUNDAY, "B200"): 2},
    ),
    "those were sold yesterday": (["sold 2 a350", "those 2 were sold yesterday", "yes"], {(SUNDAY, "A350"): 2}),
    "the a350 was for friday": (
        ["sold 1 a350 2 c100", "the a350 was for last friday", "yes"],
        {(FRIDAY, "A350"): 1, (MONDAY, "C100"): 2},
    ),
    "a part of them": (
        ["sold 4 b200", "two of the b200 were yesterday", "yes"],
        {(MONDAY, "B200"): 2, (SUNDAY, "B200"): 2},
    ),
    "an older booking has them": (
        ["sold 1 a350", "sold 2 b200", "the a350 was yesterday", "yes"],
        {(SUNDAY, "A350"): 1, (MONDAY, "B200"): 2},
    ),
    "the open question": (["sold 2 b200 yesterday", "those were saturday", "yes"], {(SATURDAY, "B200"): 2}),
    "it was yesterday": (["sold 2 b200", "it was yesterday", "yes"], {(SUNDAY, "B200"): 2}),
    "one of them": (["sold 3 a350", "其中一台是昨天的", "是"], {(MONDAY, "A350"): 2, (SUNDAY, "A350"): 1}),
    # ---- one of several
    "the second one": (["sold 2 a350", "the second one was a b260", "yes"], {(MONDAY, "A350"): 1, (MONDAY, "B260"): 1}),
    "第二台": (["卖a350 1 c100 1", "第二台是B260", "是"], {(MONDAY, "A350"): 1, (MONDAY, "B260"): 1}),
    "there is no second": (["sold 1 a350", "the second one was a b260", "yes"], {(MONDAY, "A350"): 1}),
    "the wrong shop": (["sold 3 a350", "sorry wrong shop", "yes"], {}),
    "no order is agreed to": (["sold 3 a350, total 3 a350 today", "好的下单"], {}),
    "another day on a no": (["卖了3台c100", "刚才那台c100是昨天的", "否"], {(MONDAY, "C100"): 3}),
    "asked, and to come": (
        ["sold 2 c100", "were those 2 sold yesterday?", "yes", "those 2 will be sold tomorrow", "yes"],
        {(MONDAY, "C100"): 2},
    ),
    "of another day where nothing was sent": (["b200那两台是昨天卖的", "是"], {(SUNDAY, "B200"): 2}),
    # ---- no answer
    "a booking came between": (["sold a350", "sold 1 c100", "2"], {(MONDAY, "C100"): 1}),
    "a no came between": (["sold a350", "no", "2"], {}),
    "another model": (["sold a350", "b200 2", "yes"], {}),
    "a text of its own": (["sold", "sold b200 2"], {(MONDAY, "B200"): 2}),
    "a model that is a number": (["卖了a350", "3310", "yes"], {}),
    "nothing was asked": (["2", "two", "a350"], {}),
    "a number beside an open question is asked": (["order 5 b200", "sold c100", "2"], {}),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_makes_whole_what_was_asked_and_nothing_else(name: str) -> None:
    texts, sales = ANSWERS[name]
    books = shop()
    answers = [said(books, OWNER, text) for text in texts]
    assert sold(books) == sales, answers


def test_an_answer_is_heard_for_a_while() -> None:
    books = shop()
    said(books, OWNER, "sold a350")
    assert said(books, OWNER, "2", minutes=61).startswith("No question of ours")
    assert not sold(books)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["stock a350", "@D1002"], "A350: D1002 has 20"),
        (["库存 a350", "D1001"], "A350: D1001 has 20"),
        (["stock a350", "Sunny Mobile"], "A350: D1001 has 20"),
        (["stock a350 @D1001", "and D1002"], "A350: D1002 has 20"),
        (["stock a350 @D1001", "b260呢"], "B260: D1001 has 20"),
        (["stock a350 @D1001", "what about c100", "D1002呢"], "C100: D1002 has 20"),
        (["stock n60 @D1001", "and the pro"], "N60P: D1001 has 20"),
        (["price a350", "b200?"], "B200: retail"),
        (["sum week @D1001", "D1002呢"], "D1002 this week"),
        (["a350", "price"], "A350: retail"),
        (["stock a350 @D1001", "price?"], "A350 for D1001: dealer 1000.00"),
        (["bal D1001", "and how much did they sell this week"], "D1001 this week"),
        (["库存 D1002", "他们这周卖多少"], "D1002 this week"),
        (["what did we sell on the 20th"], "CHINA Fri 20Nov"),
        (["what did we sell on black friday"], "CHINA Fri 27Nov"),
        (["昨天卖了多少"], "CHINA yesterday 29Nov"),
        (["sum week @D1001", "and yesterday?"], "D1001 yesterday 29Nov"),
        (["what did we sell on christmas", "25 nov"], "CHINA Wed 25Nov"),
        (["D1001 sold 2 c100", "no, D1002"], "S1001 was C100 x2, @D1001. Make it C100 x2, @D1002"),
        (
            ["D1001 sold 2 c100", "wrong shop, it was D1002", "yes"],
            "OK S1001: taken back.\nOK S1002: C100 x2 sold at D1002",
        ),
    ],
)
def test_a_question_is_completed_and_goes_on(texts: list[str], told: str) -> None:
    books = shop()
    answers = [said(books, MANAGER, text) for text in texts]
    assert answers[-1].startswith(told), answers


@pytest.mark.parametrize(
    "texts",
    [
        ["price b200", "ok send 2"],
        ["b200多少钱", "那来2台"],
        ["想订货", "b200", "2台"],
        ["order b200", "2"],
        ["定货B200 2"],
        ["ordered 1 no wait 2", "b200"],
    ],
)
def test_an_order_is_drafted_and_waits_for_its_yes(texts: list[str]) -> None:
    books = shop()
    answers = [said(books, OWNER, text) for text in texts]
    drafted = [record.order for record in books.applied if isinstance(record, OrderDrafted)]
    assert [[(line.model, line.quantity) for line in order.lines] for order in drafted] == [[("B200", 2)]], answers
    assert [order.state for order in books.placed.values()] == ["draft"]


def test_what_one_phone_was_asked_another_does_not_answer() -> None:
    books = shop()
    said(books, OWNER, "sold a350")
    said(books, OTHER_OWNER, "2")
    assert not any(isinstance(record, Booked) for record in books.applied)


@pytest.mark.parametrize("agreed", ["好的下单", "够就下", "ok place the order", "下单吧"])
def test_words_that_name_the_order_place_the_draft_that_was_asked_last(agreed: str) -> None:
    books = shop()
    answers = [said(books, OWNER, text) for text in ("ORD b200 2", agreed)]
    assert [order.state for order in books.placed.values()] == ["approved"], answers


def test_a_cancel_that_says_more_is_no_answer_to_what_waits() -> None:
    books = shop()
    answers = [said(books, OWNER, text) for text in ("ORD b200 2", "cancel my order of b200 but keep a350")]
    assert [order.state for order in books.placed.values()] == ["draft"], answers
