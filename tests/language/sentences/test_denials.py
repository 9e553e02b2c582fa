"""What is not to be done is not done: denied deeds, references that are not meant, numbers of no sale, the sender as
buyer, tables that do not say what happened."""

from __future__ import annotations

import pytest

from smsgw.business.core.command import REJECTED
from tests.language.sentences.world import live, read, told

DENIED = (
    *("dont cancel order 1001!!", "do not cancel 1001", "no need to cancel O1001", "never cancel O1001"),
    *("别取消1001", "不要取消1001", "不用取消O1001", "O1001请勿取消", "dont reject O1001", "别驳回O1001"),
    *("don't undo S1012", "dont take back S1012", "do not remove S1012", "dont change S1012", "no need to fix S1012"),
    *("别撤销S1002", "不用撤销S1007", "S1002别撤", "S1002不用改", "S1002不要删", "S1012 is not wrong"),
    *("dont stop", "don't stop", "pls do not stop the messages", "别停,通知照发", "不要给我停通知", "不要停"),
    *("dont undo", "别撤销", "don't delete my last report", "dont stop pls?", "别撤S1002行吗"),
)


@pytest.mark.parametrize("text", DENIED)
def test_what_is_not_to_be_done_is_not_even_asked(text: str) -> None:
    assert [c.outcome for c in read(text).commands] == [REJECTED]


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("cancel 1001", "cancel order=1001"),
        ("取消1001", "cancel order=1001"),
        ("订单1001不要了", "cancel order=O1001 confirm"),
        ("undo S1012", "undo reference=S1012"),
        ("S1002撤销", "undo reference=S1002"),
        ("stop", "stop"),
        ("stop broadcast", "stop topic=broadcast"),
        ("dont send me messages", "stop confirm"),
        ("no leave it", "no"),
        ("别订了", "no"),
    ],
)
def test_the_deed_itself_is_heard(text: str, reads: str) -> None:
    assert told(text) == reads


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("not S1012 but S1010 is wrong, take it back", "undo reference=S1010 confirm"),
        ("not S1009, S1010 is wrong", "undo reference=S1010 confirm"),
        ("undo S1010 not S1012", "undo reference=S1010 confirm"),
        ("不是S1009，是S1010报错了，撤销", "undo reference=S1010 confirm"),
        ("cancel O1002 not O1001", "cancel order=O1002 confirm"),
        ("不是O1001，取消O1002", "cancel order=O1002 confirm"),
        ("not order O1002 but O1001 cancel", "cancel order=O1001 confirm"),
    ],
)
def test_the_reference_that_is_meant_is_the_one_not_denied(text: str, reads: str) -> None:
    assert told(text) == reads


@pytest.mark.parametrize("text", ["S1012 is right, S1010 is wrong", "S1012没错，S1010报错了"])
def test_of_two_references_none_is_guessed(text: str) -> None:
    assert [c.outcome for c in read(text).commands] == [REJECTED]


SCALED = (
    *("only sold half of the 10 c100", "sold all but 2 of the c100", "sold less than 5 c100", "sold over 5 c100"),
    *("sold at least 5 c100", "sold at most 3 c100", "sold up to 5 c100", "sold more than 5 c100"),
    *("sold fewer than 4 a350", "sold no more than 3 c100", "sold 5 c100 or more", "sold most of the 5 c100"),
    *("卖了不到5台C100", "卖了超过5台C100", "卖了至少5台C100", "最多卖了3台C100", "卖了3台以上C100", "卖了近5台C100"),
    *("卖了一半C100", "10台C100卖了一半", "C100卖得只剩2台", "10台C100卖得只剩2台", "卖了不止5台C100"),
    *("今天除了一台C100啥也没卖", "nothing sold except 1 c100"),
)


@pytest.mark.parametrize("text", SCALED)
def test_a_number_that_is_only_a_bound_or_a_share_is_no_quantity(text: str) -> None:
    assert live(text) == []


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("sell 5 gl7 to me", "order GL7x5"),
        ("can u sell me 5 gl7 at 2000", "order GL7x5"),
        ("sell us 10 c100 please", "order C100x10"),
        ("pls sell to us 5 a350", "order A350x5"),
        ("卖我5台GL7", "order GL7x5"),
        ("卖给我3台A350", "order A350x3"),
        ("A350卖给我们3台", "order A350x3"),
        ("sell 5 gl7", "sale GL7x5"),
        ("sold 5 gl7 to customer", "sale GL7x5"),
        ("卖给客户3台A350", "sale A350x3"),
    ],
)
def test_who_asks_to_be_sold_sets_orders_them(text: str, reads: str) -> None:
    assert told(text) == reads


@pytest.mark.parametrize("text", ["D1002 transferred 2 a350 to us", "D1003 gave 2 b200 to me"])
def test_sets_handed_to_the_sender_are_not_given_away(text: str) -> None:
    assert live(text) == []


@pytest.mark.parametrize("text", ["附近的客户卖了2台A350", "day over: sold 2 a350", "half day, sold 2 a350"])
def test_words_like_those_of_bounds_leave_a_sale_a_sale(text: str) -> None:
    assert told(text).startswith("sale A350x2")
    assert live(text)


@pytest.mark.parametrize("text", ["sold me 3 a350", "sold to us 3 a350", "卖给了我3台A350"])
def test_sets_that_were_sold_to_the_sender_are_no_sale(text: str) -> None:
    assert live(text) == []


@pytest.mark.parametrize(
    "heading", ["Model Qty", "型号 数量", "Item Qty", "Model\tQty", "Model Qty Price", "Date Model Qty"]
)
def test_a_table_that_does_not_say_what_happened_is_asked(heading: str) -> None:
    row = {"Model Qty Price": "{} 999", "Date Model Qty": "30/11 {}"}.get(heading, "{}")
    lines = [row.format(cells).replace(" ", "\t" if "\t" in heading else " ") for cells in ("A350 2", "B200 1")]
    assert told("\n".join((heading, *lines))) == "sale A350x2 B200x1 confirm"


@pytest.mark.parametrize("heading", ["Model Sold", "型号 销量", "Sales today\nModel Qty", "今天卖了\n型号 数量"])
def test_a_table_that_says_so_is_a_sale(heading: str) -> None:
    assert told(f"{heading}\nA350 2\nB200 1") == "sale A350x2 B200x1"


@pytest.mark.parametrize(
    "text", ["never mind, do send it", "never mind, send it", "forget it, go ahead", "算了，还是发吧", "算了还是订吧"]
)
def test_a_change_of_mind_is_no_refusal(text: str) -> None:
    assert [c.outcome for c in read(text).commands] == [REJECTED]


@pytest.mark.parametrize("text", ["it's ok leave it", "its ok, leave it", "ok leave it", "no dont send it"])
def test_leaving_it_is_a_no(text: str) -> None:
    assert told(text) == "no"
