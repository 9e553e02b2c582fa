"""IMEIs that come after a sale by number: asked about, filled in, taken back; never sold twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, text

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.command import Command, Item, Reading
from smsgw.business.core.trade import Trade
from smsgw.business.dialogue import answer
from smsgw.business.stock.rules import Level, open_stock
from smsgw.business.verify import verify
from tests.business.dict_ledger import CLERK, OTHER_OWNER, OWNER, DictLedger, imei, sample
from tests.business.said import settle
from tests.business.say import items, keys, only, sale, say

A, B, C, D = (imei("86012345", n) for n in range(1, 5))
OF_B200 = imei("86012347", 1)
YES, NO = Command("yes"), Command("no")
TODAY = date(2026, 4, 15)


def stocked() -> DictLedger:
    """A shop with A, B, C and two more A350 that it does not know by IMEI."""
    books = sample()
    for number in (A, B, C):
        books.begin()
        books.apply(open_stock(None, dealer="D1001", model="A350", quantity=1, imei=number, reference="OPEN"))
    books.begin()
    books.apply(open_stock(None, dealer="D1001", model="A350", quantity=2, imei=None, reference="OPEN"))
    return books


def sold(books: DictLedger, on: date = TODAY) -> int:
    return sum(books.sales.sold("D1001", on, on).values())


def test_imeis_after_a_sale_by_number_are_asked_about_and_a_yes_fills_them_in() -> None:
    books = stocked()
    say(books, OWNER, items("sale", ("A350", 3)))
    asked = only(say(books, OWNER, sale(A, B)))
    assert (asked.key, asked.values["reference"]) == ("sale_late_question", "S1001")
    assert (sold(books), books.units[A].state) == (3, "in_stock")  # nothing yet
    filled = only(say(books, OWNER, YES))
    assert (filled.key, filled.values["of"], filled.values["count"], filled.values["today"]) == (
        "sale_late",
        "S1001",
        2,
        3,
    )
    assert (sold(books), books.units[A].state, books.units[B].state) == (3, "sold", "sold")
    assert books.stock.levels("D1001")["A350"] == Level(2, 1)  # as many as before; two of them known less
    assert books.faults() == []


def test_a_no_leaves_both_as_they_are_and_ro_sells_besides() -> None:
    books = stocked()
    say(books, OWNER, items("sale", ("A350", 1)))
    say(books, OWNER, sale(A))
    say(books, OWNER, NO)
    assert (sold(books), books.units[A].state) == (1, "in_stock")
    assert keys(say(books, OWNER, sale(A, repeat=True))) == ["sale"]
    assert (sold(books), books.units[A].state) == (2, "sold")
    assert books.stock.levels("D1001")["A350"] == Level(3, 2)
    assert books.faults() == []


def test_a_set_too_many_is_sold_besides_by_the_same_yes() -> None:
    books = stocked()
    say(books, OWNER, items("sale", ("A350", 2)))
    say(books, OWNER, sale(A, B, C, OF_B200))
    say(books, OWNER, YES)
    assert books.sales.sold("D1001", TODAY, TODAY) == {"A350": 3, "B200": 1}
    assert books.stock.levels("D1001")["A350"] == Level(2, 0)
    assert books.faults() == []


def test_nobody_is_asked_where_nothing_is_missing() -> None:
    books = stocked()
    say(books, OWNER, items("sale", ("B200", 2)))
    assert keys(say(books, OWNER, sale(A))) == ["sale"]  # another model
    say(books, OTHER_OWNER, items("sale", ("A350", 2)))
    assert keys(say(books, OWNER, sale(B))) == ["sale"]  # another shop
    say(books, OWNER, items("sale", ("A350", 1), on=date(2026, 4, 14)))
    assert keys(say(books, OWNER, sale(C, on=TODAY))) == ["sale"]  # another day, and said so
    assert books.faults() == []


@pytest.mark.parametrize(("days", "key"), [(7, "sale_late_question"), (1, "sale"), (0, "sale")])
def test_imeis_are_wanted_for_some_days(days: int, key: str) -> None:
    books = stocked()
    books._trade = Trade(imei_days=days)
    say(books, OWNER, items("sale", ("A350", 1), on=date(2026, 4, 12)))
    assert keys(say(books, OWNER, sale(A))) == [key]


def test_the_oldest_sale_is_filled_first_and_each_on_its_own_day() -> None:
    books = stocked()
    say(books, OWNER, items("sale", ("A350", 1), on=date(2026, 4, 14)))
    say(books, OWNER, items("sale", ("A350", 1)))
    assert only(say(books, OWNER, sale(A, B))).values["reference"] == "S1001"
    say(books, OWNER, YES)
    assert (sold(books, date(2026, 4, 14)), sold(books)) == (1, 1)
    assert keys(say(books, OWNER, sale(C))) == ["sale"]  # nothing is missing any more
    assert books.faults() == []


def test_undo_takes_the_imeis_back_first_and_then_the_sale() -> None:
    books = stocked()
    say(books, OWNER, items("sale", ("A350", 3)))
    say(books, OWNER, sale(A))
    say(books, OWNER, YES)
    refused = only(say(books, OWNER, Command("undo", reference="S1001")))
    assert (refused.key, refused.values["by"]) == ("undo_filled", "S1002")
    undone = only(say(books, OWNER, Command("undo", reference="S1002")))
    assert (undone.key, undone.values["today"]) == ("undone_sale", 3)
    assert (sold(books), books.units[A].state) == (3, "in_stock")
    assert books.stock.levels("D1001")["A350"] == Level(2, 3)
    assert keys(say(books, OWNER, sale(A))) == ["sale_late_question"]  # it is missing again
    assert keys(say(books, OWNER, Command("undo", reference="S1001"))) == ["undone_sale"]
    assert (sold(books), books.stock.levels("D1001")["A350"]) == (0, Level(5, 3))
    assert books.faults() == []


def test_a_colleague_may_send_the_imeis_and_a_customer_is_kept() -> None:
    books = stocked()
    say(books, OWNER, items("sale", ("A350", 1)))
    say(books, CLERK, replace(sale(A), customer="+8613900007777"))
    decision = say(books, CLERK, YES)
    assert [record.customer for record in decision.records if type(record).__name__ == "SaleLineBooked"] == [
        "+8613900007777"
    ]
    assert books.faults() == []


def test_the_live_lines_of_the_database_are_what_was_sold(engine: Engine) -> None:
    """Whoever adds up the live lines has each set once: after some IMEIs, after all, and after they are taken back."""
    settle(engine, sample())
    now = sample().now
    keeper = Bookkeeper(engine, Trade(), clock=now.timestamp)

    def send(command: Command) -> None:
        with keeper.transaction(now) as books:
            books.work.phone = OWNER
            answer(Reading("text", "text", "accepted", (command,)), OWNER, books)

    def live() -> tuple[int, int]:
        with engine.connect() as connection:
            assert verify(connection, Trade()) == []
            row = connection.execute(
                text("SELECT sum(quantity), count(imei) FROM sale_line WHERE reversed_at IS NULL")
            ).one()
        return int(row[0] or 0), int(row[1])

    send(Command("sale", items=(Item("A350", 3),)))
    assert live() == (3, 0)
    send(sale(A, B))
    send(YES)
    assert live() == (3, 2)
    send(sale(C))
    send(YES)
    assert live() == (3, 3)
    for reference, left in (("S1003", (3, 2)), ("S1002", (3, 0)), ("S1001", (0, 0))):
        send(Command("undo", reference=reference))
        assert live() == left
