"""Sales: by IMEI, by model and quantity, good and bad ones together, and what they do to the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.command import PARTIAL, Problem
from smsgw.business.core.decision import Record
from smsgw.business.core.trade import Trade
from smsgw.business.sales.rules.lines import SaleLineBooked
from smsgw.business.shipping.rules import ShipmentLine, ship
from smsgw.business.stock.rules import Level, StockMoved, open_stock
from smsgw.business.units.rules.states import UnitMoved
from tests.business.dict_ledger import CLERK, FIELD, OTHER_OWNER, OWNER, DictLedger, imei, sample
from tests.business.say import items, keys, only, reasons, sale, say

A, B = imei("86012345", 1), imei("86012345", 2)
OF_B200 = imei("86012347", 1)
NO_MODEL = imei("35000000", 1)


def shipped(books: DictLedger, *imeis: str, dealer: str = "D1001", model: str = "A350") -> None:
    for number in imeis:
        books.begin()
        books.apply(ship(ShipmentLine("SH1", dealer, number, model, date(2026, 4, 1)), books))


def test_a_shipped_set_is_sold_out_of_the_shops_stock() -> None:
    books = sample()
    shipped(books, A, B)
    decision = say(books, OWNER, sale(A))
    assert decision.records == (
        Booked("S1001", "sale", "D1001", date(2026, 4, 15), "A350 x1"),
        UnitMoved(A, "A350", "sold", "D1001", "sold", "D1001", "shipped", "S1001"),
        SaleLineBooked("S1001", "D1001", date(2026, 4, 15), "A350", 1, A),
        StockMoved("D1001", "A350", -1, -1, "sold", "S1001"),
    )
    reply = only(decision)
    assert reply.key == "sale"
    assert (reply.values["reference"], reply.values["count"], reply.values["dealer"]) == ("S1001", 1, "D1001")
    assert (reply.values["today"], reply.values["week"]) == (1, 1)
    assert books.stock.levels("D1001") == {"A350": Level(1, 1)}
    assert books.faults() == []


def test_a_set_never_shipped_is_accepted_as_of_unknown_origin_and_leaves_an_empty_book_alone() -> None:
    books = sample()
    decision = say(books, OWNER, sale(A))
    assert [type(record) for record in decision.records] == [Booked, UnitMoved, SaleLineBooked]
    unit = books.units[A]
    assert (unit.model, unit.state, unit.holder, unit.origin) == ("A350", "sold", "D1001", "unknown")
    assert books.faults() == []


def test_a_set_never_shipped_counts_as_one_of_those_the_book_has_without_an_imei() -> None:
    books = sample()
    say(books, OWNER, items("count", ("A350", 2)))
    say(books, OWNER, sale(A, B, imei("86012345", 3)))
    assert books.stock.levels("D1001") == {"A350": Level(0, 0)}  # two were in the book, the third never was
    assert books.faults() == []


def test_a_set_never_shipped_is_refused_where_the_deployment_says_so() -> None:
    books = sample()
    books._trade = Trade(unknown_units="refuse")
    decision = say(books, OWNER, sale(A))
    assert decision.records == ()
    assert reasons(only(decision)) == ["bad_unknown"]


def test_the_second_sale_of_a_set_is_refused_with_the_reference_and_date_of_the_first() -> None:
    books = sample()
    say(books, OWNER, sale(A, on=date(2026, 4, 13)))
    for phone in (OWNER, CLERK, OTHER_OWNER):
        decision = say(books, phone, sale(A))
        assert decision.records == ()
        reason = only(decision).values["bad"].items[0]
        assert (reason.key, reason.values["reference"], reason.values["on"]) == (
            "bad_sold",
            "S1001",
            date(2026, 4, 13),
        )
        assert reason.values["where"].values == {"token": A}


def test_a_set_shipped_to_another_dealer_is_not_sold() -> None:
    books = sample()
    shipped(books, A, dealer="D1002")
    decision = say(books, OWNER, sale(A))
    assert only(decision).key == "hold_question"
    assert (books.lines, books.stock.levels("D1002")) == ([], {"A350": Level(1, 1)})
    assert books.units[A].state == "shipped"


def test_good_imeis_go_through_and_bad_ones_are_told_by_their_place() -> None:
    books = sample()
    say(books, OTHER_OWNER, sale(A))
    command = replace(
        sale(B, A, NO_MODEL),
        outcome=PARTIAL,
        positions=(1, 3, 4),
        problems=(Problem("bad_imei", "86012345000", 2, detail="length"),),
    )
    decision = say(books, OWNER, command)
    reply = only(decision)
    assert reply.key == "sale_partial"
    assert (reply.values["count"], reply.values["again"]) == (1, 3)
    assert reasons(reply) == ["bad_length", "bad_sold", "bad_model"]
    places = [reason.values["where"].values["position"] for reason in reply.values["bad"].items]
    assert places == [2, 3, 4]
    assert books.faults() == []


def test_the_claimed_model_is_checked_against_the_type_code() -> None:
    books = sample()
    decision = say(books, OWNER, sale(A, OF_B200, model="A350"))
    reply = only(decision)
    assert reasons(reply) == ["bad_mismatch"]
    assert reply.values["bad"].items[0].values["model"] == "B200"
    assert list(books.units) == [A]


def test_a_type_code_nobody_knows_needs_the_model_with_it() -> None:
    books = sample()
    assert reasons(only(say(books, OWNER, sale(NO_MODEL)))) == ["bad_model"]
    assert only(say(books, OWNER, sale(NO_MODEL, model="A350"))).key == "sale"
    assert books.units[NO_MODEL].model == "A350"


def test_both_imeis_of_one_set_are_one_sale() -> None:
    books = sample()
    books.begin()
    books.apply(ship(ShipmentLine("SH1", "D1001", A, "A350", date(2026, 4, 1), imei2=B), books))
    decision = say(books, OWNER, sale(A, B))
    assert only(decision).values["count"] == 1
    assert reasons(only(decision)) == ["bad_same"]
    assert books.faults() == []


def test_a_doubtful_imei_is_booked_at_once_only_when_the_shop_holds_the_set() -> None:
    books = sample()
    shipped(books, A)
    assert only(say(books, OWNER, sale(A, doubtful=(A,)))).key == "sale"
    decision = say(books, OWNER, sale(B, doubtful=(B,)))
    assert keys(decision) == ["imei_question"]
    assert B not in books.units


def test_doubtful_imeis_are_asked_while_the_good_ones_are_booked() -> None:
    books = sample()
    decision = say(books, OWNER, sale(A, B, doubtful=(B,)))
    assert keys(decision) == ["sale", "imei_question"]
    assert only_sold(decision.records) == [A]


def only_sold(records: tuple[Record, ...]) -> list[str | None]:
    return [record.imei for record in records if isinstance(record, SaleLineBooked)]


def test_a_sale_without_imeis_takes_sets_off_the_book() -> None:
    books = sample()
    say(books, OWNER, items("count", ("A350", 5)))
    decision = say(books, OWNER, items("sale", ("A350", 3)))
    assert keys(decision) == ["sale_items"]
    assert books.stock.levels("D1001")["A350"] == Level(2, 0)
    assert books.sales.sold("D1001", date(2026, 4, 15), date(2026, 4, 15)) == {"A350": 3}


def test_a_book_below_zero_asks_for_a_count() -> None:
    books = sample()
    reply = only(say(books, OWNER, items("sale", ("A350", 3))))
    assert reply.key == "sale_items_short"
    assert (reply.values["short"], reply.values["book"]) == ("A350", -3)


def test_a_sale_out_of_all_proportion_is_asked_back() -> None:
    books = sample()
    decision = say(books, OWNER, items("sale", ("A350", 3000)))
    assert keys(decision) == ["absurd_sale"]
    assert books.lines == []


def test_a_back_dated_sale_counts_on_its_day() -> None:
    books = sample()
    reply = only(say(books, OWNER, sale(A, on=date(2026, 4, 14))))
    assert reply.key == "sale_on"
    assert (reply.values["today"], reply.values["week"]) == (0, 1)
    reply = only(say(books, OWNER, sale(B, on=date(2026, 4, 12))))  # Sunday: last week
    assert (reply.values["today"], reply.values["week"]) == (0, 1)


@pytest.mark.parametrize(("on", "key"), [(date(2026, 4, 16), "date_future"), (date(2024, 4, 1), "date_old")])
def test_no_sale_is_booked_for_a_day_to_come_or_long_gone(on: date, key: str) -> None:
    books = sample()
    decision = say(books, OWNER, sale(A, on=on))
    assert (decision.records, keys(decision)) == ((), [key])


def test_the_business_day_is_the_shops_own() -> None:
    books = sample()
    say(books, OWNER, sale(A), after=timedelta(hours=13, minutes=59))  # 23:59 in Shanghai
    say(books, OWNER, sale(B))
    assert [line.on for line in books.lines] == [date(2026, 4, 15), date(2026, 4, 16)]


def test_field_staff_sell_at_a_shop_of_their_region_and_nowhere_else() -> None:
    books = sample()
    assert keys(say(books, FIELD, sale(A))) == ["which_dealer"]
    assert keys(say(books, FIELD, sale(A, dealer="D9999"))) == ["unknown_dealer"]
    assert keys(say(books, FIELD, sale(A, dealer="D2001"))) == ["out_of_area"]
    decision = say(books, FIELD, sale(A, dealer="D1002"))
    assert only(decision).values["dealer"] == "D1002"


def test_an_owner_does_not_sell_at_another_shop() -> None:
    books = sample()
    assert keys(say(books, OWNER, sale(A, dealer="D1002"))) == ["not_your_shop"]
    assert keys(say(books, OWNER, sale(A, dealer="D1001"))) == ["sale"]


def test_a_set_of_the_opening_stock_is_sold_out_of_it() -> None:
    books = sample()
    books.begin()
    books.apply(open_stock(None, dealer="D1001", model="A350", quantity=1, imei=A, reference="OPEN"))
    say(books, OWNER, sale(A))
    assert books.stock.levels("D1001")["A350"] == Level(0, 0)
    assert books.faults() == []


def test_shipped_sets_are_no_stock_where_a_receipt_is_required() -> None:
    books = sample()
    books._trade = Trade(receipt="required")
    shipped(books, A)
    assert books.stock.levels("D1001") == {}
    say(books, OWNER, sale(A))
    assert books.stock.levels("D1001") == {}
    assert books.faults() == []
