"""Sets that are on their way, or were: given or sold before they are received, sent on by a depot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from smsgw.business.returns.actions import receive_return, reject_return
from smsgw.settings.sections import Settings, TradeRules
from smsgw.tables.fault import BadTable
from tests.business.dict_ledger import CLERK, OTHER_OWNER, OWNER, imei
from tests.business.goods.house import House

SETS = [imei("86012345", n) for n in range(1, 7)]
OF_NONE = {"D1001": 0, "D1002": 0}


@pytest.fixture(params=["none", "required"])
def house(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    house = House(engine, tmp_path, Settings(trade=TradeRules(receipt=request.param)))
    house.stock_depot("DEPOT-E", *((one, "A350") for one in SETS))
    house.ship("SH1", "D1001", *((one, "A350") for one in SETS), depot="DEPOT-E")
    yield house
    assert house.faults() == []
    house.close()


def held(house: House) -> dict[str, int]:
    return OF_NONE | {dealer: quantity for (dealer, _), (quantity, _) in house.stock().items()}


@pytest.mark.parametrize("word", ["YES", "NO", "UNDO"])
def test_a_set_that_is_given_before_it_is_received_leaves_no_stock_that_it_was_not_in(house: House, word: str) -> None:
    counted = 0 if house.trade.receipt == "required" else 6
    house.text(OWNER, f"GIVE D1002 {SETS[0]} {SETS[1]}")
    assert held(house) == {"D1001": max(0, counted - 2), "D1002": 0}
    house.text(OWNER if word == "UNDO" else OTHER_OWNER, f"{word} T1001")
    if word == "YES":
        assert held(house) == {"D1001": max(0, counted - 2), "D1002": 2}
    else:
        assert held(house) == {"D1001": counted, "D1002": 0}
        assert house.unit(SETS[0]) == ("shipped", "D1001")


@pytest.mark.parametrize("said", ["RCV SH1 6", "RCV SH1 4", "RCV SH1"])
def test_a_delivery_of_which_sets_were_sold_is_complete(house: House, said: str) -> None:
    house.text(OWNER, f"S {SETS[0]} {SETS[1]}")
    assert "SH1 complete, 4 received" in house.text(OWNER, said)
    assert held(house)["D1001"] == 4
    assert "SH1已收齐" in house.text(CLERK, "RCV SH1")
    assert held(house)["D1001"] == 4


def test_of_a_delivery_of_which_none_came_none_is_received(house: House) -> None:
    assert "6" in house.text(OWNER, "RCV SH1 0")
    assert {house.unit(one) for one in SETS} == {("lost", None)}
    assert held(house)["D1001"] == 0


def test_what_a_depot_sends_back_to_a_shop_is_not_shipped_there_once_more(house: House) -> None:
    found = imei("86012345", 99)
    house.text(OWNER, f"REG {found}")
    house.text(OWNER, f"RET {found} 9")
    with house.desk() as (session, books):
        receive_return(session, books, "X1001", "DEPOT-E", sound=True)
    with house.desk() as (session, books):
        reject_return(session, books, "X1001", "no fault found")
    house.text(OWNER, f"REG {found}")
    with pytest.raises(BadTable) as refused:
        house.ship("SH2", "D1001", (found, "A350"))
    assert "was shipped to D1001 before" in str(refused.value.faults[0])


def test_a_set_that_a_depot_ships_again_comes_back_before_its_first_return_is_decided(house: House) -> None:
    house.text(OWNER, f"RET {SETS[0]} 9")
    with house.desk() as (session, books):
        receive_return(session, books, "X1001", "DEPOT-E", sound=True)
    house.ship("SH2", "D1002", (SETS[0], "A350"), depot="DEPOT-E")
    assert house.text(OTHER_OWNER, f"RET {SETS[0]} 9").startswith("已收X1002")
    assert house.unit(SETS[0]) == ("returning", "D1002")
