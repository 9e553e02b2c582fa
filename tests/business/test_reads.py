"""What only reads, and the smaller bookings: stock, price, balance, trail, last, help, nil, register, count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.command import PARTIAL, Command, Problem
from smsgw.business.core.reply import Money, Word
from smsgw.business.sales.rules.lines import NilBooked
from smsgw.business.shipping.rules import ShipmentLine, ship
from smsgw.business.stock.rules import CountLineBooked, Level
from smsgw.business.units.rules.near import one_slip
from tests.business.dict_ledger import (
    CLERK,
    FIELD,
    HQ,
    MANAGER,
    OTHER_OWNER,
    OWNER,
    PROMOTER,
    STRANGER,
    WEST_OWNER,
    DictLedger,
    imei,
    sample,
)
from tests.business.say import items, keys, only, reasons, sale, say

A, B = imei("86012345", 1), imei("86012345", 2)


def shipped(books: DictLedger, number: str, dealer: str = "D1001") -> None:
    books.begin()
    books.apply(ship(ShipmentLine("SH1", dealer, number, "A350", date(2026, 4, 3)), books))


# ---- stock and price


def test_stock_tells_a_models_level_and_its_sales_of_seven_days() -> None:
    books = sample()
    say(books, OWNER, items("count", ("A350", 9), ("B200", 2)))
    say(books, OWNER, items("sale", ("A350", 2)))
    reply = only(say(books, OWNER, Command("stock", model="A350")))
    assert (reply.values["quantity"], reply.values["week"]) == (7, 2)
    assert [(one.key, one.values["weeks"]) for one in reply.values["more"].items] == [("more_cover", "14.0")]
    reply = only(say(books, OWNER, Command("stock")))
    assert [(i.values["model"], i.values["quantity"]) for i in reply.values["levels"].items] == [
        ("A350", 7),
        ("B200", 2),
    ]
    assert reply.values["total"] == 9


def test_stock_tells_what_is_on_order() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 5)))
    say(books, OWNER, Command("yes"))
    reply = only(say(books, OWNER, Command("stock", model="A350")))
    assert [(one.key, one.values["count"]) for one in reply.values["more"].items] == [("more_ordered", 5)]


@pytest.mark.parametrize(
    ("back", "sold", "left", "weeks"),
    [
        (0, 8, 4, "2.0"),
        (20, 6, 11, "7.3"),
        (27, 1, 12, "48.0"),
        (28, 3, 12, None),  # before the four weeks
        (1, 5, 0, None),
        (1, 1, 120, "99+"),
    ],
)
def test_stock_tells_for_how_many_weeks_it_lasts_as_it_sold_in_four(
    back: int, sold: int, left: int, weeks: str | None
) -> None:
    books = sample()
    say(books, OWNER, items("count", ("A350", left + sold)))
    say(books, OWNER, items("sale", ("A350", sold), on=books.now.date() - timedelta(days=back)))
    reply = only(say(books, OWNER, Command("stock", model="A350")))
    assert reply.values["quantity"] == left
    told = [one.values["weeks"] for one in reply.values["more"].items] if "more" in reply.values else [None]
    assert told == [weeks]


def test_field_staff_ask_for_the_stock_of_a_shop_of_their_region() -> None:
    books = sample()
    assert keys(say(books, FIELD, Command("stock"))) == ["which_dealer"]
    assert keys(say(books, FIELD, Command("stock", dealer="D1002"))) == ["stock_none"]
    assert keys(say(books, FIELD, Command("stock", dealer="D2001"))) == ["out_of_area"]
    assert keys(say(books, MANAGER, Command("stock", dealer="D2001"))) == ["stock_none"]
    assert keys(say(books, HQ, Command("stock", dealer="D2001"))) == ["stock_none"]


@pytest.mark.parametrize(
    ("phone", "minor", "since"),
    [
        (OWNER, 100_000, date(2026, 4, 1)),  # tier A has a price of its own
        (PROMOTER, 100_000, date(2026, 4, 1)),
        (OTHER_OWNER, 104_000, date(2026, 1, 1)),
    ],
)
def test_a_price_is_that_of_the_shops_tier(phone: str, minor: int, since: date) -> None:
    values = only(say(sample(), phone, Command("price", model="A350"))).values
    assert (values["dealer_price"], values["valid_from"]) == (Money(minor, "CNY"), since)


def test_who_sees_to_several_shops_is_told_what_a_named_dealer_pays_and_else_the_retail_price() -> None:
    retail = only(say(sample(), FIELD, Command("price", model="A350")))
    assert retail.key == "price_retail_of"
    assert "dealer_price" not in retail.values
    of = only(say(sample(), FIELD, Command("price", model="A350", dealer="D1001")))
    assert (of.key, of.values["dealer"], of.values["dealer_price"]) == ("price_of", "D1001", Money(100_000, "CNY"))
    assert keys(say(sample(), FIELD, Command("price", model="A350", dealer="D2001"))) == ["out_of_area"]
    assert keys(say(sample(), OWNER, Command("price", model="A350", dealer="D1002"))) == ["not_your_shop"]


def test_a_model_without_a_price_is_told() -> None:
    assert keys(say(sample(), OWNER, Command("price", model="C100"))) == ["price_none"]


# ---- one set


@pytest.mark.parametrize(
    ("phone", "key", "steps"),
    [
        (OWNER, "imei_trail", ["shipped", "sold"]),
        (CLERK, "imei_trail", ["shipped", "sold"]),
        (FIELD, "imei_trail", ["shipped", "sold"]),
        (HQ, "imei_trail", ["shipped", "sold"]),
        (OTHER_OWNER, "imei_other", []),
        (WEST_OWNER, "imei_other", []),
    ],
)
def test_the_trail_of_a_set_is_told_to_those_whose_part_it_is(phone: str, key: str, steps: list[str]) -> None:
    books = sample()
    shipped(books, A)
    say(books, CLERK, sale(A))
    reply = only(say(books, phone, Command("imei", imei=A)))
    assert reply.key == key
    if steps:
        assert [step.values["kind"].key for step in reply.values["steps"].items] == [f"kind_{s}" for s in steps]


def test_an_undone_step_is_no_part_of_the_trail() -> None:
    books = sample()
    shipped(books, A)
    say(books, OWNER, sale(A))
    say(books, OWNER, Command("undo"))
    steps = only(say(books, OWNER, Command("imei", imei=A))).values["steps"]
    assert [step.values["kind"].key for step in steps.items] == ["kind_shipped"]


def test_a_number_that_is_no_set_of_ours_is_told() -> None:
    assert keys(say(sample(), OWNER, Command("imei", imei=imei("35000000", 1)))) == ["imei_unknown"]
    assert keys(say(sample(), OWNER, Command("imei", imei=A))) == ["imei_type_only"]


def test_a_stranger_learns_that_a_set_is_genuine_and_when_its_warranty_began() -> None:
    books = sample()
    shipped(books, A)
    assert keys(say(books, STRANGER, Command("imei", imei=A))) == ["imei_genuine"]
    say(books, OWNER, sale(A, on=date(2026, 4, 14)))
    reply = only(say(books, STRANGER, Command("imei", imei=A)))
    assert (reply.key, reply.values["on"]) == ("imei_genuine_sold", date(2026, 4, 14))
    assert set(reply.values) == {"imei", "model", "on"}


# ---- looking back, help


def test_last_lists_the_newest_of_this_phone_and_marks_what_is_undone() -> None:
    books = sample()
    assert keys(say(books, OWNER, Command("last"))) == ["last_none"]
    say(books, OWNER, sale(A))
    say(books, CLERK, sale(B))
    say(books, OWNER, items("count", ("A350", 3)), after=timedelta(days=1))
    say(books, OWNER, Command("undo"))
    say(books, OWNER, Command("nil", on=date(2026, 4, 1)))
    listed = only(say(books, OWNER, Command("last"))).values["past"].items
    assert [(item.key, item.values["reference"]) for item in listed] == [
        ("past_of_day", "N1001"),
        ("past_undone", "K1001"),
        ("past", "S1001"),
    ]


def test_help_tells_the_verbs_that_the_sender_has() -> None:
    books = sample()
    mine = only(say(books, PROMOTER, Command("help"))).values["verbs"].items
    assert Word("sale") in mine
    assert Word("count") not in mine
    theirs = only(say(books, STRANGER, Command("help"))).values["verbs"].items
    assert theirs == (Word("imei"), Word("language"), Word("stop"))
    assert keys(say(books, OWNER, Command("help", topic="order"))) == ["help_verb"]
    assert keys(say(books, OWNER, Command("help", topic="newnum"))) == ["not_in_service"]


# ---- nil, register, count


def test_nil_is_booked_for_a_day_without_sales() -> None:
    books = sample()
    say(books, OWNER, sale(A, on=date(2026, 4, 13)))
    reply = only(say(books, OWNER, Command("nil")))
    assert (reply.key, reply.values["last"]) == ("nil_since", date(2026, 4, 13))
    assert books.nils == [NilBooked("N1001", "D1001", date(2026, 4, 15))]
    decision = say(books, OWNER, Command("nil", on=date(2026, 4, 13)))
    assert keys(decision) == ["nil_question"] and not any(isinstance(each, Booked) for each in decision.records)


def test_registered_sets_are_stock_known_by_imei() -> None:
    books = sample()
    reply = only(say(books, OWNER, Command("register", imeis=(A, B), positions=(1, 2))))
    assert (reply.key, reply.values["stock"]) == ("register", 2)
    assert books.stock.levels("D1001") == {"A350": Level(2, 2)}
    assert books.units[A].origin == "unknown"
    assert keys(say(books, OWNER, sale(A))) == ["sale"]
    assert books.stock.levels("D1001") == {"A350": Level(1, 1)}
    assert books.faults() == []


def test_what_cannot_be_registered_is_told_by_its_place() -> None:
    books = sample()
    shipped(books, A, "D1002")
    say(books, OWNER, sale(B))
    held = imei("86012345", 3)
    say(books, OWNER, Command("register", imeis=(held,), positions=(1,)))
    command = Command(
        "register",
        outcome=PARTIAL,
        imeis=(A, B, held, imei("86012347", 1)),
        positions=(1, 2, 4, 5),
        problems=(Problem("bad_imei", "86012345", 3, detail="length"),),
    )
    reply = only(say(books, OWNER, command))
    assert (reply.key, reply.values["count"]) == ("register_partial", 1)
    assert reasons(reply) == ["bad_elsewhere", "bad_sold", "bad_length", "bad_held"]
    none = only(say(books, OWNER, replace(command, imeis=(A,), positions=(1,), problems=())))
    assert (none.key, reasons(none)) == ("none_saved", ["bad_elsewhere"])


def test_a_shipped_set_that_is_registered_has_arrived_and_is_counted_once() -> None:
    books = sample()
    shipped(books, A)
    say(books, OWNER, Command("register", imeis=(A,), positions=(1,)))
    assert books.units[A].state == "in_stock"
    assert books.stock.levels("D1001") == {"A350": Level(1, 1)}
    assert books.faults() == []


def test_a_count_sets_the_book_and_lists_what_was_not_counted() -> None:
    books = sample()
    shipped(books, A)
    say(books, OWNER, items("count", ("B200", 5)))
    decision = say(books, OWNER, items("count", ("A350", 3)))
    reply = only(decision)
    assert reply.key == "count_missing"
    line = reply.values["lines"].items[0]
    assert (line.values["book"], line.values["change"]) == (1, "+2")
    assert [(m.values["model"], m.values["book"]) for m in reply.values["missing"].items] == [("B200", 5)]
    assert CountLineBooked("K1002", "D1001", "A350", 3, 1) in decision.records
    assert books.stock.levels("D1001") == {"A350": Level(3, 1), "B200": Level(5, 0)}
    assert books.faults() == []


def test_a_count_to_zero_is_a_count() -> None:
    books = sample()
    say(books, OWNER, items("count", ("A350", 3)))
    say(books, OWNER, items("count", ("A350", 0)))
    assert books.stock.levels("D1001") == {"A350": Level(0, 0)}


@pytest.mark.parametrize(("counted", "key"), [(200, "count"), (201, "absurd_count")])
def test_a_new_shop_counts_up_to_two_hundred_without_being_asked(counted: int, key: str) -> None:
    assert keys(say(sample(), OWNER, items("count", ("A350", counted)))) == [key]


@pytest.mark.parametrize(
    ("typed", "meant", "slip"),
    [
        ("123456", "123456", False),
        ("123457", "123456", True),
        ("123465", "123456", True),
        ("12346", "123456", True),
        ("1234556", "123456", True),
        ("213465", "123456", False),
        ("12345", "1234567", False),
        ("923457", "123456", False),
    ],
)
def test_one_slip_is_one_digit_wrong_missing_added_or_two_swapped(typed: str, meant: str, slip: bool) -> None:
    assert one_slip(typed, meant) is slip
