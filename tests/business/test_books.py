"""The ledger's questions over SQL: what a transaction sees of earlier ones and of itself."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.books import StoreBooks
from smsgw.business.consent.rules import ConsentGiven, has_stopped
from smsgw.business.conversation.rules.records import Answered, Asked, Booked, Undone
from smsgw.business.core.bookings import Question
from smsgw.business.core.decision import RecordError
from smsgw.business.money.rules import Posted
from smsgw.business.orders.rules import Balance, Order, OrderDrafted, OrderLine, OrderMoved, OrderShipped
from smsgw.business.sales.rules.lines import NilBooked, SaleLine, SaleLineBooked
from smsgw.business.stock.rules import CountLineBooked, Level, StockMoved
from smsgw.business.units.rules.states import UnitMoved
from smsgw.store.names import Names
from tests.business.world import CLERK, NOON, OWNER, TODAY, bookkeeper, furnish, imei, inbound, shipped


@pytest.fixture
def keeper(engine: Engine) -> Bookkeeper:
    furnish(engine)
    return bookkeeper(engine)


def sell(books: StoreBooks, on: date, model: str, sets: int, number: str | None = None) -> str:
    reference = books.reference("S")
    books.apply([Booked(reference, "sale", "D1001", on), SaleLineBooked(reference, "D1001", on, model, sets, number)])
    return reference


def sell_unit(books: StoreBooks, number: str) -> str:
    """Sell one unit, its trail and all."""
    reference = sell(books, TODAY, "A350", 1, number)
    books.apply([UnitMoved(number, "A350", "sold", "D1001", "sold", "D1001", "unknown", reference)])
    return reference


def test_sets_sold_are_counted_over_any_days_with_and_without_what_this_transaction_did(keeper: Bookkeeper) -> None:
    days = [TODAY - timedelta(days=ago) for ago in (0, 1, 8, 9, 40)]
    with keeper.transaction(NOON) as books:
        for day in days:
            sell(books, day, "A350", 1)
        undone = sell(books, TODAY, "B200", 7)
    with keeper.transaction(NOON) as books:
        books.apply([Undone(undone)])
        sell(books, TODAY, "A350", 2)
        assert books.sales.sold("D1001", TODAY, TODAY) == {"A350": 3}
        assert books.sales.sold("D1001", TODAY - timedelta(days=6), TODAY) == {"A350": 4}
        assert books.sales.sold("D1001", TODAY - timedelta(days=9), TODAY) == {"A350": 6}
        assert books.sales.sold("D1001", TODAY - timedelta(days=99), TODAY - timedelta(days=9)) == {"A350": 2}
        assert books.sales.sold("D1002", TODAY, TODAY) == {}
        assert books.sales.last_sale_on("D1001") == TODAY
        assert books.sales.last_sale_on("D1002") is None


def test_stock_is_what_was_moved_and_knows_no_model_that_never_was(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        books.apply([*shipped(imei(1)), StockMoved("D1001", "B200", -2, 0, "sold", None)])
        assert books.stock.levels("D1001") == {"A350": Level(1, 1), "B200": Level(-2, 0)}
    with keeper.transaction(NOON) as books:
        books.apply([StockMoved("D1001", "B200", 5, 0, "counted", "K1001")])
        assert books.stock.levels("D1001") == {"A350": Level(1, 1), "B200": Level(3, 0)}
        assert books.stock.levels("D1002") == {}


def test_the_trail_of_a_unit_has_its_events_with_their_own_times(keeper: Bookkeeper) -> None:
    earlier = NOON - timedelta(days=3)
    number = imei(1)
    with keeper.transaction(NOON) as books:
        moved = UnitMoved(number, "A350", "shipped", "D1001", "shipped", "D1001", "shipped", "SH1", at=earlier)
        books.apply([moved])
        books.apply([UnitMoved(number, "A350", "sold", "D1001", "sold", "D1001", "shipped", "S1001")])
        undo = UnitMoved(number, "A350", "undone", "D1001", "shipped", "D1001", "shipped", "S1001", reverses=2)
        books.apply([undo])
        trail = [(event.seq, event.kind, event.at, event.reverses) for event in books.units.trail(number)]
        unit = books.units.find(number)
    assert trail == [(1, "shipped", earlier, None), (2, "sold", NOON, None), (3, "undone", NOON, 2)]
    assert unit is not None
    assert (unit.state, unit.events) == ("shipped", 3)


def test_effects_are_everything_that_a_reference_wrote(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        reference = sell(books, TODAY, "A350", 1, imei(1))
        moved = StockMoved("D1001", "A350", -1, -1, "sold", reference)
        posted = Posted(reference, "D1001", "receivable", "invoice", 5, "CNY", TODAY)
        books.apply([moved, posted])
        books.apply([UnitMoved(imei(1), "A350", "sold", "D1001", "sold", "D1001", "unknown", reference)])
        events, stock = books.units.events(reference), books.stock.entries(reference)
        postings, lines = books.money.postings(reference), books.sales.lines(reference)
        assert books.sales.lines("S9") == ()
    assert stock == (moved,)
    assert postings == (posted,)
    assert lines == (SaleLine(reference, "D1001", TODAY, "A350", 1, imei(1)),)
    assert [(event.imei, event.kind) for event in events] == [(imei(1), "sold")]


def test_an_undone_booking_is_marked_with_all_its_lines_and_cannot_be_undone_twice(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        sale = sell_unit(books, imei(1))
        nil, count = books.reference("N"), books.reference("K")
        books.apply([Booked(nil, "nil", "D1001", TODAY), NilBooked(nil, "D1001", TODAY)])
        books.apply([Booked(count, "count", "D1001", TODAY), CountLineBooked(count, "D1001", "A350", 3, 1)])
    with keeper.transaction(NOON) as books:
        assert books.units.sale_of(imei(1)) is not None
        books.apply([Undone(sale), Undone(nil), Undone(count)])
        assert books.units.sale_of(imei(1)) is None
        booking = books.conversation.booking(sale)
        assert booking is not None
        assert booking.undone
        assert books.sales.lines(sale) == ()
        with pytest.raises(RecordError, match=f"no live booking {sale}"):
            books.apply([Undone(sale)])
        with pytest.raises(RecordError, match="no live booking S9"):
            books.apply([Undone("S9")])


def test_a_set_whose_sale_was_undone_can_be_sold_again(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        first = sell_unit(books, imei(1))
        books.apply([Undone(first)])
        second = sell_unit(books, imei(1))
        found = books.units.sale_of(imei(1))
    assert found is not None
    assert found.reference == second


def test_bookings_of_a_phone_come_newest_first_with_those_of_one_text_in_order(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        books.receive(inbound("one"))
        sell(books, TODAY, "A350", 1)
        books.receive(inbound("other", CLERK, NOON + timedelta(seconds=1)))
        sell(books, TODAY, "A350", 1)
        books.receive(inbound("two", at=NOON + timedelta(seconds=2)))
        sell(books, TODAY, "A350", 1)
        nil = books.reference("N")
        books.apply([Booked(nil, "nil", "D1001", TODAY, "nothing sold")])
        assert [booking.reference for booking in books.conversation.bookings(OWNER, 9)] == ["N1001", "S1003", "S1001"]
        newest = books.conversation.bookings(OWNER, 1)[0]
    assert (newest.verb, newest.summary, newest.on, newest.phone) == ("nil", "nothing sold", TODAY, OWNER)
    assert newest.at == NOON + timedelta(seconds=2)


def test_the_same_words_of_a_phone_find_their_first_live_booking(keeper: Bookkeeper) -> None:
    def say(books: StoreBooks, hours: float, phone: str = OWNER) -> None:
        books.receive(inbound("S A350 1", phone, NOON + timedelta(hours=hours), session=int(hours * 10) + 1))

    def before(books: StoreBooks) -> str | None:
        found = books.conversation.booked_before(OWNER, "S A350 1", books.now - timedelta(hours=12))
        return found.reference if found else None

    with keeper.transaction(NOON) as books:
        say(books, 0)
        assert before(books) is None
        first = sell(books, TODAY, "A350", 1)
        assert before(books) is None  # the current message is not a repetition of itself
    with keeper.transaction(NOON) as books:
        say(books, 1, CLERK)
        sell(books, TODAY, "A350", 1)
        say(books, 2)
        assert before(books) == first
        second = sell(books, TODAY, "A350", 1)
    with keeper.transaction(NOON) as books:
        say(books, 3)
        assert before(books) == first
        books.apply([Undone(first)])
        assert before(books) == second
    with keeper.transaction(NOON) as books:
        say(books, 14.5)
        assert before(books) is None


def test_an_order_keeps_its_lines_its_state_and_what_was_shipped(keeper: Bookkeeper) -> None:
    lines = (OrderLine("A350", 2, 900_00), OrderLine("B200", 1, 500_00), OrderLine("A350", 1, 890_00))
    order = Order("O1001", "D1001", "draft", lines, 3190_00, "CNY", NOON, NOON + timedelta(minutes=30))
    with keeper.transaction(NOON) as books:
        books.apply([OrderDrafted(order)])
        assert books.orders.find("O1001") == order
        books.apply([OrderMoved("O1001", "approved"), OrderShipped("O1001", "A350", 3, "part_shipped")])
        found = books.orders.find("O1001")
        assert found is not None
        assert ([line.shipped for line in found.lines], found.shipped, found.state) == ([2, 0, 1], 3, "part_shipped")
        assert books.orders.find("O9") is None
        with pytest.raises(RecordError, match="no order O9"):
            books.apply([OrderMoved("O9", "approved")])
        with pytest.raises(RecordError, match="no line of C9"):
            books.apply([OrderShipped("O1001", "C9", 1, "shipped")])


def test_a_rejected_order_keeps_why(keeper: Bookkeeper) -> None:
    order = Order("O1001", "D1001", "confirmed", (OrderLine("A350", 2, 900_00),), 1800_00, "CNY", NOON, None)
    with keeper.transaction(NOON) as books:
        books.apply([OrderDrafted(order), OrderMoved("O1001", "rejected", "no credit")])
        found = books.orders.find("O1001")
        assert found is not None
        assert (found.state, found.why) == ("rejected", "no credit")


def test_the_orders_of_a_dealer_come_newest_first_in_the_states_asked_for(keeper: Bookkeeper) -> None:
    def order(number: int, state: str, dealer: str = "D1001") -> OrderDrafted:
        at = NOON + timedelta(minutes=number)
        return OrderDrafted(Order(f"O{number}", dealer, state, (OrderLine("A350", 1, 1),), 1, "CNY", at, None))

    with keeper.transaction(NOON) as books:
        books.apply([order(1, "draft"), order(2, "approved"), order(3, "draft"), order(4, "draft", "D1002")])
        assert [found.reference for found in books.orders.of_dealer("D1001", ("draft", "approved"))] == [
            "O3",
            "O2",
            "O1",
        ]
        assert [found.reference for found in books.orders.of_dealer("D1001", ("approved",))] == ["O2"]
        assert books.orders.of_dealer("D1001", ()) == []


def test_a_balance_counts_money_open_orders_and_what_is_overdue(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        assert books.orders.balance("D1001", TODAY) == Balance(0, 0, 0)
        for amount, due in ((700, TODAY - timedelta(days=1)), (500, TODAY), (-300, None)):
            books.apply([Posted(f"R{amount}", "D1001", "receivable", "invoice", amount, "CNY", due)])
        books.apply([Posted("R1", "D1001", "receivable", "invoice", 10**6, "USD", TODAY)])
        lines = (OrderLine("A350", 2, 90), OrderLine("B200", 1, 50))
        books.apply([OrderDrafted(Order("O1", "D1001", "confirmed", lines, 230, "CNY", NOON, None))])
        books.apply([OrderDrafted(Order("O2", "D1001", "draft", lines, 230, "CNY", NOON, None))])
        books.apply([OrderShipped("O1", "A350", 1, "part_shipped")])
        assert books.orders.balance("D1001", TODAY) == Balance(900, 140, 400, TODAY - timedelta(days=1))
        books.apply(
            [Posted("R500", "D1001", "receivable", "undone", -500, "CNY", TODAY)]
        )  # what is taken back pays nothing else
        assert books.orders.balance("D1001", TODAY) == Balance(400, 140, 400, TODAY - timedelta(days=1))
        books.apply([Posted("R2", "D1001", "receivable", "payment", -2000, "CNY")])
        assert books.orders.balance("D1001", TODAY) == Balance(-1600, 140, 0)


def test_an_open_question_is_found_by_its_phone_until_it_is_answered(keeper: Bookkeeper) -> None:
    def question(reference: str, minute: int) -> Question:
        at = NOON + timedelta(minutes=minute)
        options = (json.dumps([{"verb": "sale", "dealer": "阳光"}], ensure_ascii=False), "[]")
        return Question(reference, OWNER, "reading", options, at, at + timedelta(hours=1), "Sale A350?")

    first, second = question("S1001", 0), question("S1002", 1)
    with keeper.transaction(NOON) as books:
        books.apply([Asked(first), Asked(second)])
        assert books.conversation.questions(OWNER) == (second, first)
    with keeper.transaction(NOON, Names(phones=(OWNER,))) as books:
        assert books.conversation.questions(OWNER) == (second, first)
        assert books.conversation.questions(CLERK) == ()
        books.apply([Answered("S1002", OWNER, "yes")])
        assert books.conversation.questions(OWNER) == (first,)
    with keeper.transaction(NOON) as books:
        assert books.conversation.questions(OWNER) == (first,)


def test_the_newest_word_on_notices_holds_topic_by_topic(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        assert not has_stopped(books.consent.history(OWNER))
        books.apply([ConsentGiven(OWNER, "", False), ConsentGiven(CLERK, "price", False)])
        assert has_stopped(books.consent.history(OWNER), "price")
        assert not has_stopped(books.consent.history(CLERK))
        assert has_stopped(books.consent.history(CLERK), "price")
        books.apply([ConsentGiven(OWNER, "", True)])
        assert not has_stopped(books.consent.history(OWNER), "price")


def test_the_lines_of_a_reference_are_numbered_on_in_a_later_transaction(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        reference = sell(books, TODAY, "A350", 1)
    with keeper.transaction(NOON) as books:
        books.apply([SaleLineBooked(reference, "D1001", TODAY, "B200", 2, None)])
        assert [line.model for line in books.sales.lines(reference)] == ["A350", "B200"]


def test_units_in_a_shops_stock_are_listed_by_imei(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        books.apply([*shipped(imei(1)), *shipped(imei(2)), *shipped(imei(3), "D1002")])
        books.apply([UnitMoved(imei(2), "A350", "sold", "D1001", "sold", "D1001", "shipped", "S1001")])
        assert books.units.held("D1001") == {imei(1): "A350"}


def test_nothing_is_kept_of_a_transaction_that_is_only_tried(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON, keep=False) as books:
        books.receive(inbound("S A350 1"))
        assert sell(books, TODAY, "A350", 1) == "S1001"
        books.reply("OK S1001")
    with keeper.transaction(NOON) as books:
        assert books.conversation.booking("S1001") is None
        assert sell(books, TODAY, "A350", 1) == "S1001"


def test_what_raises_inside_a_transaction_leaves_nothing_behind(keeper: Bookkeeper) -> None:
    with pytest.raises(ZeroDivisionError), keeper.transaction(NOON) as books:
        sell(books, TODAY, "A350", 1)
        raise ZeroDivisionError
    with keeper.transaction(NOON) as books:
        assert books.conversation.booking("S1001") is None
        assert books.reference("S") == "S1001"


def test_what_was_booked_last_is_last_though_the_clock_was_set_back(keeper: Bookkeeper) -> None:
    yesterday = NOON - timedelta(days=1)
    with keeper.transaction(NOON) as books:
        books.receive(inbound("one"))
        first = sell(books, TODAY, "A350", 1)
    with keeper.transaction(yesterday) as books:
        books.receive(inbound("two", at=yesterday))
        second = sell(books, TODAY, "A350", 1)
    with keeper.transaction(yesterday) as books:
        assert [booking.reference for booking in books.conversation.bookings(OWNER, 9)] == [second, first]


def test_orders_and_questions_keep_their_order_though_the_clock_was_set_back(keeper: Bookkeeper) -> None:
    def order(number: int, hours: int) -> OrderDrafted:
        at = NOON + timedelta(hours=hours)
        return OrderDrafted(Order(f"O{number}", "D1001", "confirmed", (OrderLine("A350", 1, 1),), 1, "CNY", at, None))

    def asked(reference: str, hours: int) -> Asked:
        at = NOON + timedelta(hours=hours)
        return Asked(Question(reference, OWNER, "order", ("YES", "NO"), at, at + timedelta(days=1)))

    for number, hours in ((999, 0), (1000, -24), (1001, -48)):
        with keeper.transaction(NOON + timedelta(hours=hours)) as books:
            books.receive(inbound(f"text {number}", at=NOON + timedelta(hours=hours)))
            books.apply([order(number, hours), asked(f"O{number}", hours)])
    with keeper.transaction(NOON - timedelta(hours=48)) as books:
        newest = ["O1001", "O1000", "O999"]
        assert [found.reference for found in books.orders.of_dealer("D1001", ("confirmed",))] == newest
        assert books.orders.waiting(None)[::-1] == newest
        assert [question.reference for question in books.conversation.questions(OWNER)] == newest
