"""What the command line shows: units, dealers, orders, texts and totals, in the shapes that scripts rely on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.figures.reports.dealers import show_dealer
from smsgw.business.figures.reports.totals import stats
from smsgw.business.messages.books.outcomes import Taken
from smsgw.business.messages.books.receipts import Receipt
from smsgw.business.messages.reports import messages, show_message
from smsgw.business.money.rules import Posted
from smsgw.business.orders.reports import show_order
from smsgw.business.orders.rules import Order, OrderDrafted, OrderLine, OrderMoved, OrderShipped
from smsgw.business.sales.rules.lines import SaleLineBooked
from smsgw.business.stock.rules import StockMoved
from smsgw.business.units.reports import show_unit
from smsgw.store.instants import from_ms, iso, to_ms
from smsgw.store.writer import Inline
from tests.business.world import CLERK, NOON, OWNER, bookkeeper, furnish, imei, inbound, sale, shipped


@pytest.fixture
def keeper(engine: Engine) -> Bookkeeper:
    furnish(engine)
    return bookkeeper(engine)


def test_a_unit_is_shown_with_its_trail(keeper: Bookkeeper) -> None:
    number = imei(1)
    with keeper.transaction(NOON) as books:
        books.apply(shipped(number))
    writer = Inline(keeper)
    writer.run([sale(number, CLERK, NOON + timedelta(seconds=90, milliseconds=5))])
    writer.close()
    with keeper.engine.connect() as connection:
        found = show_unit(connection, number)
        assert show_unit(connection, imei(2)) is None
    assert found == {
        "imei": number,
        "imei2": None,
        "model": "A350",
        "state": "sold",
        "holder": "D1001",
        "origin": "shipped",
        "events": [
            {"at": "2026-04-15T04:00:00Z", "kind": "shipped", "dealer": "D1001", "reference": "SH1", "message": None},
            {"at": "2026-04-15T04:01:30.005Z", "kind": "sold", "dealer": "D1001", "reference": "S1001", "message": 1},
        ],
        "activated": [],
    }


def test_a_unit_is_found_by_its_second_imei(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        moved, stocked = shipped(imei(1))
        books.apply([type(moved)(**{**{n: getattr(moved, n) for n in moved.__slots__}, "imei2": imei(2)}), stocked])  # type: ignore[arg-type]
        assert books.units.find(imei(2)) == books.units.find(imei(1))
        assert books.units.held("D1001") == {imei(1): "A350", imei(2): "A350"}
    with keeper.transaction(NOON) as books:
        unit = books.units.find(imei(2))
        assert unit is not None
        assert unit.imei == imei(1)
        assert len(books.units.trail(imei(2))) == 1
    with keeper.engine.connect() as connection:
        found = show_unit(connection, imei(2))
    assert found is not None
    assert (found["imei"], found["imei2"]) == (imei(1), imei(2))


def test_a_dealer_is_shown_with_stock_sales_and_balance(keeper: Bookkeeper) -> None:
    with keeper.transaction(NOON) as books:
        books.apply([*shipped(imei(1)), StockMoved("D1001", "B200", 10, 0, "opening", "OPEN")])
        for number, day in enumerate(("2026-04-15", "2026-04-13", "2026-04-12", "2026-03-31"), start=1):
            on = date.fromisoformat(day)
            reference = books.reference("S")
            books.apply(
                [
                    Booked(reference, "sale", "D1001", on),
                    SaleLineBooked(reference, "D1001", on, "B200", number, None),
                    StockMoved("D1001", "B200", -number, 0, "sold", reference),
                ]
            )
        for kind, amount, due in (
            ("invoice", 1000_00, "2026-04-14"),
            ("invoice", 500_50, "2026-04-15"),
            ("payment", -300_00, None),
        ):
            on_due = date.fromisoformat(due) if due else None
            books.apply(
                [
                    Posted(f"P{amount}", "D1001", "receivable", kind, amount, "CNY", on_due),
                    Posted(f"P{amount}", "D1001", "other", kind, -amount, "CNY"),
                ]
            )
        lines = (OrderLine("A350", 3, 900_00),)
        books.apply(
            [
                OrderDrafted(Order("O1001", "D1001", "draft", lines, 2700_00, "CNY", NOON, NOON)),
                OrderMoved("O1001", "approved"),
                OrderShipped("O1001", "A350", 1, "part_shipped"),
            ]
        )
    with keeper.engine.connect() as connection:
        found = show_dealer(connection, "D1001", NOON, "UTC")
        assert show_dealer(connection, "D9", NOON, "UTC") is None
    assert found == {
        "code": "D1001",
        "name": "Sunny",
        "region": "EAST",
        "tier": "A",
        "stock": {"A350": 1, "B200": 0},
        "sold": {"today": 1, "week": 3, "month": 6},
        "balance": {
            "currency": "CNY",
            "owed": "1200.50",
            "limit": "100000.00",
            "open_orders": "1800.00",
            "free": "96999.50",
            "overdue": "700.00",
        },
    }


def test_the_business_day_of_a_dealer_is_that_of_its_zone(keeper: Bookkeeper) -> None:
    late = datetime(2026, 4, 15, 17, 0, tzinfo=UTC)  # one in the morning of the 16th in Shanghai, eleven in Urumqi
    on = date(2026, 4, 16)
    with keeper.transaction(late) as books:
        for code in ("D1001", "D1002"):
            reference = books.reference("S")
            books.apply([Booked(reference, "sale", code, on), SaleLineBooked(reference, code, on, "B200", 1, None)])
    with keeper.engine.connect() as connection:
        shown = [show_dealer(connection, code, late, "UTC") for code in ("D1001", "D1002")]
    assert [found["sold"]["today"] for found in shown if found] == [1, 0]


def test_an_order_is_shown_with_its_lines(keeper: Bookkeeper) -> None:
    lines = (OrderLine("A350", 2, 900_00), OrderLine("B200", 1, 500_05))
    with keeper.transaction(NOON) as books:
        books.apply([OrderDrafted(Order("O1001", "D1001", "draft", lines, 2300_05, "CNY", NOON, NOON))])
    with keeper.engine.connect() as connection:
        found = show_order(connection, "O1001")
        assert show_order(connection, "O9") is None
    assert found == {
        "reference": "O1001",
        "dealer": "D1001",
        "state": "draft",
        "lines": [
            {
                "model": "A350",
                "quantity": 2,
                "price": "900.00",
                "approved": 0,
                "allocated": 0,
                "shipped": 0,
                "received": 0,
            },
            {
                "model": "B200",
                "quantity": 1,
                "price": "500.05",
                "approved": 0,
                "allocated": 0,
                "shipped": 0,
                "received": 0,
            },
        ],
        "total": "2300.05",
        "approved_total": "0.00",
        "currency": "CNY",
        "at": "2026-04-15T04:00:00Z",
        "events": [
            {"at": "2026-04-15T04:00:00Z", "state": "draft", "by": "smsgw", "why": None, "message": None},
        ],
        "shipments": [],
    }


@pytest.fixture
def talk(keeper: Bookkeeper) -> Engine:
    """Two texts of one phone and one of another, the first two answered, one answer sent and delivered."""
    commands = '{"text":"STOCK","outcome":"accepted","commands":[{"verb":"stock"}]}'
    with keeper.transaction(NOON) as books:
        books.receive(inbound("STOCK", reading=commands))
        answer = books.reply("A350 3", link="operator-a")
        books.receive(inbound("@#!", CLERK, NOON + timedelta(seconds=1), state="ignored"))
        books.receive(inbound("BAL", OWNER, NOON + timedelta(seconds=2)))
        books.reply("Owed 5", link="operator-a")
    with keeper.transaction(NOON) as books:
        at = to_ms(NOON)
        books.outcomes.record_sent(answer.id, at, "operator-a", [Taken(1, "A1", "a1")], attempts=1, parts=1)
        books.outcomes.receipt(Receipt("operator-a", "A1", ("a1",), "delivered", NOON, "DELIVRD", "000"))
    return keeper.engine


def test_texts_are_listed_oldest_first_each_with_its_answer(talk: Engine) -> None:
    with talk.connect() as connection:
        listed = list(messages(connection))
    assert [(m["direction"], m["text"], m["state"], m["in_reply_to"]) for m in listed] == [
        ("in", "STOCK", "done", None),
        ("out", "A350 3", "delivered", 1),
        ("in", "@#!", "ignored", None),
        ("in", "BAL", "done", None),
        ("out", "Owed 5", "queued", 4),
    ]
    assert listed[0] == {
        "id": 1,
        "direction": "in",
        "phone": OWNER,
        "text": "STOCK",
        "at": "2026-04-15T04:00:00Z",
        "link": "operator-a",
        "state": "done",
        "parts": 1,
        "in_reply_to": None,
        "commands": [{"verb": "stock"}],
    }


def test_texts_are_narrowed_by_phone_direction_time_and_number(talk: Engine) -> None:
    with talk.connect() as connection:

        def said(**more: object) -> list[str]:
            return [message["text"] for message in messages(connection, **more)]  # type: ignore[arg-type]

        assert said(phone=CLERK) == ["@#!"]
        assert said(phone=OWNER, direction="in") == ["STOCK", "BAL"]
        assert said(direction="out") == ["A350 3", "Owed 5"]
        assert said(since=NOON + timedelta(seconds=1)) == ["@#!", "BAL", "Owed 5"]
        assert said(limit=2) == ["BAL", "Owed 5"]
        assert said(limit=3, direction="in", phone=OWNER) == ["STOCK", "BAL"]
        assert said(phone="+1") == []


def test_a_text_is_shown_with_what_became_of_it(talk: Engine) -> None:
    with talk.connect() as connection:
        asked, answered = show_message(connection, 1), show_message(connection, 2)
        assert show_message(connection, 99) is None
    assert asked is not None
    assert (asked["answer"], asked["error"]) == (2, None)
    assert answered is not None
    assert answered["receipts"] == [
        {
            "part": 1,
            "id": "A1",
            "state": "delivered",
            "status": "DELIVRD",
            "error": "000",
            "at": "2026-04-15T04:00:00Z",
        }
    ]


def test_totals_count_texts_units_orders_and_live_sale_lines(talk: Engine) -> None:
    keeper = bookkeeper(talk)
    writer = Inline(keeper)
    writer.run([sale(imei(number), at=NOON + timedelta(minutes=number)) for number in (1, 2)])
    writer.close()
    with talk.connect() as connection:
        found = stats(connection)
    assert found["inbound"] == {"waiting": 0, "done": 4, "failed": 0, "ignored": 1}
    assert {state: n for state, n in found["outbound"].items() if n} == {"delivered": 1, "queued": 3}
    assert found["sales"] == 2
    assert {state: n for state, n in found["units"].items() if n} == {"sold": 2}
    assert set(found["orders"].values()) == {0}


@pytest.mark.parametrize("ms", [0, 1, 999, 1_776_225_600_000, 1_776_225_600_123])
def test_instants_keep_their_milliseconds(ms: int) -> None:
    assert to_ms(from_ms(ms)) == ms
    shown = iso(ms)
    assert shown is not None
    assert shown.endswith("Z")
    assert to_ms(datetime.fromisoformat(shown)) == ms
