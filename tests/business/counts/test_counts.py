"""Stock-takes by IMEI and by number: listed, ended, decided, taken back, left open, and told apart from sales."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests.business.counts.shops import SETS, Shops
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OTHER_OWNER, OWNER, WEST_OWNER

HOUR = timedelta(hours=1)
FOREIGN, SOLD, NEW, LATE = SETS[4], SETS[3], SETS[5], SETS[6]


@pytest.fixture
def shops(engine: Engine) -> Shops:
    return Shops(engine)


@pytest.fixture
def proposing(engine: Engine) -> Shops:
    return Shops(engine, "propose")


def test_a_count_by_imei_names_what_is_missing_of_another_shop_sold_and_new(shops: Shops) -> None:
    shops.text(OTHER_OWNER, f"REG {FOREIGN}")
    shops.text(OWNER, f"S {SOLD}")
    opened = shops.text(OWNER, "COUNT")
    assert opened.startswith("OK K1001: count of D1001 open until 14:0")
    assert shops.text(CLERK, f"盘点 {SETS[0]} {SETS[1]}").startswith("已收K1001:D1001新录2台,共2台")
    assert "2 more" in (said := shops.text(OWNER, f"COUNT {FOREIGN} {SOLD} {SETS[0]}")) and "4 in all" in said
    assert "1 more" in shops.text(OWNER, f"COUNT {NEW}")
    said = shops.text(OWNER, "COUNT END")
    ends = {name: number[-4:] for name, number in (("m", SETS[2]), ("f", FOREIGN), ("s", SOLD), ("n", NEW))}
    assert said.startswith("OK K1002: D1001 5 sets counted. ")
    assert f"1 missing ({ends['m']}); 1 of another shop ({ends['f']}); 1 sold before ({ends['s']})" in said
    assert f"1 not in the book ({ends['n']})" in said
    assert "D1002" not in said
    # The new one is in the book; the missing one waits for headquarters, and is where it was.
    assert shops.stock() == {"A350": (4, 4)}
    assert shops.unit(NEW) == ("in_stock", "D1001")
    assert shops.unit(SETS[2]) == ("in_stock", "D1001")
    assert shops.unit(FOREIGN) == ("in_stock", "D1002")
    assert shops.text(HQ, "APP K1002") == "K1002 approved: the book of D1001 is as counted. They are told."
    assert shops.unit(SETS[2]) == ("lost", None)
    assert shops.stock() == {"A350": (3, 3)}
    assert "approved already" in shops.text(HQ, "APP K1002")
    assert [phone for phone, _ in shops.told()] == [OWNER]
    assert shops.told() == []
    # Found again at the next count.
    shops.text(OWNER, f"COUNT {SETS[0]} {SETS[1]} {NEW} {SETS[2]}")
    assert "1 not in the book" in shops.text(OWNER, "COUNT END")
    assert shops.unit(SETS[2]) == ("in_stock", "D1001")
    assert shops.stock() == {"A350": (4, 4)}


def test_it_reads_in_chinese_from_beginning_to_end(shops: Shops) -> None:
    assert shops.text(CLERK, "盘点").startswith("已收K1001:D1001盘点开始")
    shops.text(CLERK, f"盘点 {SETS[0]} {SETS[1]} {SETS[2]}")
    said = shops.text(CLERK, "盘点结束")
    assert said.startswith(f"已收K1002:D1001盘3台。缺1({SETS[3][-4:]})。缺失待总部定")
    assert shops.text(MANAGER, "驳回 K1002 再找找").startswith("K1002 rejected")
    assert shops.unit(SETS[3]) == ("in_stock", "D1001")
    told = dict(shops.told())
    assert "K1002" in told[OWNER] and "再找找" in told[CLERK]


def test_models_of_which_no_set_is_listed_are_named_and_not_taken_for_missing(shops: Shops) -> None:
    shops.text(OWNER, "COUNT B200 5 A350 5")  # and one A350 more than we know by IMEI
    shops.text(OWNER, "COUNT " + " ".join(SETS[:4]))
    said = shops.text(OWNER, "COUNT END")
    assert said.startswith("OK K1003: D1001 4 sets counted. A350 without IMEI -1 (book 5); not counted: B200 (book 5).")
    assert shops.stock() == {"A350": (4, 4), "B200": (5, 0)}
    assert "4 sets counted, all as in the book" not in said
    shops.text(OWNER, "COUNT B200 0")
    shops.text(OWNER, "COUNT " + " ".join(SETS[:4]), after=HOUR)
    assert "4 sets counted, all as in the book." in shops.text(OWNER, "COUNT END")


def test_imeis_without_a_verb_are_asked_about_while_a_list_is_open(shops: Shops) -> None:
    bare = f"{SETS[0]} {SETS[1]}"
    shops.text(OWNER, "COUNT START")
    asked = shops.text(OWNER, bare)
    assert "1: COUNT 860123450000012 +1, 2: SALE 860123450000012 +1" in asked
    assert "2 more" in shops.text(OWNER, "1")
    shops.text(OWNER, bare)
    assert "2 sold" in shops.text(OWNER, "2")
    # Another phone of the shop that has no list open just sells, as ever.
    assert shops.text(CLERK, SETS[2]).startswith("已收S")
    # Sold while the list was open: neither missing nor sold before.
    shops.text(OWNER, f"COUNT {SETS[3]}")
    assert "3 sets counted, all as in the book." in shops.text(OWNER, "COUNT END")
    assert shops.stock() == {"A350": (1, 1)}


def test_a_list_that_nobody_ends_lapses_and_books_nothing(shops: Shops) -> None:
    before = shops.stock()
    shops.text(CLERK, f"盘点 {SETS[0]}")
    assert shops.told(3 * HOUR) == []
    shops.text(OWNER, f"COUNT {SETS[1]}")  # its time runs anew
    assert shops.told(3 * HOUR) == []
    told = shops.told(HOUR)
    assert [phone for phone, _ in told] == [CLERK]
    assert "K1001" in told[0][1] and "2台" in told[0][1]
    assert shops.told() == []
    assert shops.stock() == before
    assert "No count of D1001 is open" in shops.text(OWNER, "COUNT END")
    # One that is over is over before anybody has looked; with nothing on it nobody is told.
    shops.text(OWNER, "COUNT")
    assert shops.text(OWNER, f"COUNT {SETS[0]}", after=5 * HOUR).startswith("OK K1003: D1001 1 more")
    assert shops.told() == []


def test_undo_drops_an_open_list_and_takes_back_an_ended_one(shops: Shops) -> None:
    before = shops.stock()
    shops.text(OWNER, f"COUNT {SETS[0]}")
    assert (
        shops.text(OWNER, "UNDO") == "OK K1001: the count of D1001 is dropped with the 1 on it. The book is unchanged."
    )
    assert "undone already" in shops.text(OWNER, "UNDO K1001")
    shops.text(OWNER, f"COUNT {' '.join(SETS[:4])} {NEW}")
    shops.text(OWNER, "COUNT END")
    assert shops.stock() == {"A350": (5, 5)}
    assert shops.text(OWNER, "UNDO K1002").startswith("OK K1003: undone")
    assert shops.stock() == before
    assert shops.unit(NEW) == ("made", None)
    assert "was undone" in shops.text(HQ, "APP K1003")


def test_the_end_of_an_empty_list_ends_nothing(shops: Shops) -> None:
    shops.text(OWNER, "COUNT START")
    assert "has no sets yet" in shops.text(OWNER, "COUNT END")
    assert "is open until" in shops.text(OWNER, "COUNT START")
    assert "is open until" in shops.text(OWNER, "COUNT")


def test_bad_imeis_are_told_and_doubtful_ones_asked(shops: Shops) -> None:
    said = shops.text(OWNER, f"COUNT {SETS[0]} 860123450000029")
    assert "1 more on the count. Not listed: #2 ..0029 is no valid IMEI." in said
    said = shops.text(OWNER, f"COUNT {NEW[:14]}")
    assert "did you mean" in said
    assert "1 more on the count, 2 in all" in shops.text(OWNER, "YES")


def test_field_staff_count_shops_of_their_region_and_are_told_whose_a_set_is(shops: Shops) -> None:
    shops.text(OTHER_OWNER, f"REG {FOREIGN}")
    assert "D1001" in shops.text(FIELD, "COUNT START")  # which shop?
    assert "not" in shops.text(FIELD, "COUNT START D2001").lower()
    assert shops.text(FIELD, "COUNT START D1001").startswith("OK K1001")
    assert "5 more" in shops.text(FIELD, f"COUNT {' '.join(SETS[:4])} {FOREIGN}")
    assert "1 of D1002 (" in shops.text(FIELD, "COUNT END")


def test_a_proposed_count_changes_the_book_once_headquarters_agrees(proposing: Shops) -> None:
    shops = proposing
    said = shops.text(OWNER, "COUNT A350 3 B200 2")
    assert "A350 3 (book 4, -1), B200 2 (book 0, +2). Headquarters decides" in said
    assert shops.stock() == {"A350": (4, 4)}
    assert shops.count("K1001")["state"] == "waiting"
    shops.text(OWNER, f"S {SETS[0]}")
    assert "There is no" in shops.text(WEST_OWNER, "APP K1001") or "manager" in shops.text(WEST_OWNER, "APP K1001")
    assert shops.text(MANAGER, "APP K1001").startswith("K1001 approved")
    assert shops.stock() == {"A350": (2, 3), "B200": (2, 0)}
    shown = shops.count("K1001")
    assert (shown["state"], shown["decided_by"]) == ("approved", MANAGER)
    assert [phone for phone, _ in shops.told()] == [OWNER]
    assert shops.text(OWNER, "UNDO K1001").startswith("OK K1001: undone")
    assert shops.stock() == {"A350": (3, 3)}
    # One that agrees with the book needs nobody.
    assert shops.text(OWNER, "COUNT A350 3").startswith("OK K1002: D1001 A350 3 (same).")
    assert "needs no decision" in shops.text(HQ, "APP K1002")


def test_a_proposed_count_that_is_rejected_or_undone_changes_nothing(proposing: Shops) -> None:
    shops = proposing
    before = shops.stock()
    shops.text(CLERK, f"盘点 {SETS[0]} {NEW}")
    assert "待总部定" in shops.text(CLERK, "盘点结束")
    assert shops.stock() == before
    assert shops.text(HQ, "REJ K1002 look again").startswith("K1002 rejected")
    told = dict(shops.told())
    assert set(told) == {OWNER, CLERK} and "look again" in told[OWNER]
    assert shops.stock() == before
    shops.text(OWNER, "COUNT A350 9", after=HOUR)
    assert shops.text(OWNER, "UNDO").startswith("OK K1003: undone")
    assert shops.stock() == before
    assert "was undone" in shops.text(HQ, "APP K1003")
