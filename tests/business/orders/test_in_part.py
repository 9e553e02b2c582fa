"""Orders approved, shipped and closed in part: what is said, what counts against the credit, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from smsgw.business.core.command import Command, Item, Problem
from smsgw.business.core.reply import Money
from smsgw.business.orders.rules import OrderDecided, OrderMoved, OrderShipped, ShipmentLeft
from tests.business.dict_ledger import FIELD, HQ, MANAGER, OTHER_OWNER, OWNER, DictLedger, sample
from tests.business.orders.test_approval import over, typed, worded
from tests.business.say import items, keys, only, say
from tests.language.sample import TODAY


@pytest.fixture
def books() -> DictLedger:
    """Books in which O1001 of D1001 waits: 90 sets of A350 at 1,000.00, 30 of B200 at 620.00, a limit of 100,000.00."""
    made = sample()
    say(made, OWNER, items("order", ("A350", 90), ("B200", 30)))
    assert keys(say(made, OWNER, Command("yes"))) == ["order_placed"]
    return made


@pytest.mark.parametrize(
    "text",
    ["APP 1001 A350 10", "APP O1001 10 A350", "approve 1001 A350 4, A350 6", "批准 1001 A350 10台", "PZ 1001 A350×10"],
)
def test_some_sets_are_approved_and_the_rest_is_said(books: DictLedger, text: str) -> None:
    decision = typed(books, MANAGER, text)
    assert decision.records == (
        OrderMoved("O1001", "approved", approved=(("A350", 10),)),
        OrderDecided("O1001", (OWNER,)),
    )
    assert worded(decision) == (
        "O1001 approved in part: D1001 A350 x10, 10000.00; 110 not approved. credit left 90000.00. The dealer will be "
        "told. What else waits: APP"
    )
    assert worded(decision, "zh") == ("O1001已部分批准(D1001):A350×10,共10000,另110台未批。余额度90000。将通知店家。")
    order = books.placed["O1001"]
    assert [(line.model, line.quantity, line.approved) for line in order.lines] == [("A350", 90, 10), ("B200", 30, 0)]
    assert order.total == 90 * 100_000 + 30 * 62_000  # frozen when it was drafted
    assert books.orders.balance("D1001", TODAY).open_orders == 10 * 100_000


@pytest.mark.parametrize("text", ["APP 1001 A350 90 B200 30", "APP 1001 B200 30 A350 90"])
def test_all_sets_named_are_an_approval_of_all(books: DictLedger, text: str) -> None:
    decision = typed(books, MANAGER, text)
    assert keys(decision) == ["approve_last"]
    assert decision.records[0] == OrderMoved("O1001", "approved")
    assert [line.approved for line in books.placed["O1001"].lines] == [90, 30]


@pytest.mark.parametrize(
    ("text", "key", "english"),
    [
        ("APP 1001 C100 1", "approve_not_in", "O1001 has no C100, only A350 x90, B200 x30. Nothing is approved yet."),
        (
            "APP 1001 B200 31",
            "approve_too_many",
            "O1001 has fewer than 31 B200: A350 x90, B200 x30. Nothing is approved yet.",
        ),
        ("APP 1001 A350 50 A350 41", "approve_too_many", "fewer than 91 A350"),
        ("APP 1001 A350", "refuse_no_quantity", "A350"),
        ("APP 1002 A350 1", "order_unknown", "O1002"),
    ],
)
def test_what_is_not_in_the_order_is_not_approved(books: DictLedger, text: str, key: str, english: str) -> None:
    decision = typed(books, MANAGER, text)
    assert (decision.records, keys(decision)) == ((), [key])
    assert english in worded(decision)
    assert books.placed["O1001"].state == "confirmed"


def test_of_two_managers_in_one_batch_the_first_decides(books: DictLedger) -> None:
    assert keys(typed(books, MANAGER, "APP 1001 A350 10")) == ["approve_part"]
    for text in ("APP 1001", "APP 1001 B200 5", "REJ 1001 no credit"):
        assert keys(typed(books, HQ, text)) == ["order_not_waiting"]
    assert [line.approved for line in books.placed["O1001"].lines] == [10, 0]


@pytest.mark.parametrize("text", ["APP", "批准", "approve", "PZ"])
def test_approve_alone_lists_what_waits_with_shops_and_totals(books: DictLedger, text: str) -> None:
    over(books, OTHER_OWNER)
    decision = typed(books, MANAGER, text)
    assert worded(decision) == (
        "2 waiting for your approval: O1001 D1001 108600.00, O1002 D1002 124800.00. APP 1001 or REJ 1001 and the reason"
    )
    for number in ("1001", "1002"):
        typed(books, MANAGER, f"APP {number}")
    assert keys(typed(books, MANAGER, text)) == ["orders_waiting_none"]
    assert keys(typed(books, OWNER, text)) == ["denied"]


# ---- how far they are


def left(books: DictLedger, sets: int, model: str = "A350", **more: object) -> None:
    books.begin()
    order = books.placed["O1001"]
    gone = order.shipped + sets
    state = "shipped" if gone == sum(line.approved for line in order.lines) else "part_shipped"
    note = ShipmentLeft(f"SH{gone}", "D1001", "O1001", sets, date(2026, 4, 15), **more)  # type: ignore[arg-type]
    books.apply([OrderShipped("O1001", model, sets, state), note])


def test_what_has_left_is_told_with_the_carriers_number_and_the_day(books: DictLedger) -> None:
    typed(books, MANAGER, "APP 1001 A350 10")
    assert worded(typed(books, OWNER, "ORD 1001")) == ("O1001 of 15Apr: approved, 0 of 10 shipped, 10000.00 (A350 x10)")
    left(books, 4)
    assert worded(typed(books, OWNER, "ORD 1001")) == "O1001: 4 of 10 left 15Apr, 10000.00 (A350 x10)"
    left(books, 2, carrier="SF123456", due_on=date(2026, 4, 17))
    told = typed(books, OWNER, "where is my order?")
    assert worded(told) == "O1001: 6 of 10 left 15Apr, SF123456, due 17Apr. 10000.00 (A350 x10)"
    assert worded(told, "zh") == "O1001:4月15日已发6/10台,运单SF123456,4月17日到。共10000:A350×10"
    left(books, 4, due_on=date(2026, 4, 18))
    assert worded(typed(books, OWNER, "我的货到哪了")) == "O1001: 10 of 10 left 15Apr, due 18Apr. 10000.00 (A350 x10)"


@pytest.mark.parametrize("text", ["ORD", "订单", "订货", "where is my order", "我的货到哪了", "我的订单", "货呢"])
def test_orders_under_way_are_listed_with_their_next_dates(books: DictLedger, text: str) -> None:
    typed(books, MANAGER, "APP 1001 A350 10")
    left(books, 4, due_on=date(2026, 4, 17))
    typed(books, OWNER, "ORD B200 5")
    typed(books, OWNER, "YES")
    over(books)
    decision = typed(books, OWNER, text)
    assert worded(decision) == (
        "D1001: O1003 waiting for approval 15Apr, O1002 approved 15Apr, O1001 4/10 due 17Apr. One of them: ORD 1003"
    )
    assert worded(decision, "zh") == (
        "D1001:O1003 4月15日待批准,O1002 4月15日已批准,O1001 发4/10,4月17日到。查一单回:订单 1003"
    )


def test_order_alone_says_how_to_order_where_none_is_under_way() -> None:
    books = sample()
    incomplete = Command("order", outcome="rejected", problems=(Problem("incomplete"),))
    assert keys(say(books, OWNER, incomplete)) == ["refuse_incomplete"]
    assert keys(typed(books, OWNER, "where is my order")) == ["orders_none"]


def test_field_staff_are_told_of_the_orders_they_placed(books: DictLedger) -> None:
    assert keys(typed(books, FIELD, "where is my order")) == ["orders_waiting"]
    for model in ("A350", "B200"):
        say(books, FIELD, items("order", (model, 1), dealer="D1001"))
        say(books, FIELD, Command("yes"))
    books.dealers["D1001"] = books.dealers["D1001"]
    told = typed(books, FIELD, "ORD")
    assert worded(told).startswith("Your orders: O1003 ")
    assert "O1001" not in worded(told)


# ---- cancelling


def test_an_order_is_cancelled_however_old_while_nothing_has_left(books: DictLedger) -> None:
    typed(books, MANAGER, "APP 1001 A350 10")
    books.begin(after=timedelta(days=3))
    told = typed(books, OWNER, "CANCEL 1001")
    assert worded(told) == "OK O1001: order cancelled, nothing shipped. 10000.00 is free again."
    assert books.placed["O1001"].state == "cancelled"
    assert books.orders.balance("D1001", TODAY).open_orders == 0
    assert keys(typed(books, OWNER, "CANCEL 1001")) == ["undo_already"]


@pytest.mark.parametrize("text", ["CANCEL 1001", "取消 1001", "UNDO O1001", "drop O1001"])
def test_an_order_of_which_sets_have_left_is_not_cancelled(books: DictLedger, text: str) -> None:
    typed(books, MANAGER, "APP 1001 A350 10")
    left(books, 4)
    told = typed(books, OWNER, text)
    assert told.records == ()
    assert worded(told) == (
        "O1001 cannot be cancelled: 4 of 10 have left. Nothing changed. To ask for the rest: MSG O1001 text"
    )
    assert worded(told, "zh") == "O1001已发4/10台,不能取消,未变更。余下请发:反馈 O1001 内容"


# ---- shipping


def test_what_ships_before_a_decision_is_approved_by_it(books: DictLedger) -> None:
    books.begin()
    books.apply([OrderShipped("O1001", "A350", 3, "part_shipped")])
    assert [line.approved for line in books.placed["O1001"].lines] == [90, 30]
    assert only(typed(books, OWNER, "BAL")).values["open"] == Money(87 * 100_000 + 30 * 62_000, "CNY")


def test_a_draft_that_is_put_right_is_drawn_up_anew(books: DictLedger) -> None:
    say(books, OWNER, Command("order", items=(Item("B200", 3),)))
    decision = typed(books, OWNER, "FIX O1002 B200 5")
    assert keys(decision)[-1] == "order_draft_over"
    assert (books.placed["O1002"].state, books.placed["O1003"].lines[0].quantity) == ("cancelled", 5)
