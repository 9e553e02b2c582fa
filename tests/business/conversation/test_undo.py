"""UNDO: everything a reference did is taken back with rows of its own, or nothing is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from smsgw.business.conversation.rules.records import Booked
from smsgw.business.core.command import CONFIRM, Command, Item
from smsgw.business.orders.rules import OrderShipped
from smsgw.business.shipping.rules import ShipmentLine, ship
from smsgw.business.stock.rules import Level
from tests.business.dict_ledger import CLERK, FIELD, HQ, MANAGER, OTHER_OWNER, OWNER, PROMOTER, WEST_OWNER, imei, sample
from tests.business.say import items, keys, only, sale, say

A, B = imei("86012345", 1), imei("86012345", 2)


def undo(reference: str | None = None) -> Command:
    return Command("undo", reference=reference)


def test_an_undone_sale_puts_the_set_back_where_it_was() -> None:
    books = sample()
    books.begin()
    books.apply(ship(ShipmentLine("SH1", "D1001", A, "A350", date(2026, 4, 1)), books))
    say(books, OWNER, sale(A, B))
    reply = only(say(books, OWNER, undo("S1001")))
    assert reply.key == "undone_sale"
    assert (reply.values["count"], reply.values["today"], reply.values["week"]) == (2, 0, 0)
    unit = books.units[A]
    assert (unit.state, unit.holder) == ("shipped", "D1001")
    assert (books.units[B].state, books.units[B].holder) == ("made", None)
    assert books.stock.levels("D1001") == {"A350": Level(1, 1)}
    assert books.sales.sold("D1001", date(2026, 4, 1), date(2026, 4, 30)) == {}
    assert [event.kind for event in books.units.trail(A)] == ["shipped", "sold", "undone"]
    assert books.faults() == []


def test_an_undone_set_can_be_sold_again() -> None:
    books = sample()
    say(books, OWNER, sale(A))
    say(books, OWNER, undo())
    assert keys(say(books, OTHER_OWNER, sale(A))) == ["sale"]
    assert books.units[A].holder == "D1002"
    assert books.faults() == []


def test_a_bare_undo_takes_the_newest_booking_still_standing_of_this_phone() -> None:
    books = sample()
    say(books, OWNER, sale(A))
    say(books, OWNER, items("count", ("A350", 5)))
    say(books, CLERK, sale(B))
    assert keys(say(books, OWNER, undo())) == ["undone_count"]
    assert keys(say(books, OWNER, undo())) == ["undone_sale"]
    assert keys(say(books, OWNER, undo())) == ["undo_nothing"]
    assert books.units[B].state == "sold"
    assert books.stock.levels("D1001") == {
        "A350": Level(-1, 0)
    }  # the clerk's set was taken for one of the five counted


def test_a_count_undone_leaves_what_happened_since() -> None:
    books = sample()
    say(books, OWNER, items("count", ("A350", 10)))
    say(books, OWNER, items("sale", ("A350", 3)))
    say(books, OWNER, undo("K1001"))
    assert books.stock.levels("D1001")["A350"].quantity == -3


def test_a_set_that_moved_on_keeps_the_reference_from_being_undone() -> None:
    books = sample()
    say(books, OWNER, Command("register", imeis=(A, B), positions=(1, 2)))
    say(books, OWNER, sale(A))
    reply = only(say(books, OWNER, undo("R1001")))
    assert (reply.key, reply.values["last"]) == ("undo_moved", A[-4:])
    assert keys(say(books, OWNER, undo("S1001"))) == ["undone_sale"]
    assert keys(say(books, OWNER, undo("R1001"))) == ["undone"]
    assert books.stock.levels("D1001") == {"A350": Level(0, 0)}
    assert books.faults() == []


@pytest.mark.parametrize(
    ("hours", "key"), [(timedelta(hours=24), "undone_sale"), (timedelta(hours=24, seconds=1), "undo_asked")]
)
def test_undo_ends_after_a_day(hours: timedelta, key: str) -> None:
    books = sample()
    say(books, OWNER, sale(A))
    assert keys(say(books, OWNER, undo("S1001"), after=hours)) == [key]


def test_what_is_undone_is_not_undone_again() -> None:
    books = sample()
    say(books, OWNER, sale(A))
    say(books, OWNER, undo("S1001"))
    decision = say(books, OWNER, undo("S1001"))
    assert (decision.records, keys(decision)) == ((), ["undo_already"])


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        (OWNER, "undone_sale"),  # whatever any phone of the shop booked
        (CLERK, "undone_sale"),  # what this phone booked
        (PROMOTER, "undo_not_yours"),
        (FIELD, "undone_sale"),
        (MANAGER, "undone_sale"),
        (HQ, "undone_sale"),
        (OTHER_OWNER, "undo_unknown"),
        (WEST_OWNER, "undo_unknown"),
    ],
)
def test_who_may_undo_what_the_clerk_booked(phone: str, key: str) -> None:
    books = sample()
    say(books, CLERK, sale(A))
    assert keys(say(books, phone, undo("S1001"))) == [key]


def test_digits_alone_mean_the_one_booking_of_this_phone_that_has_them() -> None:
    books = sample()
    say(books, OWNER, sale(A))
    assert keys(say(books, CLERK, undo("1001"))) == ["undo_unknown"]
    assert keys(say(books, OWNER, undo("1001"))) == ["undone_sale"]
    say(books, OWNER, items("count", ("A350", 5)))
    assert keys(say(books, OWNER, undo("1001"))) == ["undo_unknown"]  # S1001 or K1001


def test_an_order_not_shipped_is_cancelled_by_undo_and_its_question_closed() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    reply = only(say(books, OWNER, undo("O1001")))
    assert reply.key == "undone_order"
    assert books.placed["O1001"].state == "cancelled"
    assert books.conversation.questions(OWNER) == ()


def test_an_order_on_its_way_is_not_undone() -> None:
    books = sample()
    say(books, OWNER, items("order", ("A350", 2)))
    say(books, OWNER, Command("yes"))
    books.apply([OrderShipped("O1001", "A350", 1, "part_shipped")])
    decision = say(books, OWNER, undo("O1001"))
    assert (decision.records, keys(decision)) == ((), ["order_left"])


def test_a_reference_nobody_has_is_told() -> None:
    books = sample()
    assert keys(say(books, OWNER, undo("S9"))) == ["undo_unknown"]


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        (FIELD, "undone_nowhere"),  # who booked it
        (HQ, "undone_nowhere"),
        (MANAGER, "undo_unknown"),
        (OWNER, "undo_unknown"),
        (CLERK, "undo_unknown"),
        (PROMOTER, "undo_unknown"),
    ],
)
@pytest.mark.parametrize("verb", ["market", "visit"])
def test_who_may_undo_what_is_at_no_shop(phone: str, key: str, verb: str) -> None:
    books = sample()
    books.begin(FIELD, "seen in town")
    books.apply([Booked("M1001", verb, None, date(2026, 4, 15))])
    assert keys(say(books, phone, undo("M1001"))) == [key]


def test_what_is_at_no_shop_is_undone_once_and_within_a_day() -> None:
    books = sample()
    for reference in ("M1001", "M1002"):
        books.begin(FIELD, reference)
        books.apply([Booked(reference, "market", None, date(2026, 4, 15))])
    assert keys(say(books, FIELD, undo())) == ["undone_nowhere"]
    assert keys(say(books, FIELD, undo("M1002"))) == ["undo_already"]
    assert keys(say(books, FIELD, undo("M1001"), after=timedelta(days=1))) == ["undo_asked"]
    assert keys(say(books, MANAGER, Command("approve", reference="M1001"))) == ["decide_nothing"]
    assert keys(say(books, HQ, Command("approve", reference="M1001"))) == ["undone_nowhere"]


@pytest.mark.parametrize("kind", ["sale", "order", "count"])
def test_the_newest_of_a_kind_is_asked_about_whatever_came_after_it(kind: str) -> None:
    books = sample()
    booked = {}
    for verb in ("sale", "order", "count"):
        said = say(books, OWNER, items(verb, ("A350", 2)))
        booked[verb] = next(record.reference for record in said.records if isinstance(record, Booked))
        if verb == "order":
            say(books, OWNER, Command("yes"))
    reply = only(say(books, OWNER, Command("undo", CONFIRM, topic=kind)))
    assert (reply.key, reply.values["reference"]) == ("undo_question", booked[kind])
    only(say(books, OWNER, Command("yes")))
    booking = books.conversation.booking(booked[kind])
    assert booking is not None
    assert booking.undone


def test_the_last_of_a_kind_of_which_there_is_none_takes_nothing_back() -> None:
    books = sample()
    say(books, OWNER, items("sale", ("A350", 2)))
    assert keys(say(books, OWNER, Command("undo", CONFIRM, topic="order"))) == ["undo_nothing"]


@pytest.mark.parametrize("verb", ["sale", "nil", "count"])
def test_a_report_of_another_shop_is_refused_before_it_is_asked(verb: str) -> None:
    books = sample()
    command = Command(verb, CONFIRM, dealer="D1002", items=() if verb == "nil" else (Item("A350", 2),))
    assert keys(say(books, OWNER, command)) == ["not_your_shop"]
    assert books.conversation.questions(OWNER) == ()
