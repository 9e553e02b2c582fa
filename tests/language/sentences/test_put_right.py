"""Reports that put themselves right, go on with their model or are totalled; and what there is none left of."""

from __future__ import annotations

import pytest

from tests.language.sentences.world import imei, live, told

A, B = imei(1), imei(2)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        # put right in the same text
        ("sold 3 a350 sorry 2", "sale A350x2 confirm"),
        ("sold 3 a350, no wait, 2", "sale A350x2 confirm"),
        ("b260卖了4台 哦不 3台", "sale B260x3 confirm"),
        ("卖了二台N60，不对，是N60P", "sale N60Px2 confirm"),
        ("order 10 a350 no wait 12", "order A350x12 confirm"),
        # another day of the same model, or more of it
        ("yday 2 comet 100, today 1", "sale C100x2 on=2026-11-29 confirm | sale C100x1 confirm"),
        ("周六卖2台c100，周日卖1台", "sale C100x2 on=2026-11-28 confirm | sale C100x1 on=2026-11-29 confirm"),
        ("早上开单b260三台 下午又开一台", "sale B260x4 confirm"),
        ("上午卖了A350两台，下午又卖了一台", "sale A350x3 confirm"),
        # how many they are together
        ("老板让我报：今天4台，a350 2，b260 2", "sale A350x2 B260x2 confirm"),
        ("今天5台：A350 3，C100 2", "sale A350x3 C100x2 confirm"),
        ("total for today five a350 three b200 one gl7, thats nine", "sale A350x5 B200x3 GL7x1 confirm"),
        # the list over it
        (f"{A}\n{B}\n以上两台今天售出 谢谢", f"sale {A} {B}"),
        (f"{A}\n{B}\nthese two went today thx", f"sale {A} {B} confirm"),
        (f"{A} {B}\nthe above 2 sold", f"sale {A} {B}"),
        # none left
        ("a350没货了", "count A350x0 confirm"),
        ("we have no more a350", "count A350x0 confirm"),
        ("B200缺货了", "count B200x0 confirm"),
        # a series is asked about by its models
        ("北极光两款分别什么价", "price model=B200 | price model=B260"),
        ("comet prices?", "price model=C100 | price model=C150"),
        ("彗星这两款分别多少钱", "price model=C100 | price model=C150"),
    ],
)
def test_it_reads_as_meant(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize(
    "text",
    [
        *("a350没货了吗", "do you have no more a350?", "A350 sold out", "B200没货了，补5台吗"),
        *("sold 3 a350, sorry 2 came back", "didn't sell 3 a350, sorry 2", "will sell 3 a350, sorry 2"),
        *("A350今天5台以上", f"{A}\n{B}\n以上三台今天售出", "今天5台：A350 3，C100 1"),
    ],
)
def test_what_is_asked_denied_or_uneven_is_neither_booked_nor_asked(text: str) -> None:
    assert not live(text)
