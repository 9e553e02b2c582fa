"""Sell-in: what a shipped set books, once, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from smsgw.business.core.command import Command
from smsgw.business.core.decision import Record
from smsgw.business.core.trade import Trade
from smsgw.business.directory.rules import Dealer
from smsgw.business.money.rules import Posted, receive_payment
from smsgw.business.orders.rules import OrderShipped, ShipmentLeft
from smsgw.business.shipping.rules import ShipmentLine, merged, ship
from smsgw.business.stock.rules import Level, StockMoved, open_stock
from smsgw.business.units.rules.states import UnitMoved
from smsgw.errors import CannotBook
from tests.business.dict_ledger import OWNER, DictLedger, imei, sample
from tests.business.say import items, sale, say

A, B = imei("86012345", 1), imei("86012345", 2)
DAY = date(2026, 4, 10)
LINE = ShipmentLine("SH1", "D1001", A, "A350", DAY)


def book(books: DictLedger, line: ShipmentLine) -> tuple[Record, ...]:
    books.begin()
    records = ship(line, books)
    books.apply(records)
    assert books.faults() == []
    return records


def test_a_shipped_set_is_the_dealers_stock_and_debt() -> None:
    books = sample()
    records = book(books, LINE)
    assert [type(record) for record in records] == [UnitMoved, StockMoved, ShipmentLeft, Posted, Posted]
    assert books.stock.levels("D1001") == {"A350": Level(1, 1)}
    balance = books.orders.balance("D1001", DAY)
    assert balance.owed == 100_000  # the price of tier A
    assert [leg.due_on for leg in books.postings] == [date(2026, 5, 10), None]
    assert books.orders.balance("D1001", date(2026, 5, 11)).overdue == 100_000
    assert books.units.trail(A)[0].at.date() == DAY


def test_the_same_line_again_books_nothing() -> None:
    books = sample()
    book(books, LINE)
    assert book(books, LINE) == ()
    say(books, OWNER, sale(A))
    assert book(books, LINE) == ()


def test_a_set_is_no_stock_until_a_receipt_where_one_is_required() -> None:
    books = sample()
    books._trade = Trade(receipt="required")
    book(books, LINE)
    assert books.stock.levels("D1001") == {}
    say(books, OWNER, Command("register", imeis=(A,), positions=(1,)))
    assert books.stock.levels("D1001") == {"A350": Level(1, 1)}
    assert books.faults() == []


def test_a_set_sold_before_its_file_came_becomes_one_of_ours_and_stays_sold() -> None:
    books = sample()
    say(books, OWNER, sale(A))
    book(books, LINE)
    unit = books.units[A]
    assert (unit.state, unit.holder, unit.origin) == ("sold", "D1001", "shipped")
    assert books.stock.levels("D1001") == {}
    assert books.orders.balance("D1001", DAY).owed == 100_000


def test_a_set_registered_before_its_file_came_stays_in_stock_once() -> None:
    books = sample()
    say(books, OWNER, Command("register", imeis=(A,), positions=(1,)))
    book(books, LINE)
    assert books.stock.levels("D1001") == {"A350": Level(1, 1)}
    assert books.units[A].origin == "shipped"


def test_a_set_for_an_order_is_at_the_orders_price_and_moves_the_order() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    say(books, OWNER, Command("yes"))
    books.prices.clear()
    records = book(books, replace(LINE, order="O1001"))
    assert OrderShipped("O1001", "A350", 1, "part_shipped") in records
    assert books.orders.balance("D1001", DAY).open_orders == 100_000
    book(books, replace(LINE, order="O1001", imei=B))
    assert books.placed["O1001"].state == "shipped"
    assert books.orders.balance("D1001", DAY).owed == 200_000
    with pytest.raises(CannotBook, match="is shipped"):
        ship(replace(LINE, order="O1001", imei=imei("86012345", 3)), books)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"dealer": "D9"}, "no dealer D9"),
        ({"model": "Z9"}, "no product Z9"),
        ({"model": "C100"}, "C100 has no price for tier A"),
        ({"order": "O9"}, "D1001 has no order O9"),
        ({"shipment": "SH2"}, "was shipped to D1001 before"),
        ({"shipment": "SH2", "model": "A380"}, "is a A350, not a A380"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_reason(change: dict[str, str], reason: str) -> None:
    books = sample()
    if "shipment" in change:
        book(books, LINE)
    with pytest.raises(CannotBook, match=reason):
        ship(replace(LINE, **change), books)  # type: ignore[arg-type]


def test_a_set_in_another_shops_stock_is_not_shipped() -> None:
    books = sample()
    say(books, OWNER, Command("register", imeis=(A,), positions=(1,)))
    with pytest.raises(CannotBook, match="in the stock of D1001"):
        ship(replace(LINE, dealer="D1002"), books)


def test_a_draft_is_not_shipped_for() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    with pytest.raises(CannotBook, match="is draft"):
        ship(replace(LINE, order="O1001"), books)


def test_opening_stock_is_booked_by_number_or_by_set() -> None:
    books = sample()
    books.begin()
    books.apply(open_stock(None, dealer="D1001", model="A350", quantity=5, imei=None, reference="OPEN"))
    books.apply(open_stock(None, dealer="D1001", model="A350", quantity=1, imei=A, reference="OPEN"))
    assert books.stock.levels("D1001") == {"A350": Level(6, 1)}
    assert books.faults() == []
    with pytest.raises(CannotBook, match="known already"):
        open_stock(books.units.find(A), dealer="D1002", model="A350", quantity=1, imei=A, reference="OPEN")


def dealer(books: DictLedger) -> Dealer:
    found = books.directory.dealer("D1001")
    assert found is not None
    return found


def test_a_payment_lowers_what_is_owed() -> None:
    books = sample()
    book(books, LINE)
    books.apply(receive_payment(dealer(books), 30_000, "CNY", "P1"))
    assert books.orders.balance("D1001", DAY).owed == 70_000
    assert books.faults() == []


@pytest.mark.parametrize(
    ("amount", "currency", "reason"),
    [(1, "EUR", "pays in CNY"), (0, "CNY", "more than nothing")],
)
def test_a_payment_that_cannot_be_is_refused(amount: int, currency: str, reason: str) -> None:
    with pytest.raises(CannotBook, match=reason):
        receive_payment(dealer(sample()), amount, currency, "P1")


def test_many_sets_of_one_shipment_are_one_entry_and_one_row_of_stock() -> None:
    books = sample()
    records: list[Record] = []
    for serial in range(1, 6):
        books.begin()
        new = ship(replace(LINE, imei=imei("86012345", serial)), books)
        books.apply(new)
        records += new
    few = merged(records)
    assert [type(record) for record in few] == [UnitMoved] * 5 + [StockMoved] + [Posted] * 2 + [ShipmentLeft]
    assert [record.amount for record in few if isinstance(record, Posted)] == [500_000, -500_000]
    assert [(r.quantity, r.units) for r in few if isinstance(r, StockMoved)] == [(5, 5)]
    assert [r for r in few if isinstance(r, ShipmentLeft)] == [ShipmentLeft("SH1", "D1001", None, 5, DAY)]
