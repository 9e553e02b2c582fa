"""What lies in depots: said in the draft of an order, promised to one order and to no other, and released."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from smsgw.business.depots.rules import Share, of_one_depot, shares
from smsgw.business.orders.actions import allocate_order, approve_order, close_order, release_order
from smsgw.business.shipping.actions import Leaving, ship_order
from smsgw.errors import Refused
from smsgw.settings.sections import Settings, TradeRules
from tests.business.dict_ledger import MANAGER, OWNER, WEST_OWNER, imei, sample
from tests.business.goods.house import House
from tests.business.say import items, only, say

B200 = [imei("86012347", number) for number in range(1, 6)]


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    """Three B200 lie in the east, two in the west."""
    house = House(engine, tmp_path)
    house.stock_depot("DEPOT-E", *((number, "B200") for number in B200[:3]))
    house.stock_depot("DEPOT-W", *((number, "B200") for number in B200[3:]))
    return house


def order(house: House, phone: str, sets: int) -> str:
    house.text(phone, f"ORD B200 {sets} RO")
    house.text(phone, "YES")
    return str(house.rows("SELECT reference FROM sales_order ORDER BY length(reference) DESC, reference DESC")[0][0])


def allocate(house: House, reference: str, depot: str | None = None) -> tuple[dict[str, int], dict[str, int]]:
    with house.desk() as (session, books):
        return allocate_order(session, books, reference, depot)


def promised(house: House) -> dict[str, int]:
    rows = house.rows("SELECT depot, allocated FROM depot_stock WHERE allocated <> 0 ORDER BY depot")
    return {depot: int(sets) for depot, sets in rows}


def state(house: House, reference: str) -> str:
    return str(house.rows("SELECT state FROM sales_order WHERE reference = :r", r=reference)[0][0])


def test_the_region_of_the_shop_comes_first_and_what_is_promised_is_free_for_nobody(house: House) -> None:
    first, second, third = (order(house, OWNER, sets) for sets in (2, 2, 5))
    assert allocate(house, first) == ({"B200": 2}, {})
    assert promised(house) == {"DEPOT-E": 2}
    assert allocate(house, second) == ({"B200": 2}, {})
    assert promised(house) == {"DEPOT-E": 3, "DEPOT-W": 1}
    assert allocate(house, third) == ({"B200": 1}, {"B200": 4})  # in part, and said so
    assert [state(house, each) for each in (first, second, third)] == ["allocated"] * 3
    for refused, why in ((first, "allocated already"), (third, "none of it is free in any depot")):
        with pytest.raises(Refused, match=why):
            allocate(house, refused)
    assert house.faults() == []
    assert "depot" not in house.text(OWNER, "STOCK B200")
    assert "None in depot now" in house.text(OWNER, "ORD B200 1 RO")


def test_what_is_cancelled_closed_released_or_left_is_promised_no_more(house: House) -> None:
    cancelled, closed, released = (order(house, OWNER, 2) for _ in range(3))
    allocate(house, cancelled)
    house.text(OWNER, f"CANCEL {cancelled}")
    assert promised(house) == {}
    allocate(house, released, "DEPOT-W")
    assert promised(house) == {"DEPOT-W": 2}
    with house.desk() as (session, books):
        assert release_order(session, books, released, "for another shop") == {"B200": 2}
    assert (state(house, released), promised(house)) == ("approved", {})
    allocate(house, closed)
    on = house.at.date()
    house.put(
        "shipments",
        f"shipment,order,dealer,imei,model,shipped_on,from\nSH1,{closed},D1001,{B200[0]},B200,{on},DEPOT-E\n",
    )
    assert (state(house, closed), promised(house)) == ("part_shipped", {"DEPOT-E": 1})
    kinds = house.rows("SELECT kind, sets FROM allocation WHERE reference = :r ORDER BY seq", r=closed)
    assert kinds == [("allocated", 2), ("shipped", -1)]
    with house.desk() as (session, books):
        close_order(session, books, closed, "no more of it")
    assert promised(house) == {}
    assert house.faults() == []


def test_the_desk_ships_no_set_that_is_promised_to_another_order(house: House) -> None:
    mine, other = order(house, OWNER, 2), order(house, OWNER, 2)
    allocate(house, mine)
    leaving = Leaving("SH1", tuple(B200[:2]), house.at.date())
    with pytest.raises(Refused, match="in DEPOT-E only 1 may leave for"), house.desk() as (session, books):
        ship_order(session, books, other, leaving)
    with house.desk() as (session, books):
        assert ship_order(session, books, mine, leaving) == 2  # whichever sets they are
    assert promised(house) == {}
    with house.desk() as (session, books):
        assert ship_order(session, books, other, Leaving("SH2", tuple(B200[2:4]), house.at.date())) == 2
    assert house.faults() == []


@pytest.mark.parametrize(
    ("sets", "en", "zh"), [(5, "5 in depot.", "分仓有5台"), (8, "5 now, rest later.", "分仓有5台,余后发")]
)
def test_the_draft_says_what_lies_in_the_depots(house: House, sets: int, en: str, zh: str) -> None:
    assert house.text(OWNER, f"ORD B200 {sets} RO").endswith(en)
    house.text(OWNER, "语言 中文")
    assert house.text(OWNER, f"订货 B200 {sets} RO").endswith(zh)


def test_where_there_are_no_depots_the_draft_is_as_it_was() -> None:
    books = sample()
    assert only(say(books, WEST_OWNER, items("order", ("A350", 2)))).key.startswith("order_draft")
    assert "depot" not in only(say(books, OWNER, items("order", ("A350", 2)))).values
    books.depots["DEPOT-E", "A350"] = 0
    assert only(say(books, OWNER, items("order", ("A350", 3)))).values["depot"].key == "in_depot_none"


def test_shares_go_from_depot_to_depot() -> None:
    free = [Share("E", "A350", 2), Share("E", "B200", 1), Share("W", "A350", 5)]
    assert shares({"A350": 4, "B200": 3, "C100": 1}, free) == [
        Share("E", "A350", 2),
        Share("E", "B200", 1),
        Share("W", "A350", 2),
    ]


def test_sets_that_leave_use_up_what_was_promised_where_they_lay(house: House) -> None:
    wanted = order(house, OWNER, 4)
    allocate(house, wanted)
    assert promised(house) == {"DEPOT-E": 3, "DEPOT-W": 1}
    leave(house, "SH1", wanted, "D1001", B200[3:4], "DEPOT-W")
    assert promised(house) == {"DEPOT-E": 3}
    assert house.faults() == []


def test_what_left_for_others_is_promised_to_nobody(house: House) -> None:
    first, second = order(house, OWNER, 2), order(house, OWNER, 1)
    allocate(house, first)
    allocate(house, second)
    assert promised(house) == {"DEPOT-E": 3}
    leave(house, "SH2", "", "D1002", B200[:1], "DEPOT-E")  # the newest promise gives way
    assert (state(house, first), state(house, second), promised(house)) == ("allocated", "approved", {"DEPOT-E": 2})
    leave(house, "SH3", "", "D1002", B200[1:2], "DEPOT-E")
    assert (state(house, first), promised(house)) == ("allocated", {"DEPOT-E": 1})
    assert allocate(house, second, "DEPOT-W") == ({"B200": 1}, {})
    assert house.faults() == []


def leave(house: House, note: str, wanted: str, dealer: str, sets: list[str], depot: str) -> None:
    lines = "".join(f"{note},{wanted},{dealer},{one},B200,{house.at.date()},{depot}\n" for one in sets)
    house.put("shipments", f"shipment,order,dealer,imei,model,shipped_on,from\n{lines}")


# ---- when an order is approved


@pytest.fixture
def at_once(engine: Engine, tmp_path: Path) -> House:
    """The same depots, and three A350 in the west; what is approved is allocated at once."""
    house = House(engine, tmp_path, Settings(trade=TradeRules(allocate="on_approval")))
    house.stock_depot("DEPOT-E", *((number, "B200") for number in B200[:3]))
    house.stock_depot("DEPOT-W", *((number, "B200") for number in B200[3:]))
    house.stock_depot("DEPOT-W", *((imei("86012345", number), "A350") for number in range(50, 53)))
    return house


def test_a_yes_within_the_credit_promises_what_lies_there_and_says_what_does_not(at_once: House) -> None:
    house = at_once
    first = order(house, OWNER, 2)
    assert (state(house, first), promised(house)) == ("allocated", {"DEPOT-E": 2})
    house.text(OWNER, "ORD B200 5 RO")
    assert house.text(OWNER, "YES").endswith("O1002: the depots lack B200 x2 now; that follows later.")
    assert promised(house) == {"DEPOT-E": 3, "DEPOT-W": 2}
    house.text(OWNER, "LANG ZH")
    house.text(OWNER, "订货 B200 1 RO")
    assert house.text(OWNER, "是").endswith("O1003:分仓现缺B200×1,到货后再发。")
    assert state(house, "O1003") == "approved"
    house.text(OWNER, "取消 O1001")
    assert promised(house) == {"DEPOT-E": 1, "DEPOT-W": 2}
    assert house.faults() == []


def test_all_of_an_order_comes_from_the_first_depot_that_has_all(at_once: House) -> None:
    house = at_once
    house.text(OWNER, "ORD B200 2 A350 2 RO")
    house.text(OWNER, "YES")
    assert house.rows("SELECT depot, model, allocated FROM depot_stock WHERE allocated <> 0 ORDER BY model") == [
        ("DEPOT-W", "A350", 2),
        ("DEPOT-W", "B200", 2),
    ]
    apart = [Share("E", "A", 1), Share("N", "B", 1), Share("W", "A", 2), Share("W", "B", 1)]
    assert of_one_depot({"A": 1, "B": 1}, apart) == apart[2:]
    assert of_one_depot({"A": 3}, apart) == apart


def test_what_a_manager_or_the_desk_approves_is_allocated_too(at_once: House) -> None:
    house = at_once
    house.put("dealers", "code,name,region,tier,parent,credit_limit,currency,language\nD1001,Sun,EAST,A,,0.01,CNY,en\n")
    waiting = [order(house, OWNER, 2), order(house, OWNER, 3)]
    assert [state(house, each) for each in waiting] == ["confirmed"] * 2
    assert "O1001" in house.text(MANAGER, f"APP {waiting[0]} B200 1")
    assert (state(house, waiting[0]), promised(house)) == ("allocated", {"DEPOT-E": 1})
    with house.desk() as (session, books):
        approve_order(session, books, waiting[1])
    assert (state(house, waiting[1]), promised(house)) == ("allocated", {"DEPOT-E": 3, "DEPOT-W": 1})
    assert house.faults() == []
