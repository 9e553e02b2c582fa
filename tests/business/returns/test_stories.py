"""Stories from beginning to end, in both languages: an order that is sold, comes back and is replaced; one refused."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from smsgw.business.core.decision import Record
from smsgw.business.prices.books import PriceRow, put_prices
from smsgw.business.shipping import rules as shipping
from smsgw.business.shipping.rules import ShipmentLine
from tests.business.dict_ledger import MANAGER, OWNER
from tests.business.returns.shops import A350, B200, PRICE, SPARE, Shops

STORIES = {
    "en": ("ORD A350 2", "YES", "S {}", "RET {} broke in use", "APP {} {}", "REJ {} no fault found", "STOCK A350"),
    "zh": ("订货 A350 2", "是", "销售 {}", "退机 {} 使用中坏", "批准 {} {}", "驳回 {} 无故障", "库存 A350"),
}


@pytest.mark.parametrize("language", STORIES)
def test_from_the_order_to_the_sale_to_the_return_to_the_replacement(engine: Engine, language: str) -> None:
    order, yes, sale, back, approve, _, stock = STORIES[language]
    shops = Shops(engine)
    shops.text(OWNER, order)
    shops.text(OWNER, yes)
    if shops.show("order", "O1001")["state"] == "confirmed":
        shops.text(MANAGER, "APP 1001")
    with shops.books() as books:
        for number in A350[6:8]:
            line = ShipmentLine("shipment SH2", "D1001", number, "A350", date(2026, 4, 15), order="O1001")
            books.apply(shipping.ship(line, books))
    owed, held = shops.owed(), shops.stock()["A350"][0]
    assert shops.text(OWNER, sale.format(A350[6])).count("S1001")
    assert shops.text(OWNER, back.format(A350[6])).count("X1001")
    assert (shops.sold(), shops.unit(A350[6])) == (0, ("returned", "D1001"))
    assert "1" in shops.text(OWNER, stock)
    assert SPARE[0] in shops.text(MANAGER, approve.format("X1001", SPARE[0]))
    assert [SPARE[0] in words for _, words in shops.told() if "X1001" in words] == [True]
    assert shops.text(OWNER, sale.format(SPARE[0])).count("S1002")
    assert (shops.sold(), shops.owed(), shops.stock()["A350"][0]) == (1, owed, held - 1)
    assert shops.show("unit", A350[6])["return"]["replaced_by"] == SPARE[0]
    assert shops.show("unit", SPARE[0])["replaces"] == A350[6]
    kinds = [event["kind"] for event in shops.show("unit", A350[6])["events"]]
    assert kinds == ["shipped", "sold", "returned", "replaced"]
    # The replacement stands for the old one: it would be credited at what the order was invoiced at.
    shops.text(OWNER, back.format(SPARE[0]))
    shops.text(MANAGER, "APP X1002")
    assert shops.owed() == owed - PRICE


@pytest.mark.parametrize("language", STORIES)
def test_a_return_that_is_refused(engine: Engine, language: str) -> None:
    _, _, sale, back, _, reject, stock = STORIES[language]
    shops = Shops(engine)
    owed = shops.owed()
    shops.text(OWNER, sale.format(A350[0]))
    shops.text(OWNER, back.format(A350[0]))
    assert shops.text(MANAGER, reject.format("X1001")).startswith("X1001 rejected")
    told = [words for _, words in shops.told() if "X1001" in words]
    assert len(told) == 1 and reject.split(" ", 2)[2] in told[0]
    assert "Returned" not in shops.text(OWNER, stock)
    assert (shops.unit(A350[0]), shops.owed(), shops.sold()) == (("in_stock", "D1001"), owed, 0)
    assert shops.text(OWNER, sale.format(A350[0])).count("S1002")


def test_a_set_of_an_order_is_credited_at_the_price_of_the_order(engine: Engine) -> None:
    shops = Shops(engine)
    shops.text(OWNER, "ORD A350 2")
    shops.text(OWNER, "YES")
    if shops.show("order", "O1001")["state"] == "confirmed":
        shops.text(MANAGER, "APP 1001")
    with engine.begin() as connection:
        put_prices(connection, [PriceRow("A350", "A", 90_000, 99_000, "CNY", date(2026, 4, 15))])
    with shops.books() as books:
        records: list[Record] = []
        for number, model, order in ((A350[6], "A350", "O1001"), (B200[2], "B200", None)):
            line = ShipmentLine("shipment SH2", "D1001", number, model, date(2026, 4, 15), order=order)
            records += shipping.ship(line, books)
        books.apply(shipping.merged(records))
    owed = shops.owed()
    shops.text(OWNER, f"RET {A350[6]} 1")
    assert "1000.00" in shops.text(MANAGER, "APP X1001")
    assert shops.owed() == owed - PRICE
