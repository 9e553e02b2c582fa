"""Orders that are approved at once where the depots promise their sets on approval: each piece goes to one of them."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from smsgw.settings.sections import Settings, TradeRules
from smsgw.store.engine import open_engine
from tests.business.dict_ledger import OTHER_OWNER, OWNER, imei
from tests.business.goods.house import House, Texted
from tests.business.goods.test_races import both, reference
from tests.databases import emptied


def test_a_piece_that_is_promised_on_approval_goes_to_one_order(shared: str, tmp_path: Path) -> None:
    emptied(shared)
    engine, serials = open_engine(shared), count(1)
    house = House(engine, tmp_path, Settings(trade=TradeRules(allocate="on_approval")), daemons=2)

    def make() -> tuple[Texted, Texted]:
        house.stock_depot("DEPOT-E", (imei("86012347", next(serials)), "B200"))
        owners = (OWNER, OTHER_OWNER)
        orders = [reference(house.text(owner, "ORD B200 1 RO")) for owner in owners]
        one, other = (house.texted(owner, f"YES {found[1:]}") for owner, found in zip(owners, orders, strict=True))
        return one, other

    for answers in both(house, make):
        assert sorted("depots lack" in said or "分仓现缺" in said for said in answers) == [False, True], answers
    assert house.rows("SELECT sum(quantity), sum(allocated) FROM depot_stock") == [(2, 2)]
    house.close()
    engine.dispose()
