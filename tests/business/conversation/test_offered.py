"""What a refusal offers to send: only what was told, once and today; and IMEIs of fourteen digits that are no set."""

from __future__ import annotations

import pytest

from tests.business.conversation.test_so_far import network, said_to
from tests.business.dict_ledger import OTHER_OWNER, OWNER
from tests.language.sentences.world import imei, live, told

SET = imei(7)


@pytest.mark.parametrize(
    "text",
    [
        # it is asked, undone, given back, or fetched from elsewhere
        *("how do I send back 5 n60p which nobody buys", f"pls undo the sale of {SET}"),
        *(
            "没卖A350，只问问能不能退2台B200",
            "能从熊猫那调两台c100给我吗",
            "if you give me better price i take 20 a350",
        ),
        # it went without a sale, or stayed while others went
        *("stock all sold out except 2 gl7", "除了a420还有2台，别的都卖光了", "抽奖送咗部a350出去，唔系卖架"),
        # it was on other days, or at another shop
        *("28号一台a420，29号没有，30号两台b260", "D1002的人来拿走两台b260", f"{SET}这台不是我卖的"),
    ],
)
def test_a_command_that_says_another_thing_is_not_offered(text: str) -> None:
    for phone in (OWNER, OTHER_OWNER):
        answer = said_to(network(), phone, text)
        assert not any(word in answer for word in ("If it is so", "若属实")), answer


@pytest.mark.parametrize("typed", ["S 86012345055677", "sold 86012345055677 to my friend", "86012345055677 sold"])
def test_an_imei_of_fourteen_digits_that_is_no_set_of_ours_is_told_where_all_fifteen_are(typed: str) -> None:
    answer = said_to(network(), OWNER, typed)
    assert "86012345055677 has 14 digits" in answer and "*#06#" in answer
    chinese = said_to(network(), OTHER_OWNER, typed.replace("sold", "售出"))
    assert "86012345055677" in chinese and "*#06#" in chinese and "14位" in chinese


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Stock as of 30 Nov close\nB260 10\nC150 6\nGL7 2", "count B260x10 C150x6 GL7x2 confirm"),
        ("stock as at close: B260 10, C150 6", "count B260x10 C150x6 confirm"),
        ("清点完毕，n60六台，b260七台，其余没点", "count N60x6 B260x7 confirm"),
        ("ret a350 1", "return A350x1 confirm"),
        ("退咗部b260", "return B260x1 confirm"),
        ("早上开单b260三台", "sale B260x3"),
    ],
)
def test_words_in_other_spellings_are_known(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("got back 1 gl7 that i sold on 28 nov, need it in stock again", "return GL7x1 confirm"),
        ("came back: 1 C100 sold on 28 nov", "return C100x1 confirm"),
        ("阳光店要1台a350，我让小李送去了", "give A350x1 dealer=D1004 confirm"),
        ("有个客人要开公司发票，抬头怎么发给你们", "feedback confirm"),
    ],
)
def test_what_came_first_is_what_happened(text: str, reading: str) -> None:
    assert told(text) == reading


@pytest.mark.parametrize(
    "text",
    [
        *("退咗部b260，仲换返部b260俾佢", "退定金给客户了，他不要那台n60了", "退押金了，A350不要了"),
        *("要还红灯笼的那台a420给他们", "莲花店要1台a350，我让小李送去了", "隔壁要2台C100，刚送过去了"),
        *("We gave 1 gl7 as a prize in the lucky draw on sunday, not sold", "gave 2 c100 to my staff, not sold"),
        "lent 1 a350 yesterday, not sold",
        *("3310不要了", "那个3310先不要了", "3310 不要了"),
    ],
)
def test_what_went_or_came_otherwise_is_neither_booked_nor_asked(text: str) -> None:
    assert not live(text)
    assert "order_status" not in told(text)
