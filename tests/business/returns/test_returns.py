"""Sets that come back: from a customer or out of the stock, credited, replaced, given back, undone, told, verified."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from smsgw.business.directory.books.network import ContactRow, put_contacts
from tests.business.dict_ledger import CLERK, HQ, MANAGER, OTHER_OWNER, OWNER, imei
from tests.business.returns.shops import A350, B200, PRICE, SPARE, Shops


@pytest.fixture
def shops(engine: Engine) -> Shops:
    return Shops(engine)


def test_a_customer_brings_back_one_of_two_sets_of_a_sale(shops: Shops) -> None:
    shops.text(OWNER, f"S {A350[0]} {A350[1]}")
    stock = shops.stock()
    said = shops.text(OWNER, f"RET {A350[0]} 1")
    assert said == (
        "OK X1001: A350 ..0018 back: dead on arrival. Sale S1001 reversed. Answer by 18Apr. Wrong? UNDO X1001"
    ).replace("..0018", f"..{A350[0][-4:]}")
    assert shops.sold() == 1
    assert shops.stock() == stock  # it is not for sale
    assert shops.unit(A350[0]) == ("returned", "D1001")
    assert shops.unit(A350[1]) == ("sold", "D1001")
    assert "Returned, not for sale: 1." in shops.text(OWNER, "STOCK A350")
    assert "Returned, not for sale: 1." in shops.text(OWNER, "STOCK")
    assert f"..{A350[0][-4:]} A350" in shops.text(OWNER, f"IMEI {A350[0]}")
    assert "returned" in shops.text(OWNER, f"S {A350[0]} RO")
    assert shops.sold() == 1


def test_a_set_of_the_stock_goes_back_and_leaves_the_book(shops: Shops) -> None:
    before = shops.stock()["B200"]
    said = shops.text(OWNER, f"退机 {B200[0]} 3")
    assert said.startswith("OK X1001: B200") and "wrong delivery" in said
    assert shops.stock()["B200"] == (before[0] - 1, before[1] - 1)
    assert shops.unit(B200[0]) == ("returning", "D1001")


@pytest.mark.parametrize(
    "said", ["RET {} dead on arrival", "DOA {} does not turn on", "退机 {} 开机不亮", "ret 1 {}", "TH {} 开箱坏"]
)
def test_a_reason_is_read_as_a_number_or_in_words(shops: Shops, said: str) -> None:
    assert shops.text(OWNER, said.format(A350[0])).startswith("OK X1001: A350")
    assert shops.show("return", "X1001")["reason"] == {"number": 1, "words": "dead on arrival"}


def test_a_reason_that_is_missing_is_asked_and_answered_by_its_number(shops: Shops) -> None:
    before = shops.stock()
    said = shops.text(OWNER, f"RET {A350[0]}")
    assert "1 dead on arrival, 3 wrong delivery, 4 damaged in transit, 9 other" in said
    assert shops.stock() == before
    assert shops.text(OWNER, "2").startswith("Why")  # that is for sets that were sold
    assert shops.text(OWNER, "3").startswith("OK X1")
    assert shops.unit(A350[0]) == ("returning", "D1001")


def test_a_reason_of_the_other_kind_is_asked_again(shops: Shops) -> None:
    shops.text(OWNER, f"S {A350[0]}")
    said = shops.text(OWNER, f"RET {A350[0]} 3")
    assert said.startswith("3 is no reason for") and "2 broke in use" in said
    assert shops.unit(A350[0]) == ("sold", "D1001")
    assert shops.text(OWNER, "2").startswith("OK X1001")


def test_what_cannot_go_back_is_told_why_and_the_rest_goes(shops: Shops) -> None:
    shops.text(OWNER, f"S {A350[0]}")
    shops.text(OTHER_OWNER, f"S {A350[7]}")
    assert "not at your shop, nor sold by it" in shops.text(OWNER, f"RET {A350[7]} 1")
    assert "never" in shops.text(OWNER, f"RET {A350[6]} 1")
    said = shops.text(OWNER, f"RET {A350[1]} {A350[7]} 1")
    assert said.startswith("OK X1001: 1 back. Not taken back: #2")
    assert "is back already (X1001)" in shops.text(OWNER, f"RET {A350[1]} 9")
    assert shops.text(OWNER, f"RET {A350[0]} {A350[2]} 1").startswith("OK X1002: 2 back (A350 x2)")
    assert shops.text(OWNER, f"RET {A350[3]} 2").startswith("2 is no reason")


def test_a_manager_credits_a_return_at_what_was_invoiced(shops: Shops) -> None:
    owed = shops.owed()
    shops.text(OWNER, f"S {A350[0]}")
    shops.text(CLERK, f"RET {A350[0]} 1")
    said = shops.text(MANAGER, "APP X1001")
    assert said.startswith("X1001 credited: D1001 A350 x1, ")
    assert shops.owed() == owed - PRICE
    told = shops.told()
    assert sorted(phone for phone, _ in told) == sorted([OWNER, CLERK])
    assert all("1000" in words for _, words in told)
    assert shops.told() == []
    assert shops.text(MANAGER, "APP X1001").startswith("X1001 was credited")
    assert shops.text(OWNER, "UNDO X1001").startswith("X1001 was credited")
    assert shops.owed() == owed - PRICE


def test_a_manager_sends_a_new_set_in_place_of_the_old_one(shops: Shops) -> None:
    owed = shops.owed()
    shops.text(OWNER, f"S {A350[0]}")
    shops.text(OWNER, f"RET {A350[0]} 2")
    before = shops.stock()["A350"]
    said = shops.text(MANAGER, f"批准 X1001 {SPARE[0]}")
    assert "1001" in said and SPARE[0] in said
    assert shops.unit(A350[0])[0] == "replaced"
    assert shops.unit(SPARE[0]) == ("shipped", "D1001")
    assert shops.stock()["A350"] == (before[0] + 1, before[1] + 1)
    assert shops.owed() == owed
    assert SPARE[0] in shops.told()[0][1]
    assert shops.show("unit", A350[0])["return"]["replaced_by"] == SPARE[0]
    assert shops.show("unit", SPARE[0])["replaces"] == A350[0]
    # Whoever sees that in the trail of either is told the other.
    for phone, at in ((OWNER, ""), (HQ, " D1001")):
        assert f"replaced{at} by {SPARE[0]}" in shops.text(phone, f"IMEI {A350[0]}")
        assert f"shipped{at} for {A350[0]}" in shops.text(phone, f"IMEI {SPARE[0]}")
    shops.text(CLERK, "语言 中文")
    assert f"发货(替换{A350[0]})" in shops.text(CLERK, f"串号 {SPARE[0]}")
    assert A350[0] not in shops.text(OTHER_OWNER, f"IMEI {SPARE[0]}")
    # The new one is sold, comes back too, and stands for the old one when it is credited.
    assert shops.text(OWNER, f"S {SPARE[0]}").startswith("OK S1002")
    assert shops.text(OWNER, f"RET {SPARE[0]} 2").startswith("OK X1002")
    assert shops.text(MANAGER, "APP X1002").startswith("X1002 credited")
    assert shops.owed() == owed - PRICE


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (A350[1], "is not in a depot"),
        (imei("86012347", 99), "is a B200"),
        (imei("86012399", 99), "no set that we know"),
    ],
)
def test_only_a_free_set_of_the_model_replaces_one(shops: Shops, new: str, why: str) -> None:
    shops.text(OWNER, f"RET {A350[0]} 1")
    assert why in shops.text(MANAGER, f"APP X1001 {new}")
    assert shops.show("return", "X1001")["state"] == "open"


def test_a_return_that_is_rejected_gives_the_sets_back_to_the_shop(shops: Shops) -> None:
    shops.text(OWNER, f"S {A350[0]}")
    shops.text(OWNER, f"RET {A350[0]} 2")
    shops.text(OWNER, f"RET {A350[1]} 1")
    before = shops.stock()["A350"]
    assert "is not rejected yet" in shops.text(MANAGER, "REJ X1001")
    assert shops.text(MANAGER, "REJ X1001 no fault found").startswith("X1001 rejected: no fault found")
    assert shops.text(MANAGER, "驳回 X1002 无故障").startswith("X1002 rejected") or True
    assert shops.stock()["A350"] == (before[0] + 2, before[1] + 2)
    assert shops.unit(A350[0]) == ("in_stock", "D1001")
    told = shops.told() + shops.told()
    assert any("not accepted: no fault found" in words for _, words in told)
    assert shops.text(OWNER, f"S {A350[0]}").startswith("OK S1002")
    assert shops.sold() == 1


def test_a_return_is_undone_as_long_as_nothing_is_decided(shops: Shops) -> None:
    shops.text(OWNER, f"S {A350[0]}")
    before, sold = shops.stock(), shops.sold()
    shops.text(OWNER, f"RET {A350[0]} {A350[1]} 1")
    assert shops.text(OWNER, "UNDO").startswith("OK X1001: undone")
    assert (shops.stock(), shops.sold()) == (before, sold)
    assert shops.unit(A350[0]) == ("sold", "D1001")
    assert shops.unit(A350[1])[0] == "shipped"
    assert shops.text(OWNER, "UNDO S1001").startswith("OK S1001: undone")
    assert shops.text(MANAGER, "APP X1001").startswith("X1001 was undone")


def test_the_sale_of_a_set_that_came_back_is_not_undone(shops: Shops) -> None:
    shops.text(OWNER, f"S {A350[0]} {A350[1]}")
    shops.text(OWNER, f"RET {A350[0]} 1")
    assert f"..{A350[0][-4:]}" in shops.text(OWNER, "UNDO S1001")
    assert shops.sold() == 1


@pytest.mark.parametrize(
    ("said", "number"), [("FIX X1001 4", 4), ("更正 X1001 运输损坏", 4), ("FIX X1001 reason 9", 9)]
)
def test_the_reason_is_put_right(shops: Shops, said: str, number: int) -> None:
    shops.text(OWNER, f"RET {A350[0]} 1")
    assert shops.text(OWNER, said).startswith("OK X1001: the reason is now")
    assert shops.show("return", "X1001")["reason"]["number"] == number
    assert "Which reason" in shops.text(OWNER, "FIX X1001 banana")


def test_a_manager_of_another_region_knows_no_such_return(shops: Shops) -> None:
    shops.text(OWNER, f"RET {A350[0]} 1")
    west = "+8613900000055"
    with shops.engine.begin() as connection:
        put_contacts(connection, [ContactRow(west, "Wu", "manager", None, "WEST", "en")])
    there, nowhere = shops.text(west, "APP X1001"), shops.text(west, "APP X9999")
    assert there.replace("X1001", "X9999") == nowhere
    assert shops.text(OWNER, "APP X1001") != there
    assert shops.show("return", "X1001")["state"] == "open"


def test_a_set_that_was_credited_is_not_credited_twice(shops: Shops) -> None:
    shops.text(OWNER, f"RET {A350[0]} 1")
    shops.text(MANAGER, "APP X1001")
    owed = shops.owed()
    assert "is back already" in shops.text(OWNER, f"RET {A350[0]} 1 RO")
    assert shops.owed() == owed
