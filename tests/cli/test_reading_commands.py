"""import, show, messages, stats and db verify on a deployment with something in its books."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from smsgw.business.books import StoreBooks
from smsgw.business.orders.rules import Order, OrderDrafted, OrderLine
from smsgw.cli.common.opening import migrated
from smsgw.settings.loading import load
from smsgw.store.writer import Inline
from tests.business.importing.test_importing import A1, A2, FILES
from tests.business.world import NOON, OWNER, STRANGER, Text, bookkeeper, inbound, sale
from tests.cli.conftest import Smsgw


@pytest.fixture
def traded(furnished: Path) -> Path:
    """And with a sale, a text of a stranger without an answer, and an order."""
    engine = migrated(load(furnished / "smsgw.toml"))

    def nothing(books: StoreBooks) -> tuple[list[OrderDrafted], None]:
        order = Order(
            books.reference("O"), "D1001", "draft", (OrderLine("A350", 2, 900_00),), 1800_00, "CNY", NOON, None
        )
        return [OrderDrafted(order)], None

    writer = Inline(bookkeeper(engine))
    writer.put(sale(A1))
    writer.put(Text(inbound("hello", STRANGER, NOON + timedelta(minutes=1)), nothing))
    engine.dispose()
    return furnished


def test_an_import_says_what_it_did_and_the_second_time_that_nothing_changed(smsgw: Smsgw, furnished: Path) -> None:
    assert smsgw("import", "regions", "regions.csv").out == "2 lines of regions: 0 new, 0 changed, 2 as they were\n"
    assert smsgw("import", "regions", "regions.csv", "--json").json == {
        "kind": "regions",
        "lines": 2,
        "new": 0,
        "changed": 0,
        "same": 2,
        "remarks": [],
        "faults": [],
        "read": {
            "sheet": None,
            "other_sheets": [],
            "encoding": "UTF-8",
            "separator": "commas",
            "header_line": 1,
            "columns": {"code": "code", "name": "name", "parent": "parent"},
            "left_aside": [],
            "hidden_rows": 0,
            "first_row": {"code": "CN", "name": "China", "parent": "", "manager": "", "timezone": ""},
        },
    }


def test_an_import_takes_a_workbook(smsgw: Smsgw, home: Path) -> None:
    book = openpyxl.Workbook()
    for line in FILES["regions"].splitlines():
        book.active.append(line.split(","))
    book.save(home / "regions.xlsx")
    assert smsgw("import", "regions", "regions.xlsx", "--json").json["new"] == 2


def test_a_bad_file_is_refused_with_every_bad_line_and_one_sentence(smsgw: Smsgw, furnished: Path) -> None:
    (furnished / "bad.csv").write_text("code,name,parent\nX,,\n,Y,\n", encoding="utf-8")
    outcome = smsgw("import", "regions", "bad.csv", "--json")
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.splitlines() == [
        "line 2, name (empty): must not be empty",
        "line 3, code (empty): must not be empty",
        "smsgw: bad.csv was not imported, nothing of it was kept: 2 bad lines; correct the file and import it again",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("import", "dealer", "x.csv"), "smsgw: files of dealer cannot be imported; did you mean dealers?"),
        (("import", "regions", "x.csv"), "smsgw: x.csv cannot be read: No such file or directory"),
        (("import", "regions", "."), "smsgw: . cannot be read: Is a directory"),
        (("show", "unit", "860123450000999"), "smsgw: there is no unit 860123450000999; check it for a slip"),
        (("show", "dealer", "D9"), "smsgw: there is no dealer D9; check it for a slip"),
        (("show", "order", "O9"), "smsgw: there is no order O9; check it for a slip"),
        (("show", "message", "99"), "smsgw: there is no message 99; check it for a slip"),
        (("messages", "--phone", "abc"), "smsgw: 'abc' is not a phone number, neither with + nor in CN"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    smsgw: Smsgw, furnished: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    outcome = smsgw(*arguments)
    assert (outcome.status, outcome.out, outcome.err) == (1, "", sentence + "\n")


def test_show_unit_tells_state_and_trail(smsgw: Smsgw, traded: Path) -> None:
    shown = smsgw("show", "unit", A1, "--json").json
    assert (shown["imei"], shown["model"], shown["state"], shown["holder"], shown["origin"]) == (
        A1,
        "A350",
        "sold",
        "D1001",
        "shipped",
    )
    assert [(event["kind"], event["dealer"], event["reference"]) for event in shown["events"]] == [
        ("shipped", "D1001", "SH1"),
        ("sold", "D1001", "S1001"),
    ]
    assert shown["events"][1]["at"] == "2026-04-15T04:00:00Z"
    assert A2 in smsgw("show", "unit", A2).out


def test_show_dealer_tells_stock_and_money_as_decimals(smsgw: Smsgw, traded: Path) -> None:
    shown = smsgw("show", "dealer", "d1001", "--json").json
    assert shown["stock"] == {"A350": 2, "B200": 4}
    assert shown["balance"]["owed"] == "1500.00"
    assert shown["balance"]["limit"] == "100000.00"
    assert set(shown["sold"]) == {"today", "week", "month"}
    assert "Sunny Mobile" in smsgw("show", "dealer", "D1001").out


def test_show_order_tells_lines_and_state(smsgw: Smsgw, traded: Path) -> None:
    shown = smsgw("show", "order", "o1001", "--json").json
    assert (shown["state"], shown["total"], shown["currency"]) == ("draft", "1800.00", "CNY")
    assert shown["lines"][0] | {"model": "A350", "quantity": 2, "price": "900.00"} == shown["lines"][0]
    assert "draft" in smsgw("show", "order", "O1001").out


def test_messages_come_oldest_first_one_object_a_line(smsgw: Smsgw, traded: Path) -> None:
    found = smsgw("messages", "--json").lines
    assert [(m["direction"], m["phone"]) for m in found] == [("in", OWNER), ("out", OWNER), ("in", STRANGER)]
    assert found[1]["in_reply_to"] == found[0]["id"]
    assert found[0]["state"] == "done" and found[1]["state"] == "queued"
    shown = smsgw("show", "message", found[0]["id"], "--json").json
    assert shown["text"] == f"S {A1}"


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (("--phone", "13900000001"), 2),
        (("--phone", OWNER, "--direction", "in"), 1),
        (("--direction", "out"), 1),
        (("--limit", "1"), 1),
        (("--since", "2026-04-15"), 3),
        (("--since", "2026-04-15T04:00:30Z"), 1),
        (("--since", "2026-04-16"), 0),
    ],
)
def test_messages_can_be_narrowed(smsgw: Smsgw, traded: Path, options: tuple[str, ...], count: int) -> None:
    found = smsgw("messages", "--json", *options).lines
    if options[0] == "--since":
        # An answer is as new as this moment, whenever its text came.
        found = [message for message in found if message["direction"] == "in" or options[1] < "2026-04-15T04"]
    assert len(found) == count


def test_messages_for_people_show_the_text(smsgw: Smsgw, traded: Path) -> None:
    assert f"S {A1}" in smsgw("messages").out


def test_stats_count_by_state(smsgw: Smsgw, traded: Path) -> None:
    found = smsgw("stats", "--json").json
    assert found["inbound"]["done"] == 2
    assert found["outbound"]["queued"] == 1
    assert found["sales"] == 1
    assert found["units"]["sold"] == 1 and found["units"]["shipped"] == 2
    assert found["orders"]["draft"] == 1
    assert "sales" in smsgw("stats").out


def test_verify_is_content_with_the_books_and_names_what_is_wrong(smsgw: Smsgw, traded: Path) -> None:
    assert smsgw("db", "verify", "--json").json == []
    assert smsgw("db", "verify").out == "every cache equals the rows it comes from\n"
    engine = migrated(load(traded / "smsgw.toml"))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE stock_level SET quantity = 7 WHERE dealer = 'D1002'")
    engine.dispose()
    outcome = smsgw("db", "verify", "--json")
    assert outcome.status == 1
    assert [(f["stored"], f["computed"]) for f in json.loads(outcome.out)] == [("7", "1")]
    assert "D1002" in smsgw("db", "verify").out


def test_times_are_utc_and_end_in_z(smsgw: Smsgw, traded: Path) -> None:
    for message in smsgw("messages", "--json").lines:
        assert message["at"].endswith("Z")
        assert datetime.fromisoformat(message["at"]).utcoffset() == timedelta(0)
