"""Stock-takes of programs: decided, opened as a round, watched and ended, by the rules that hold for people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from smsgw.business.bookkeeper import Bookkeeper
from smsgw.business.conversation.rules.records import Booked
from smsgw.business.counts.rules import WAITING, Counted
from smsgw.business.stock.rules import CountLineBooked
from tests.api.programs import Programs
from tests.business.world import OWNER, TODAY


@pytest.fixture
def programs(engine: Engine) -> Programs:
    return Programs(engine)


def counted(programs: Programs, reference: str = "K1001") -> None:
    """A count of D1001 that waits: three A350 where the book has none."""
    with Bookkeeper(programs.engine, programs.settings.trade_rules()).transaction(programs.at) as books:
        books.apply(
            [
                Booked(reference, "count", "D1001", TODAY),
                CountLineBooked(reference, "D1001", "A350", 3, 0),
                Counted(reference, "D1001", WAITING),
            ]
        )


def test_a_count_that_waits_is_decided_once(programs: Programs) -> None:
    counted(programs)
    (waits,) = programs.get("/counts").body["counts"]
    assert (waits["reference"], waits["over"], waits["under"]) == ("K1001", 3, 0)
    assert programs.get("/counts/k1001").body["lines"] == [{"model": "A350", "counted": 3, "book": 0, "variance": 3}]
    answer = programs.post("/counts/K1001/approve", {})
    assert (answer.status, answer.body) == (200, {"reference": "K1001", "state": "approved"})
    assert programs.rows("SELECT quantity FROM stock_level WHERE dealer = 'D1001'") == [(3,)]
    assert programs.rows("SELECT phone FROM notice WHERE kind = 'counted'") == [(OWNER,)]
    assert programs.rows("SELECT decided_by FROM stock_count") == [("token:crm",)]
    assert programs.post("/counts/K1001/reject", {"why": "no"}).status == 409
    assert programs.post("/counts/K7777/approve", {}).status == 404
    assert programs.get("/counts").body == {"counts": []}


def test_a_rejected_count_changes_nothing(programs: Programs) -> None:
    counted(programs)
    assert programs.post("/counts/K1001/reject", {"why": "count again"}).body["state"] == "rejected"
    assert programs.rows("SELECT quantity FROM stock_level") == []
    assert programs.get("/counts/K1001").body["why"] == "count again"


def test_a_round_is_opened_watched_and_ended(programs: Programs) -> None:
    answer = programs.post("/count-rounds", {"audience": "region:EAST", "until": "2026-04-18T18:00:00+08:00"})
    assert (answer.status, answer.body) == (201, {"round": 1, "shops": 2})
    programs.at += timedelta(hours=1)
    counted(programs)
    programs.at += timedelta(hours=1)
    assert programs.get("/count-rounds").body["rounds"][0]["counted"] == 1
    shown = programs.get("/count-rounds/1").body
    assert [(one["dealer"], one["reference"]) for one in shown["dealers"]] == [("D1001", "K1001"), ("D1002", None)]
    (row,) = programs.get("/count-rounds/1/differences").body["differences"]
    assert (row["dealer"], row["model"], row["difference"]) == ("D1001", "A350", 3)
    assert programs.post("/count-rounds/1/close", {}).body == {"round": 1, "state": "ended"}
    assert programs.post("/count-rounds/1/close", {}).status == 404
    assert programs.get("/count-rounds/x").status == 404
    wrong = programs.post("/count-rounds", {"audience": "region:NORTH", "until": "2026-04-18T18:00:00+08:00"})
    assert wrong.status == 422


def test_only_the_scope_counts_opens_them(programs: Programs) -> None:
    counted(programs)
    programs.token("reader", "read")
    assert programs.get("/counts", by="reader").status == 200
    assert programs.post("/counts/K1001/approve", {}, by="reader").status == 403
