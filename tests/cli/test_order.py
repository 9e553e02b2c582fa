"""smsgw order: what an operator sees of orders and does with them, and what stands on the trail and in the journal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.core.command import Command, Item, Reading
from smsgw.business.dialogue import answer
from smsgw.cli.common.opening import migrated
from smsgw.settings.loading import load
from tests.business.dict_ledger import imei
from tests.cli.conftest import Smsgw
from tests.cli.test_consent import ask

OWNER = "+8613900000001"
AT = datetime(2026, 4, 15, 4, tzinfo=UTC)


@pytest.fixture
def waiting(furnished: Path) -> Path:
    """A deployment in which O1001 of D1001 waits for approval: 9,000 sets of A350, and O1002 is a draft."""
    settings = load(furnished / "smsgw.toml")
    engine = migrated(settings)
    keeper = Bookkeeper(engine, settings.trade_rules())
    for command in (
        Command("order", items=(Item("A350", 9_000),)),
        Command("yes"),
        Command("order", items=(Item("A350", 2),)),
    ):
        with keeper.transaction(AT) as books:
            books.work.phone = OWNER
            answer(Reading("text", "text", "accepted", (command,)), OWNER, books)
    engine.dispose()
    return furnished


def trail(home: Path, reference: str) -> list[tuple[Any, ...]]:
    engine = migrated(load(home / "smsgw.toml"))
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT who, what FROM audit WHERE subject = :s ORDER BY id"), {"s": reference})
        found = [tuple(row) for row in rows]
    engine.dispose()
    return found


def test_some_sets_are_approved_shipped_and_the_rest_closed(smsgw: Smsgw, waiting: Path) -> None:
    listed = smsgw("order", "list", "--state", "waiting", "--json").lines
    assert [(each["reference"], each["dealer"], each["state"]) for each in listed] == [("O1001", "D1001", "confirmed")]
    assert smsgw("order", "list", "--region", "west", "--json").lines == []
    told = smsgw("order", "approve", "o1001", "--lines", "a350=3", "--by", "Lin", "--json")
    assert told.json == {"reference": "O1001", "state": "approved"}
    sets = [imei("86012345", number) for number in (701, 702)]
    shipped = smsgw("order", "ship", "O1001", *sets, "--shipment", "SH9", "--carrier", "SF1", "--on", "2026-04-16")
    assert shipped.out == "O1001: 2 sets have left; it is part shipped\n"
    again = smsgw("order", "ship", "O1001", *sets, "--shipment", "SH9", "--on", "2026-04-16")
    assert again.out.startswith("O1001: 0 sets have left")
    shown = smsgw("order", "show", "O1001", "--json").json
    assert shown == smsgw("show", "order", "O1001", "--json").json
    line = {name: shown["lines"][0][name] for name in ("quantity", "approved", "shipped", "received")}
    assert line == {"quantity": 9_000, "approved": 3, "shipped": 2, "received": 0}
    assert [(left["shipment"], left["sets"], left["carrier"]) for left in shown["shipments"]] == [("SH9", 2, "SF1")]
    assert [(event["state"], event["by"] == "Lin") for event in shown["events"]] == [
        ("draft", False),
        ("confirmed", False),
        ("approved", True),
        ("part_shipped", False),
    ]
    report = smsgw("report", "orders", "--format", "json").json
    assert [(row["order"], row["approved"], row["shipped"]) for row in report["rows"]] == [("O1001", 3, 2)]
    refused = smsgw("order", "cancel", "O1001", "--why", "shop closes")
    assert refused.status == 1
    assert "2 of 3 sets of O1001 have left" in refused.err
    assert smsgw("order", "close", "O1001", "--why", "no more of it", "--by", "Lin").status == 0
    assert smsgw("show", "order", "O1001", "--json").json["state"] == "closed"
    assert smsgw("db", "verify").status == 0
    who = [(what, by) for by, what in trail(waiting, "O1001") if by == "Lin"]
    assert who == [("order approved", "Lin"), ("order closed", "Lin")]
    told_to = [row["kind"] for row in smsgw("export", "journal").lines if row["reference"] == "O1001"]
    assert told_to == ["drafted", "confirmed", "approved", "part_shipped", "part_shipped", "closed"]


def test_everything_that_is_wrong_is_refused_at_once_and_changes_nothing(smsgw: Smsgw, waiting: Path) -> None:
    for arguments, said in (
        (("approve", "O1001", "--lines", "B200=1", "--lines", "A350=9001"), ("no B200", "only 9000 A350")),
        (("approve", "O1001", "--lines", "A350=0"), ("at least 1",)),
        (("approve", "O1002"), ("O1002 is expired",)),
        (("approve", "O7777"), ("there is no order O7777", "smsgw order list")),
        (("reject", "O1001"), ("a reason is needed",)),
        (("reject", "O1001", "--why", "x" * 81), ("80 at most",)),
        (("close", "O1001", "--why", "x"), ("O1001 is confirmed; cancel it instead",)),
        (("ship", "O1001", imei("86099999", 1), "--shipment", "SH1"), ("no model in the catalogue",)),
    ):
        told = smsgw("order", *arguments)
        assert told.status == 1, arguments
        assert all(words in told.err for words in said), told.err
    assert smsgw("order", "approve", "O1001", "--lines", "A350").status == 2
    assert smsgw("show", "order", "O1001", "--json").json["state"] == "confirmed"
    assert trail(waiting, "O1001") == []


def test_what_is_rejected_or_cancelled_is_told_and_ended(smsgw: Smsgw, waiting: Path) -> None:
    assert smsgw("order", "reject", "O1001", "--why", "no  credit", "--by", "Lin").status == 0
    assert smsgw("show", "order", "O1001", "--json").json["decided"] == {
        "state": "rejected",
        "at": smsgw("show", "order", "O1001", "--json").json["decided"]["at"],
        "by": "Lin",
        "why": "no credit",
    }
    assert "O1001 is rejected" in smsgw("order", "approve", "O1001").err
    assert ask(waiting, "SELECT kind, subject, phone FROM notice") == [("decided", "O1001", OWNER)]
