"""A sale text costs no question and no write of its own: a batch asks and writes each table once, whatever it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.command import Command
from smsgw.business.core.decision import Record
from smsgw.business.core.trade import Trade
from smsgw.business.stock.rules import StockMoved
from smsgw.business.units.rules.states import UnitMoved
from smsgw.store.engine import open_engine
from smsgw.store.writer import Inline
from tests.business.dict_ledger import CLERK, OTHER_OWNER, OWNER, PROMOTER, WEST_OWNER, imei, sample
from tests.business.said import Said, settle

PHONES = (OWNER, CLERK, PROMOTER, OTHER_OWNER, WEST_OWNER)
START = sample().now


@pytest.fixture
def engine(tmp_path: Path, migrated_file: Path) -> Iterator[Engine]:
    (tmp_path / "books.db").write_bytes(migrated_file.read_bytes())
    found = open_engine("sqlite:///books.db", tmp_path)
    settle(found, sample())
    yield found
    found.dispose()


def sales(first: int, number: int) -> list[Said]:
    return [
        Said(
            PHONES[n % len(PHONES)],
            (Command("sale", imeis=(imei("86012345", n),), positions=(1,)),),
            f"S {n}",
            START + timedelta(seconds=n),
        )
        for n in range(first, first + number)
    ]


@pytest.mark.parametrize("known", [False, True], ids=["never shipped", "shipped"])
def test_a_batch_of_sales_asks_and_writes_each_table_once(engine: Engine, known: bool) -> None:
    ledger = sample()
    keeper = Bookkeeper(engine, Trade(), clock=START.timestamp)
    if known:
        shipped: list[Record] = []
        for n in range(100):
            dealer = ledger.actors[PHONES[n % len(PHONES)]].dealer or ""
            number = imei("86012345", n)
            shipped.append(UnitMoved(number, "A350", "shipped", dealer, "shipped", dealer, "shipped", "SH"))
            shipped.append(StockMoved(dealer, "A350", 1, 1, "shipped", "SH"))
        with keeper.transaction(START) as books:
            books.apply(shipped)
    said: list[str] = []
    event.listen(engine, "connect", lambda connection, record: connection.set_trace_callback(said.append))
    engine.dispose()
    writer = Inline(keeper)
    writer.run(sales(0, 10))  # fills the directory
    said.clear()
    batch = sales(10, 40)
    writer.run(batch)
    assert all(each.answers and "Reply(key='sale'" in each.answers[0] for each in batch)
    heads = [" ".join(line.split()[:3]) for line in said]
    assert sum(head.startswith("SELECT") for head in heads) == 8
    # A statement for many rows is told once for each; they stand together.
    written = [head for head, after in zip(heads, [*heads[1:], ""], strict=True) if head != after and "INTO" in head]
    tables = ["link_session", "message_in", "message_out", "booking", "unit", "unit_event"]
    tables += ["stock_entry", "stock_level"] if known else []
    tables += ["sale_line", "sales_day", "journal", "counter"]
    assert written == [f"INSERT INTO {table}" for table in tables]
    writer.close()
