"""Each cache and each law of the books: one row is damaged, and the proof names it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, Table, text

from smsgw.business.core.trade import Trade
from smsgw.business.messages import tables as messages_tables
from smsgw.business.money.rules import Posted
from smsgw.business.orders.rules import Order, OrderDrafted, OrderLine
from smsgw.business.sales import tables as sales_tables
from smsgw.business.verify import verify
from smsgw.store.verify import Finding
from smsgw.store.writer import Inline
from tests.business.world import CLERK, NOON, OTHER_OWNER, TODAY, bookkeeper, furnish, imei, sale, shipped

HELD, SOLD, STRANGE = imei(1), imei(2), imei(3)


@pytest.fixture
def trading(engine: Engine) -> Engine:
    """A set in stock, a set sold from stock, a set sold that nobody shipped, an order, an invoice."""
    furnish(engine)
    keeper = bookkeeper(engine)
    with keeper.transaction(NOON) as books:
        books.apply([*shipped(HELD), *shipped(SOLD)])
        for account, amount in (("receivable", 1800_00), ("revenue", -1800_00)):
            books.apply([Posted("SH1", "D1001", account, "invoice", amount, "CNY", TODAY)])
        reference = books.reference("O")
        lines = (OrderLine("A350", 2, 900_00), OrderLine("B200", 1, 500_00))
        books.apply([OrderDrafted(Order(reference, "D1001", "draft", lines, 2300_00, "CNY", NOON, NOON))])
    writer = Inline(keeper)
    writer.run([sale(SOLD, CLERK), sale(STRANGE, OTHER_OWNER, NOON + timedelta(seconds=1))])
    writer.close()
    return engine


def proof(engine: Engine) -> list[Finding]:
    with engine.connect() as connection:
        return verify(connection)


@contextmanager
def without(engine: Engine, table: Table, index: str) -> Iterator[Connection]:
    """A transaction, never committed, in which a unique index does not stand in the way of the damage."""
    with engine.connect() as connection:
        outer = connection.begin()
        next(found for found in table.indexes if found.name == index).drop(connection)
        yield connection
        outer.rollback()


def test_books_that_nobody_damaged_agree(trading: Engine) -> None:
    assert proof(trading) == []


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("UPDATE unit SET state = 'returned' WHERE imei = '{HELD}'", ("unit.state", HELD, "returned", "shipped")),
        ("UPDATE unit SET holder = 'D1002' WHERE imei = '{HELD}'", ("unit.holder", HELD, "D1002", "D1001")),
        ("UPDATE unit SET events = 7 WHERE imei = '{HELD}'", ("unit.events", HELD, "7", "1")),
        ("DELETE FROM unit_event WHERE imei = '{SOLD}' AND seq = 2", ("unit.state", SOLD, "sold", "shipped")),
        (
            "UPDATE unit_event SET reverses = 9 WHERE imei = '{SOLD}' AND seq = 2",
            ("unit_event", SOLD, "a trail that cannot be", f"event 2 of {SOLD} reverses 9, not the newest standing"),
        ),
        ("UPDATE stock_level SET quantity = 5", ("stock_level.quantity", "D1001 A350", "5", "1")),
        ("UPDATE stock_level SET units = 5", ("stock_level.units", "D1001 A350", "5", "1")),
        (
            "INSERT INTO stock_level VALUES ('D1002', 'B200', 4, 0)",
            ("stock_level.quantity", "D1002 B200", "4", "0"),
        ),
        ("DELETE FROM stock_level", ("stock_level.quantity", "D1001 A350", "0", "1")),
        ("DELETE FROM stock_entry WHERE kind = 'sold'", ("stock_level.quantity", "D1001 A350", "1", "2")),
        (
            "UPDATE sales_day SET quantity = 3 WHERE dealer = 'D1001'",
            ("sales_day.quantity", "D1001 2026-04-15 A350", "3", "1"),
        ),
        ("DELETE FROM sales_day WHERE dealer = 'D1002'", ("sales_day.quantity", "D1002 2026-04-15 A350", "0", "1")),
        (
            "UPDATE account_balance SET amount = 1 WHERE account = 'receivable'",
            ("account_balance.amount", "D1001 receivable CNY", "1", "180000"),
        ),
        (
            "UPDATE ledger_entry SET amount = amount + 1 WHERE account = 'revenue'",
            ("ledger_entry sum", "SH1 invoice CNY", "1", "0"),
        ),
        ("UPDATE sales_order SET total = 1", ("sales_order.total", "O1001", "1", "230000")),
        ("UPDATE sales_order SET state = 'approved'", ("sales_order.state", "O1001", "approved", "draft")),
        (
            "UPDATE order_line SET shipped = 1 WHERE line = 1",
            ("order_line.shipped", "O1001", "draft with 1 of 3 sets shipped", "part"),
        ),
        (
            "UPDATE order_line SET approved = 9 WHERE line = 1",
            (
                "order_line.approved",
                "O1001 A350",
                "draft with 9 approved, 0 shipped, 0 received",
                "of 2 ordered",
            ),
        ),
        (
            "UPDATE sales_order SET state = 'approved'",
            ("order_line.approved", "O1001", "approved", "nothing is approved"),
        ),
        (
            "INSERT INTO shipment (dealer, shipment, order_reference, sets, shipped_on) "
            "VALUES ('D1001', 'SH1', 'O1001', 1, '2026-04-15')",
            ("shipment.sets", "O1001", "0", "1"),
        ),
        (
            "INSERT INTO shipment (dealer, shipment, order_reference, sets, shipped_on) "
            "VALUES ('D1001', 'SH1', 'O7777', 1, '2026-04-15')",
            ("shipment.order_reference", "SH1", "O7777", "no order"),
        ),
        ("DELETE FROM sale_line WHERE imei = '{SOLD}'", ("sale_line.imei", SOLD, "no live sale", "one")),
        (
            "UPDATE sale_line SET imei = '{HELD}' WHERE imei = '{SOLD}'",
            ("unit.state", HELD, "shipped", "sold"),
        ),
        (
            "UPDATE sale_line SET reversed_at = 1 WHERE imei = '{SOLD}'",
            ("sale_line.reversed_at", "S1001", "reversed", "live"),
        ),
        (
            "UPDATE booking SET undone_at = 1 WHERE reference = 'S1001'",
            ("sale_line.reversed_at", "S1001", "live", "reversed"),
        ),
    ],
)
def test_a_damaged_row_is_named(trading: Engine, damage: str, finding: tuple[str, str, str, str]) -> None:
    with trading.begin() as connection:
        connection.execute(text(damage.format(HELD=HELD, SOLD=SOLD)))
    assert Finding(*finding) in proof(trading)


def test_a_set_in_two_live_sales_is_named(trading: Engine) -> None:
    with without(trading, sales_tables.sale_line, "uq_sale_line_live_imei") as connection:
        connection.execute(text("UPDATE sale_line SET imei = :imei"), {"imei": SOLD})
        assert Finding("sale_line.imei", SOLD, "2", "1") in verify(connection)


def test_a_text_answered_twice_is_named(trading: Engine) -> None:
    with without(trading, messages_tables.message_out, "uq_message_out_in_reply_to") as connection:
        first = connection.scalar(text("SELECT min(in_reply_to) FROM message_out"))
        connection.execute(text("UPDATE message_out SET in_reply_to = :first"), {"first": first})
        assert Finding("message_out.in_reply_to", str(first), "2", "1") in verify(connection)


@pytest.mark.parametrize(
    ("damage", "key", "used"),
    [
        ("UPDATE message_out SET id = 99999 WHERE id = (SELECT max(id) FROM message_out)", "message", "99999"),
        (
            "INSERT INTO pending_question (reference, phone, kind, options, prompt, asked_at, expires_at) "
            "VALUES ('S5001', '+1', 'reading', '[]', '', 0, 0)",
            "S",
            "5001",
        ),
    ],
)
def test_a_number_used_before_it_was_given_out_is_named(trading: Engine, damage: str, key: str, used: str) -> None:
    with trading.begin() as connection:
        connection.execute(text(damage))
    found = [finding for finding in proof(trading) if finding.cache == "counter"]
    assert [(finding.key, finding.computed) for finding in found] == [(key, used)]


def test_where_a_receipt_is_required_shipped_sets_are_not_yet_stock(trading: Engine) -> None:
    with trading.connect() as connection:
        found = verify(connection, Trade(receipt="required"))
    assert found == [Finding("stock_level.units", "D1001 A350", "1", "0")]
